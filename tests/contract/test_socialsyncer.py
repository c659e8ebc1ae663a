"""Every request that SocialSyncer's documentation shows, replayed against
Crier, and the rules its users rely on."""

import json
import re
import threading
from datetime import datetime, timedelta, timezone

import pytest

ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
POSTS = "/socialsyncer/v1/posts"


def later(**how):
    time = datetime.now(timezone.utc) + timedelta(**(how or {"days": 30}))
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


# An address of documentation (RFC 5737), which no request is sent to: what goes
# there fails at once, on any machine.
NOWHERE = "https://192.0.2.1"


@pytest.fixture(scope="module")
def syncer(instance):
    instance.key
    with open(instance.conf, "a") as conf:
        conf.writelines(f"api_url.{name} = {NOWHERE}\n" for name in (
            "instagram", "twitter", "tiktok", "facebook"))
    instance.accounts = {
        name: instance.add_account(name, "--offline", "--handle",
                                   f"{name}app", secret="offline")
        for name in ("instagram", "twitter", "tiktok", "facebook")}
    instance.accounts["site"] = instance.add_account(
        "site", "--handle", f"s{instance.port}")
    return instance


def target(syncer, name, **more):
    return {"platform": name, "accountId": syncer.accounts[name], **more}


def create(syncer, content="Hello from SocialSyncerAPI!", names=("twitter",),
           **more):
    headers = more.pop("headers", None)
    key = more.pop("key", True)
    body = {"content": content, "scheduledFor": later(),
            "platforms": [target(syncer, name) for name in names], **more}
    return syncer.post(POSTS, {k: v for k, v in body.items() if v is not None},
                       headers=headers, key=key)


def fault(answer, status, kind, code, param=None):
    assert answer.status == status, answer
    assert answer.json["type"] == kind and answer.json["code"] == code, answer
    assert answer.json["error"]
    if param:
        assert answer.json["param"] == param, answer


# ---------------------------------------------------------------- create

def test_documented_create(syncer):
    """The documented body; publishNow, so its networks answer at once."""
    answer = syncer.post(POSTS, {
        "content": "Hello from SocialSyncerAPI!",
        "mediaItems": [
            {"type": "image", "url": f"{NOWHERE}/photo.jpg"}],
        "platforms": [target(syncer, "instagram"), target(syncer, "twitter")],
        "publishNow": True, "scheduledFor": None, "isDraft": False,
        "timezone": "UTC", "tags": ["marketing"],
        "tiktokSettings": {}, "facebookSettings": {}})
    assert answer.status == 201, answer
    post = answer.json
    assert post["id"].startswith("post_")
    assert post["status"] == "failed"           # neither can be reached
    assert ISO.match(post["createdAt"])
    assert [p["platform"] for p in post["platforms"]] == ["instagram",
                                                         "twitter"]
    for platform in post["platforms"]:
        assert {"platform", "status", "platformPostId",
                "platformPostUrl"} <= platform.keys()
        assert platform["status"] == "failed"
        assert platform["error"]
    assert post["tags"] == ["marketing"]
    assert post["mediaItems"] == [
        {"type": "image", "url": f"{NOWHERE}/photo.jpg"}]


def test_publish_now_answers_what_is_true(syncer):
    answer = create(syncer, "Now!", ("site",), publishNow=True,
                    scheduledFor=None)
    assert answer.status == 201, answer
    assert answer.json["status"] == "published", answer
    platform = answer.json["platforms"][0]
    assert platform["status"] == "published" and platform["platformPostId"]
    page = syncer.get(platform["platformPostUrl"][len(syncer.url):], key=False)
    assert page.status == 200 and b"Now!" in page.body


def test_publish_now_is_partial_where_platforms_differ(syncer):
    answer = create(syncer, "Some", ("site", "twitter"), publishNow=True)
    assert answer.json["status"] == "partial", answer
    assert {p["platform"]: p["status"] for p in answer.json["platforms"]} == {
        "site": "published", "twitter": "failed"}


