"""What is missing before an account can publish: a word for programs, a
sentence for people, at GET /connections/readiness, /connections/ID and
/platforms, behind lighttpd and Apache."""

import json
import os
import time

import pytest

from servers import SERVERS, Instance

EMAIL = "owner@example.org"
APP = {"client_id.twitter": "id", "client_secret.twitter": "s",
       "client_id.tiktok": "id", "client_id.linkedin": "id",
       "client_id.instagram": "id", "client_id.threads": "id"}


@pytest.fixture(scope="module", params=SERVERS)
def house(request):
    with Instance({"tick_seconds": "1", **APP}) as one:
        one.key
        one.profile = one.sql("SELECT id FROM profile")[0]["id"]
        one.tick()
        one.start(request.param)
        yield one


def account(house, network, handle, **credentials):
    return house.add_account(network, "--offline", "--handle", handle,
                             secret=json.dumps(credentials or {"a": "b"}))


def readiness(house, id):
    answer = house.get(f"/api/v1/connections/{id}")
    assert answer.status == 200, answer
    ready = answer.json["readiness"]
    assert set(ready) == {"status", "canPublish", "canSchedule",
                          "missingRequirements", "warnings"}
    for need in ready["missingRequirements"] + ready["warnings"]:
        assert len(need["message"]) > 20 and set(need) <= {
            "code", "message", "until"}, need
    return ready


def missing(house, id):
    return [n["code"] for n in readiness(house, id)["missingRequirements"]]


def warnings(house, id):
    return [n["code"] for n in readiness(house, id)["warnings"]
            if n["code"] != "publisher_silent"]


def test_a_site_is_ready(house):
    id = house.add_account("site", "--handle", "ana")
    assert readiness(house, id)["status"] == "ready"
    assert missing(house, id) == warnings(house, id) == []


def test_an_account_that_has_expired(house):
    id = account(house, "bluesky", "did:plc:ana")
    assert missing(house, id) == []
    house.sql(f"UPDATE account SET status = 'expired' WHERE id = '{id}'")
    ready = readiness(house, id)
    assert ready["status"] == "not_ready"
    assert (ready["canPublish"], ready["canSchedule"]) == (False, False)
    assert missing(house, id) == ["account_expired"]
    # The list for Sprkly's programs shows active ones; this one shows all.
    ids = [a["id"] for a in house.get("/api/v1/connections").json["accounts"]]
    assert f"profile_{id}" not in ids
    both = house.get("/api/v1/connections/readiness").json
    assert both["count"] == len(both["accounts"])
    [row] = [a for a in both["accounts"] if a["id"] == f"profile_{id}"]
    assert row["status"] == "expired" and row["readiness"] == ready
    rails = house.get("/socialrails/api/v1/accounts").json["data"]
    assert [a["status"] for a in rails if a["id"] == id] == ["expired"]


def test_what_a_network_lacks(house):
    rows = {row["platform"]: row for row in
            house.get("/api/v1/platforms").json["platforms"]}

    def codes(name, kind="missingRequirements"):
        return [need["code"] for need in rows[name][kind]]

    assert codes("mastodon") == codes("twitter") == []
    assert codes("pinterest")[0] == "app_credentials_missing"
    words = rows["pinterest"]["missingRequirements"][0]["message"]
    assert "client_id.pinterest" in words and "crier.conf" in words
    assert codes("snapchat") == ["network_unsupported"]
    # This instance is at http://127.0.0.1.
    assert codes("instagram") == ["base_url_not_public"]
    assert codes("threads") == []
    assert codes("threads", "warnings") == ["base_url_not_public"]


def test_what_a_token_lacks(house):
    soon = int(time.time() * 1000) + 3 * 86400_000
    whole = account(house, "twitter", "1", scope="tweet.read tweet.write"
                    " media.write", refresh_token="r")
    half = account(house, "twitter", "2", scope="tweet.read tweet.write",
                   refresh_token="r")
    assert missing(house, whole) == warnings(house, whole) == []
    assert missing(house, half) == ["scope_missing"]
    assert "media.write" in readiness(house, half)[
        "missingRequirements"][0]["message"]
    posts = "pages_manage_posts pages_manage_engagement"
    mute = account(house, "facebook", "6", scope=posts)
    assert "comment_scope_missing" in warnings(house, mute)
    assert "pages_read_user_content" in readiness(house, mute)[
        "warnings"][0]["message"]
    speaks = account(house, "facebook", "7", scope=posts
                     + " pages_read_user_content")
    assert "comment_scope_missing" not in warnings(house, speaks)
    renews = account(house, "linkedin", "3", refresh_token="r")
    ends = account(house, "linkedin", "4", access_token="a")
    spent = account(house, "linkedin", "5", refresh_token="r",
                    refresh_expires_at=soon)
    house.sql(f"UPDATE account SET token_expires_at = {soon}"
                    " WHERE network = 'linkedin'")
    assert warnings(house, renews) == []
    for id in (ends, spent):
        assert warnings(house, id) == ["token_ends_soon"]
        [need] = [n for n in readiness(house, id)["warnings"]
                  if n["code"] == "token_ends_soon"]
        assert need["until"].endswith("Z")


def test_an_option_that_each_post_needs(house):
    id = account(house, "tiktok", "_ana")
    assert warnings(house, id) == ["option_required", "base_url_not_public"]
    set_ = house.request("PUT", "/api/v1/platform-settings", {
        "platform": "tiktok", "settings": {"privacyLevel": "SELF_ONLY"}})
    assert set_.status == 200, set_
    assert warnings(house, id) == ["base_url_not_public"]


def test_what_the_owner_and_the_server_lack(house):
    id = account(house, "twitter", "9", refresh_token="r")
    house.admin("user", "set", EMAIL, "--posts", "0", "--uploads", "off")
    assert missing(house, id) == ["post_quota_used_up"]
    assert warnings(house, id) == ["uploads_off"]
    house.admin("user", "set", EMAIL, "--posts", "none", "--uploads", "on")
    until = int(time.time() * 1000) + 600_000
    house.sql(f"UPDATE account SET not_before = {until},"
                    f" sync_fault = 'It said no.' WHERE id = '{id}'")
    assert warnings(house, id) == ["account_waits", "sync_failed"]
    house.admin("emergency-stop")
    assert missing(house, id) == ["publishing_halted"]
    house.admin("resume")
    assert missing(house, id) == []
    media = house.dir / "data/media"
    media.rename(house.dir / "data/elsewhere")
    try:
        assert "media_folder" in warnings(house, id)
    finally:
        (house.dir / "data/elsewhere").rename(media)


def test_nobody_else_is_told(house):
    house.admin("user", "add", "other@example.org",
                input="correct horse battery staple\n", check=False)
    stranger = house.add_key("other@example.org", name=os.urandom(3).hex())
    id = account(house, "bluesky", "did:plc:eve")
    for method, path in (("GET", ""), ("POST", "/sync"), ("DELETE", "")):
        answer = house.request(method, f"/api/v1/connections/{id}{path}",
                               {} if method == "POST" else None, key=stranger)
        assert answer.status == 404, answer
    assert house.get("/api/v1/connections/readiness",
                     key=stranger).json == {"accounts": [], "count": 0}
    house.sql("UPDATE account SET status = 'disconnected',"
                    f" credentials = NULL WHERE id = '{id}'")
    assert house.get(f"/api/v1/connections/{id}").status == 404
