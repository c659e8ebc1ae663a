"""Accounts as their networks describe them now: asked each week, and when
their owner wants it."""

import json

import pytest

from newsroom import quote
from test_collector import PASSWORD, account_events, later
from test_discord import url as webhook_url
from test_telegram import TOKEN

DAY = 86400_000
# Stand-in, remote id, and what it tells: handle and a name.
OAUTH = (
    ("x", "2244994945000000001", "alice", "Alice the Account"),
    ("youtube", "UCalice0000000000000000A", "alice", "Alice's films"),
    ("pinterest", "549755885176", "alice", None),
    ("tiktok", "_000alice", "alice", None),
    ("instagram", "17841400000000000", "alice", None),
    ("threads", "17841400000000000", "alice", None),
    ("facebook", "100100000000000001", "alicebakes", "Alice Bakes"),
    ("reddit", "alice/flaired", "alice", "r/flaired"),
    ("linkedin", "urn:li:person:alice-Id1", "Alice Member", "Alice Member"),
)
# Handles and names before they are asked for anew.
OLD = ("UPDATE account SET handle = 'old', name = NULL, profile_url = NULL,"
       " avatar_url = NULL, limits = '{}', sync_at = 1")


def known(room, account):
    [row] = room.sql("SELECT handle, name, profile_url, limits, limits_at,"
                     " sync_at, sync_fault, status, credentials_version AS"
                     f" version FROM account WHERE id = {quote(account)}")
    return row


def point(room, name, stand):
    with open(room.conf, "a") as conf:
        conf.write(f"api_url.{name} = {stand.url}\n")


def test_each_network_tells_who_an_account_is(room):
    told = {}
    for name, remote_id, handle, title in OAUTH:
        stand, account = room.oauth(name, remote_id)
        told[account] = stand, handle, title
    stand, account = room.mastodon()
    told[account] = stand, known(room, account)["handle"], None
    limits = known(room, account)["limits"]
    assert "max_characters" in limits
    mastodon = account
    stand = room.stand("bluesky")
    point(room, "bluesky", stand)
    account = room.add_account("bluesky", "--handle", "crier.test",
                               secret=PASSWORD)
    told[account] = stand, "crier.test", None
    stand = room.stand("telegram")
    point(room, "telegram", stand)
    account = room.add_account("telegram", "--handle", "@news", secret=TOKEN)
    told[account] = stand, "@news", None
    stand = room.stand("discord")
    point(room, "discord", stand)
    account = room.add_account("discord", secret=webhook_url())
    told[account] = stand, known(room, account)["handle"], None
    site = room.site_account()
    room.write([OLD])
    room.run("collector")
    for account, (stand, handle, title) in told.items():
        row = known(room, account)
        assert (row["handle"], row["sync_fault"], row["status"]) == (
            handle, None, "active"), (stand.name, row)
        assert title is None or row["name"] == title, row
        assert row["name"], row
        assert 6 * DAY < row["sync_at"] - room.now() <= 7 * DAY
        assert row["version"] == 1, row
        assert [r for r in stand.refused() if r["status"] != 401] == []
    assert known(room, mastodon)["limits"] == limits
    asked = {row["network"]: json.loads(row["limits"]) for row in room.sql(
        "SELECT network, limits FROM account")}
    assert asked["youtube"] == {"long_uploads": "allowed"}
    assert asked["tiktok"] == {"video_seconds": 300, "privacy_levels": [
        "PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]}
    limits = asked["reddit"]
    assert limits["submission_type"] == "any"
    assert limits["rules"]["is_flair_required"] is True
    assert [(one["text"], one["text_editable"]) for one in limits["flairs"]
            ] == [("News", False), ("Help", True)]
    row = known(room, site)             # nobody can be asked, ever
    assert (row["handle"], row["sync_at"]) == ("old", None)
    # They are not asked again before the week is over.
    asked = [len(stand.order()["requests"]) for stand, _, _ in told.values()]
    room.run("collector")
    assert asked == [len(stand.order()["requests"])
                     for stand, _, _ in told.values()]


def test_what_keeps_a_network_from_telling(room):
    stand, account = room.oauth("x", "2244994945000000001")
    me = "/api.x.com/2/users/me"
    room.write([OLD])
    stand.fault("status", path=me, status=503)
    room.run("collector")
    row = known(room, account)
    assert "503" in row["sync_fault"] and row["handle"] == "old"
    assert 5 * DAY / 24 < row["sync_at"] - room.now() <= 6 * DAY / 24
    later(room, 7 * 3600)
    stand.order(call="end_access", account="alice")     # renewed on the way
    room.run("collector")
    row = known(room, account)
    assert (row["sync_fault"], row["handle"], row["version"]) == (
        None, "alice", 2)
    room.write(["UPDATE account SET sync_at = 1, remote_id = '9'"])
    room.run("collector")               # the token is another account's
    row = known(room, account)
    assert row["status"] == "expired" and "another account" in \
        row["sync_fault"]
    assert account_events(room)[-1] == "account.expired"
    asked = len(stand.order()["requests"])
    room.write(["UPDATE account SET sync_at = 1"])
    room.run("collector")               # of an expired one nothing is asked
    assert len(stand.order()["requests"]) == asked


def test_a_network_that_is_waited_for_is_not_asked(room):
    stand, account = room.oauth("x", "2244994945000000001")
    stand.order(set={"credits": False})
    room.write([OLD])
    room.run("collector")
    assert "credits" in known(room, account)["sync_fault"]
    [pause] = room.sql("SELECT extent FROM network_pause")
    assert pause["extent"] == "all"
    asked = len(stand.order()["requests"])
    room.write([OLD])
    room.run("collector")
    assert len(stand.order()["requests"]) == asked
    later(room, 3601)
    stand.order(set={"credits": True})
    room.run("collector")
    assert known(room, account)["handle"] == "alice"


@pytest.mark.parametrize("server", ["lighttpd", "apache"])
def test_an_owner_has_an_account_asked_for(room, server):
    stand, account = room.oauth("x", "2244994945000000001")
    # Hours are counted from the full one: begin at one.
    later(room, 3601 - room.now() // 1000 % 3600)
    room.start(server)
    room.write([OLD, "UPDATE account SET limits_at = 5"])
    answer = room.post(f"/api/v1/connections/profile_{account}/sync", {})
    assert answer.status == 200, answer
    assert answer.json["handle"] == "alice"
    assert answer.json["id"] == f"profile_{account}"
    assert answer.json["limits"]["subscription_type"] == "None"
    assert answer.json["syncedAt"] > "2020" and "token" not in str(
        answer.json).replace("tokenExpiresAt", "")
    assert answer.json["readiness"]["status"] == "ready"
    # A network that does not tell: said so, and the rest as it was.
    stand.fault("status", path="/api.x.com/2/users/me", status=503)
    answer = room.post(f"/api/v1/connections/{account}/sync", {})
    assert answer.status == 200 and answer.json["handle"] == "alice"
    assert [w["code"] for w in answer.json["readiness"]["warnings"]
            if w["code"] != "publisher_silent"] == ["sync_failed"]
    for _ in range(4):
        assert room.post(f"/api/v1/connections/{account}/sync",
                         {}).status == 200
    answer = room.post(f"/api/v1/connections/{account}/sync", {})
    assert (answer.status, answer.json["code"]) == (429, "rate_limited")
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    answer = room.post("/api/v1/connections/00000000-0000-7000-8000-"
                       "000000000000/sync", {})
    assert answer.status == 404