def test_documented_schedule(syncer):
    answer = syncer.post(POSTS, {
        "content": "Scheduled post",
        "platforms": [target(syncer, "twitter")], "publishNow": False,
        "scheduledFor": "2036-02-01T14:00:00Z",
        "timezone": "America/New_York"})
    assert answer.status == 201 and answer.json["status"] == "scheduled"
    assert answer.json["scheduledFor"] == "2036-02-01T14:00:00Z"


@pytest.mark.parametrize("local, zone, utc", [
    ("2036-07-01T09:00:00", "America/New_York", "2036-07-01T13:00:00Z"),
    ("2026-03-29T02:30:00", "Europe/Berlin", None),
    ("2037-03-29T02:30:00", "Europe/Berlin", "2037-03-29T01:30:00Z"),
    ("2037-10-25T02:30:00", "Europe/Berlin", "2037-10-25T00:30:00Z")])
def test_local_times(syncer, local, zone, utc):
    answer = create(syncer, scheduledFor=local, timezone=zone)
    if utc is None:
        fault(answer, 400, "invalid_request_error", "invalid_field_value",
              "scheduledFor")
    else:
        assert answer.json["scheduledFor"] == utc, answer


def test_drafts_need_no_platform(syncer):
    answer = syncer.post(POSTS, {"content": "later", "isDraft": True})
    assert answer.status == 201 and answer.json["status"] == "draft"
    assert answer.json["platforms"] == []
    answer = create(syncer, isDraft=True)
    assert answer.json["status"] == "draft"
    assert answer.json["platforms"][0]["status"] == "draft"


def test_each_platform_its_own(syncer):
    answer = syncer.post(POSTS, {
        "platforms": [
            target(syncer, "twitter", customContent="short"),
            target(syncer, "facebook", customContent="long", customMedia=[
                {"type": "image", "url": "https://example.com/f.jpg"}])],
        "scheduledFor": later()})
    assert answer.status == 201, answer
    twitter, facebook = answer.json["platforms"]
    assert twitter["customContent"] == "short"
    assert twitter["customMedia"] is None
    assert facebook["customMedia"] == [
        {"type": "image", "url": "https://example.com/f.jpg"}]


def test_root_settings_are_merged_into_their_targets(syncer):
    body = {
        "content": "x", "scheduledFor": later(),
        "mediaItems": [{"type": "video", "url": "https://example.com/v.mp4"}],
        "tiktokSettings": {"privacyLevel": "SELF_ONLY",
                           "disableDuet": True},
        "platforms": [target(syncer, "tiktok", platformSpecificData={
            "privacyLevel": "PUBLIC_TO_EVERYONE"})]}
    answer = syncer.post(POSTS, body)
    fault(answer, 422, "invalid_request_error", "invalid_field_value")
    assert "title" in answer.json["error"]      # TikTok's own rule


# ---------------------------------------------------------------- refusals

def test_documented_errors(syncer):
    fault(create(syncer, None), 400, "invalid_request_error",
          "missing_required_field")
    assert create(syncer, None).json["error"] == \
        "content is required when no media is attached"
    fault(syncer.get(POSTS, key="wrong"), 401, "authentication_error",
          "invalid_credentials")
    fault(create(syncer, "x", ("instagram",)), 422, "invalid_request_error",
          "invalid_field_value", "mediaItems")


@pytest.mark.parametrize("change, param", [
    ({"scheduledFor": None}, "scheduledFor"),
    ({"scheduledFor": "2020-01-01T00:00:00Z"}, "scheduledFor"),
    ({"scheduledFor": "soon"}, "scheduledFor"),
    ({"platforms": None}, "platforms"),
    ({"platforms": [{"platform": "twitter"}]}, "platforms[0].accountId"),
    ({"platforms": [{"platform": "twitter", "accountId": "tw_456"}]},
     "platforms[0].accountId"),
    ({"timezone": "Mars/Olympus", "scheduledFor": "2036-01-01T00:00"},
     "timezone"),
    ({"mediaItems": [{"type": "sound", "url": "https://a.example/1"}]},
     "mediaItems[0].type"),
    ({"mediaItems": [{"type": "image"}]}, "mediaItems[0].url"),
    ({"tags": "marketing"}, "tags"), ({"publishNow": "yes"}, "publishNow")])
def test_param_names_the_field(syncer, change, param):
    answer = create(syncer, **change)
    assert answer.status == 400, answer
    assert answer.json["type"] == "invalid_request_error"
    assert answer.json["param"] == param, answer


def test_account_of_another_platform(syncer):
    answer = create(syncer, platforms=[{
        "platform": "facebook", "accountId": syncer.accounts["twitter"]}])
    fault(answer, 400, "invalid_request_error", "invalid_field_value",
          "platforms")


def test_unknown_things(syncer):
    fault(syncer.get(f"{POSTS}/post_01900000-0000-7000-8000-000000000009"),
          404, "invalid_request_error", "resource_not_found")
    fault(syncer.get("/socialsyncer/v1/nothing"), 404,
          "invalid_request_error", "resource_not_found")
    assert syncer.request("PUT", POSTS, {}).status == 405


# ---------------------------------------------------------------- once

def test_idempotency_key_gives_the_original_answer(syncer):
    headers = {"Idempotency-Key": f"0190-{syncer.port}"}
    first = create(syncer, headers=headers)
    again = create(syncer, headers=headers,
                   scheduledFor=first.json["scheduledFor"])
    assert again.body == first.body
    fault(create(syncer, "other", headers=headers), 422,
          "invalid_request_error", "conflict")


def test_many_at_once_with_one_key_publish_once(syncer):
    key, answers = {"Idempotency-Key": f"now-{syncer.port}"}, []
    threads = [threading.Thread(target=lambda: answers.append(create(
        syncer, "only once", ("site",), publishNow=True, scheduledFor=None,
        headers=key))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {a.status for a in answers} == {201}
    assert len({a.json["id"] for a in answers}) == 1
    assert syncer.sql("SELECT count(*) AS n FROM post WHERE text ="
                      " 'only once'")[0]["n"] == 1
    final = create(syncer, "only once", ("site",), publishNow=True,
                   scheduledFor=None, headers=key)
    assert final.json["status"] == "published"


def test_same_content_within_the_window(new_instance):
    one = new_instance(settings={"duplicate_seconds": "60",
                                 "tick_seconds": "1"}).start()
    one.key
    one.accounts = {"twitter": one.add_account(
        "twitter", "--offline", "--handle", "x", secret="offline")}
    first = create(one)
    again = create(one)
    fault(again, 409, "idempotency_error", "conflict")
    assert again.json["postId"] == first.json["id"]
    assert create(one, "something else").status == 201
    assert create(one, headers={"Idempotency-Key": "k"}).status == 201
    one.shift_clock(61000)
    assert create(one).status == 201


# ---------------------------------------------------------------- read

def test_documented_list(syncer):
    create(syncer)
    answer = syncer.get(f"{POSTS}?status=scheduled&platform=twitter&limit=1")
    assert answer.status == 200
    assert answer.json.keys() == {"posts", "cursor", "hasMore"}
    post = answer.json["posts"][0]
    assert {"id", "content", "status", "platforms",
            "createdAt"} <= post.keys()
    assert answer.json["hasMore"] is (answer.json["cursor"] is not None)


def test_pages_while_posts_come_and_go(syncer):
    made = [create(syncer, f"page {i}").json["id"] for i in range(7)]
    seen, cursor = [], ""
    while True:
        page = syncer.get(f"{POSTS}?limit=2&status=scheduled{cursor}").json
        seen += [p["id"] for p in page["posts"]]
        create(syncer, "newer")
        if len(seen) == 2:
            syncer.request("DELETE", f"{POSTS}/{seen[0]}")
        if not page["hasMore"]:
            break
        cursor = f"&cursor={page['cursor']}"
    assert len(seen) == len(set(seen))
    assert [p for p in seen if p in made] == made[::-1]


def test_filters(syncer):
    today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    create(syncer)
    assert syncer.get(f"{POSTS}?fromDate={today}&toDate={today}").json["posts"]
    assert not syncer.get(f"{POSTS}?toDate=2020-01-01").json["posts"]
    for bad in ("status=lost", "limit=101", "cursor=x", "fromDate=x",
                "sort=up"):
        answer = syncer.get(f"{POSTS}?{bad}")
        assert answer.status == 400, bad
        assert answer.json["param"] == bad.split("=")[0]


# ---------------------------------------------------------------- after

def test_delete_says_that_copies_stay(syncer):
    published = create(syncer, "stays", ("site",), publishNow=True,
                       scheduledFor=None).json
    answer = syncer.request("DELETE", f"{POSTS}/{published['id']}")
    assert answer.status == 200 and answer.json["deleted"] is True
    assert "stays" in answer.json["message"]
    assert syncer.get(f"{POSTS}/{published['id']}").status == 404
    url = published["platforms"][0]["platformPostUrl"][len(syncer.url):]
    assert syncer.get(url, key=False).status == 200
    waiting = create(syncer, "waits").json["id"]
    assert syncer.request("DELETE", f"{POSTS}/{waiting}").status == 200
    state = syncer.sql("SELECT state FROM target WHERE post = '%s'"
                       % waiting[5:])[0]["state"]
    assert state == "cancelled"


def test_edit_where_no_platform_can(syncer):
    published = create(syncer, "fixed", ("site",), publishNow=True,
                       scheduledFor=None).json
    path = f"{POSTS}/{published['id']}/edit"
    answer = syncer.post(path, {"content": "new"})
    fault(answer, 422, "invalid_request_error", "invalid_field_value",
          "platforms")
    assert "Your own site" in answer.json["error"]
    fault(syncer.post(path, {}), 400, "invalid_request_error",
          "missing_required_field", "content")
    fault(syncer.post(path, {"content": 7}), 400, "invalid_request_error",
          "invalid_field_value", "content")
    waiting = create(syncer, "not yet").json["id"]
    fault(syncer.post(f"{POSTS}/{waiting}/edit", {"content": "new"}), 409,
          "idempotency_error", "conflict")
    assert syncer.get(f"{POSTS}/{published['id']}").json["content"] == "fixed"


def test_retry_only_what_failed(syncer):
    post = create(syncer, "retry", ("site", "twitter"), publishNow=True,
                  scheduledFor=None).json
    assert post["status"] == "partial"
    answer = syncer.post(f"{POSTS}/{post['id']}/retry")
    assert answer.status == 200, answer
    assert answer.json["status"] == "publishing"
    states = {p["platform"]: p["status"] for p in answer.json["platforms"]}
    assert states == {"site": "published", "twitter": "scheduled"}
    again = syncer.post(f"{POSTS}/{post['id']}/retry")
    fault(again, 409, "idempotency_error", "conflict")


def test_retry_never_touches_an_uncertain_platform(syncer):
    post = create(syncer, "uncertain", ("twitter",)).json["id"][5:]
    bare = syncer.sql(f"SELECT id FROM target WHERE post = '{post}'")[0]["id"]
    syncer.sql(f"UPDATE target SET state = 'uncertain', reason ="
               f" 'uncertain: look' WHERE id = '{bare}'")
    state = syncer.get(f"{POSTS}/{post}").json
    assert state["status"] == "failed"
    assert state["platforms"][0]["error"].startswith("uncertain:")
    fault(syncer.post(f"{POSTS}/{post}/retry"), 409, "idempotency_error",
          "conflict")
    fault(syncer.request("DELETE", f"{POSTS}/{post}"), 409,
          "idempotency_error", "conflict")


def test_another_profiles_posts_do_not_exist(syncer):
    post = create(syncer).json["id"]
    if "other@example.org" not in syncer.admin("user", "list"):
        syncer.add_user("other@example.org")
    other = syncer.add_key("other@example.org")
    for method, path, body in (
            ("GET", "", None), ("DELETE", "", None), ("POST", "/retry", None),
            ("POST", "/edit", {"content": "mine"})):
        answer = syncer.request(method, f"{POSTS}/{post}{path}", body,
                                key=other)
        assert answer.status == 404, (method, path, answer)
    assert syncer.get(POSTS, key=other).json["posts"] == []
    answer = create(syncer, key=other)
    assert answer.status == 400, answer
    assert json.loads(answer.body)["param"] == "platforms"
