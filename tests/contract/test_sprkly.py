"""Every request that Sprkly's documentation shows, replayed against Crier.

The requests are composed from the documentation's text; only base URL, key,
ids and times are put in, as a program written for it would. Answers are
compared field by field and type by type with the documented ones, and each of
the 18 error codes is reached by its own cause.
"""

import json
import re
from datetime import datetime, timedelta, timezone

import pytest

from servers import PASSWORD, Instance, multipart

ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000030802000000"
    "36880f7b0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082")
PLATFORMS = ("instagram", "tiktok", "youtube", "threads", "facebook")


def later(**how):
    time = datetime.now(timezone.utc) + timedelta(**(how or {"days": 30}))
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def same_shape(documented, answered, path="$"):
    """Every documented member is there with the documented type; a documented
    null may be any scalar, a documented value may be null only where said."""
    if documented is None:
        assert answered is None or not isinstance(answered, list), path
        return
    if isinstance(documented, dict):
        assert isinstance(answered, dict), path
        assert documented.keys() <= answered.keys(), path
        for name, value in documented.items():
            same_shape(value, answered[name], f"{path}.{name}")
    elif isinstance(documented, list):
        assert isinstance(answered, list), path
        for item in answered:
            same_shape(documented[0], item, f"{path}[]")
    elif isinstance(documented, str) and ISO.match(documented):
        assert ISO.match(answered), f"{path}: {answered}"
    else:
        assert type(answered) is type(documented), f"{path}: {answered!r}"


@pytest.fixture(scope="module")
def sprkly(instance):
    """An instance whose owner has an account on each of Sprkly's platforms,
    by name."""
    instance.key
    instance.accounts = {
        name: "profile_" + instance.add_account(
            name, "--offline", "--handle", f"{name}app", secret="offline")
        for name in PLATFORMS}
    return instance


def fault(answer, status, code):
    assert answer.status == status, answer
    assert answer.json["code"] == code
    assert answer.json["error"] and isinstance(answer.json["error"], str)


# ---------------------------------------------------------------- endpoints

def test_list_connected_accounts(sprkly):
    answer = sprkly.get("/api/v1/connections")
    assert answer.status == 200
    same_shape({
        "accounts": [{
            "id": "profile_instagram_123", "platform": "instagram",
            "handle": "sprklyapp", "profileUrl": None,
            "profileImageUrl": None, "tokenExpiresAt": None,
            "connectedAt": "2026-05-01T00:00:00.000Z",
            "updatedAt": "2026-05-01T00:00:00.000Z"}],
        "count": 1}, answer.json)
    assert answer.json["count"] == len(answer.json["accounts"]) == 5
    assert {a["platform"] for a in answer.json["accounts"]} == set(PLATFORMS)
    assert "token" not in json.dumps(answer.json).replace("tokenExpiresAt", "")


def test_connection_request(sprkly):
    answer = sprkly.post("/api/v1/connections", {"platform": "mastodon"})
    same_shape({
        "requestId": "conn_...", "platform": "instagram",
        "connectUrl": "https://sprkly.app/mcp/connect/conn_...",
        "expiresAt": "2026-05-01T12:15:00.000Z"}, answer.json)
    assert answer.json["requestId"].startswith("conn_")
    assert answer.json["connectUrl"] == \
        f"{sprkly.url}/mcp/connect/{answer.json['requestId']}"
    lives = datetime.fromisoformat(answer.json["expiresAt"][:-1] + "+00:00") \
        - datetime.now(timezone.utc)
    assert timedelta(minutes=14) < lives <= timedelta(minutes=15)


def upload(sprkly, data=PNG, name="file", file="a.png", **how):
    kind, body = multipart((name, data, file, "image/png"))
    return sprkly.post("/api/v1/media", body,
                       headers={"Content-Type": kind}, **how)


def test_upload_media(sprkly):
    answer = upload(sprkly)
    assert answer.status in (200, 201), answer
    same_shape({"success": True, "url": "https://...", "mediaId": "media_..."},
               answer.json)
    assert answer.json["success"] is True
    assert answer.json["mediaId"].startswith("media_")
    assert answer.json["url"].startswith(f"{sprkly.url}/api/media/serve?key=")
    served = sprkly.get(answer.json["url"][len(sprkly.url):], key=False)
    assert served.status == 200 and served.body == PNG
    assert served.headers["Content-Type"] == "image/png"


def video(sprkly):
    """What TikTok and YouTube need; fetched only when due."""
    return ["https://cdn.example.com/video.mp4"]


def test_create_posts(sprkly):
    """The documented request; its two platforms carry video, so the media
    that its text leaves out are added."""
    when = later()
    answer = sprkly.post("/api/v1/posts", {
        "platforms": ["instagram", "tiktok"],
        "profileIds": [sprkly.accounts["instagram"],
                       sprkly.accounts["tiktok"]],
        "caption": "New launch is live: https://example.com",
        "title": "New launch is live",
        "scheduledTime": when,
        "mediaUrls": video(sprkly),
        "platformMeta": {
            "instagram": {
                "coverUrl": "https://cdn.example.com/reel-cover.jpg"},
            "tiktok": {
                "privacyLevel": "PUBLIC_TO_EVERYONE",
                "disableComment": False, "disableDuet": True,
                "disableStitch": True, "commercialContentDisclosure": False,
                "brandOrganicOptIn": False, "brandContentOptIn": False},
            "facebook": {
                "coverUrl": "https://cdn.example.com/reel-cover.jpg"},
            "youtube": {
                "thumbnailUrl": "https://cdn.example.com/reel-cover.jpg"}},
        "externalId": "my-app-launch-001",
        "category": "launch"})
    same_shape({"postIds": ["post_..."], "status": "scheduled",
                "scheduledTime": "2026-05-01T15:00:00.000Z"}, answer.json)
    assert len(answer.json["postIds"]) == 2
    assert answer.json["scheduledTime"] == when
    platforms = set()
    for post in answer.json["postIds"]:
        state = sprkly.get(f"/api/v1/posts/{post}").json
        assert state["externalId"] == "my-app-launch-001"
        assert state["scheduledTime"] == when
        platforms.update(state["platforms"])
    assert platforms == {"instagram", "tiktok"}


def test_schedule_explicitly(sprkly):
    when = later()
    answer = sprkly.post("/api/v1/posts/schedule", {
        "platforms": ["threads"], "caption": "Behind the scenes update",
        "scheduledTime": when})
    same_shape({"postIds": ["post_..."], "status": "scheduled",
                "scheduledTime": "2026-05-02T09:30:00.000Z"}, answer.json)
    assert len(answer.json["postIds"]) == 1


def test_publish_is_due_at_the_next_full_minute(sprkly):
    before = datetime.now(timezone.utc)
    answer = sprkly.post("/api/v1/publish", {
        "platforms": ["instagram"],
        "caption": "Fresh update from our agent-curated content queue",
        "mediaUrls": ["https://cdn.example.com/card.jpg"],
        "externalId": "agent-run-2026-05-01-001"})
    same_shape({"postIds": ["post_..."], "status": "scheduled",
                "scheduledTime": "2026-05-01T12:01:00.000Z"}, answer.json)
    due = datetime.fromisoformat(
        answer.json["scheduledTime"][:-1] + "+00:00")
    assert due.second == 0 and due.microsecond == 0
    assert timedelta(0) < due - before <= timedelta(seconds=61)


def test_post_status(sprkly):
    made = sprkly.post("/api/v1/posts", {
        "platforms": ["instagram"],
        "profileIds": [sprkly.accounts["instagram"]],
        "caption": "Fresh update from our queue",
        "mediaUrls": ["https://cdn.example.com/card.jpg"],
        "scheduledTime": later(), "externalId": "agent-run-2026-05-01-001"})
    answer = sprkly.get(f"/api/v1/posts/{made.json['postIds'][0]}")
    same_shape({
        "id": "post_...", "status": "posted",
        "caption": "Fresh update from our queue",
        "platforms": ["instagram"],
        "profileIds": ["profile_instagram_123"],
        "mediaUrls": ["https://..."],
        "scheduledTime": "2026-05-01T12:01:00.000Z",
        "publishedAt": None, "failedReason": None,
        "externalId": "agent-run-2026-05-01-001",
        "permalink": None, "platformMeta": None,
        "createdAt": "2026-05-01T12:00:05.000Z",
        "updatedAt": "2026-05-01T12:02:10.000Z"}, answer.json)
    assert answer.json["id"] == made.json["postIds"][0]
    assert answer.json["status"] == "scheduled"
    assert answer.json["profileIds"] == [sprkly.accounts["instagram"]]
    assert answer.json["mediaUrls"] == ["https://cdn.example.com/card.jpg"]
    assert answer.json["publishedAt"] is answer.json["permalink"] is None


def test_posted_post_has_permalink(sprkly):
    """The whole way on a network that is here: the user's own site."""
    account = sprkly.add_account("site", "--handle", f"c{sprkly.port}")
    made = sprkly.post("/api/v1/publish", {
        "platforms": ["site"], "profileIds": ["profile_" + account],
        "caption": "From Sprkly's own words"})
    sprkly.shift_clock(60000)
    sprkly.tick()
    sprkly.shift_clock(0)
    state = sprkly.get(f"/api/v1/posts/{made.json['postIds'][0]}").json
    assert state["status"] == "posted", state
    assert ISO.match(state["publishedAt"])
    page = sprkly.get(state["permalink"][len(sprkly.url):], key=False)
    assert page.status == 200
    assert "From Sprkly&#39;s own words" in page.body.decode()


def test_media_id_resolves_to_a_serve_url(sprkly):
    media = upload(sprkly).json["mediaId"]
    made = sprkly.post("/api/v1/posts", {
        "platforms": ["facebook"], "mediaId": media,
        "scheduledTime": later()})
    state = sprkly.get(f"/api/v1/posts/{made.json['postIds'][0]}").json
    served = sprkly.get(state["mediaUrls"][0][len(sprkly.url):], key=False)
    assert served.status == 200 and served.body == PNG


# ---------------------------------------------------------------- payload

def test_ids_are_taken_with_and_without_prefix(sprkly):
    account = sprkly.accounts["threads"]
    for one in (account, account[len("profile_"):], account.upper()
                .replace("PROFILE_", "profile_")):
        made = sprkly.post("/api/v1/posts", {
            "platforms": ["threads"], "profileIds": [one], "caption": "x",
            "scheduledTime": later()})
        assert made.status == 201, made
        post = made.json["postIds"][0]
        assert sprkly.get(f"/api/v1/posts/{post[5:]}").json["id"] == post


def test_without_profile_ids_every_visible_account_of_the_platforms(sprkly):
    made = sprkly.post("/api/v1/posts", {
        "platforms": ["threads", "facebook"], "caption": "x",
        "scheduledTime": later()})
    assert len(made.json["postIds"]) == 2


@pytest.mark.parametrize("length, status", [(2200, 201), (2201, 400)])
def test_caption_has_at_most_2200_characters(sprkly, length, status):
    answer = sprkly.post("/api/v1/posts", {
        "platforms": ["facebook"], "caption": "é" * length,
        "scheduledTime": later()})
    assert answer.status == status, answer
    if status == 400:
        assert answer.json["code"] == "caption_too_long"


def tiktok(sprkly, title="A title", **meta):
    body = {"platforms": ["tiktok"], "caption": "x",
            "mediaUrls": video(sprkly), "scheduledTime": later(),
            "platformMeta": {"tiktok": meta}}
    if title is not None:
        body["title"] = title
    return sprkly.post("/api/v1/posts", body)


def test_tiktok_rules(sprkly):
    public = {"privacyLevel": "PUBLIC_TO_EVERYONE"}
    assert tiktok(sprkly, **public).status == 201
    assert tiktok(sprkly, title="t" * 150, **public).status == 201
    fault(tiktok(sprkly, title="t" * 151, **public), 400, "title_too_long")
    fault(tiktok(sprkly, title=None, **public), 400, "missing_title")
    fault(tiktok(sprkly), 400, "invalid_platform_meta")
    fault(tiktok(sprkly, privacyLevel="NOBODY"), 400, "invalid_platform_meta")
    fault(tiktok(sprkly, **public, commercialContentDisclosure=True), 400,
          "invalid_platform_meta")
    for opted in ("brandOrganicOptIn", "brandContentOptIn"):
        assert tiktok(sprkly, **public, commercialContentDisclosure=True,
                      **{opted: True}).status == 201
    assert tiktok(sprkly, **public,
                  videoCoverTimestampMs=1500).status == 201
    fault(tiktok(sprkly, **public, videoCoverTimestampMs="1500"), 400,
          "invalid_platform_meta")
    fault(tiktok(sprkly, **public, disableComment="no"), 400,
          "invalid_platform_meta")


def test_youtube_needs_a_title(sprkly):
    body = {"platforms": ["youtube"], "caption": "x",
            "mediaUrls": video(sprkly), "scheduledTime": later()}
    fault(sprkly.post("/api/v1/posts", body), 400, "missing_title")
    assert sprkly.post("/api/v1/posts",
                       {**body, "title": "A film"}).status == 201


def test_several_accounts_are_all_or_nothing(sprkly):
    before = sprkly.sql("SELECT count(*) AS n FROM target")[0]["n"]
    answer = sprkly.post("/api/v1/posts", {
        "platforms": ["threads", "instagram"], "caption": "no picture",
        "scheduledTime": later()})
    assert answer.status == 400, answer        # Instagram needs media
    assert sprkly.sql("SELECT count(*) AS n FROM target")[0]["n"] == before


# ---------------------------------------------------------------- errors

def post(sprkly, **change):
    body = {"platforms": ["threads"], "caption": "x",
            "scheduledTime": later(), **change}
    key = body.pop("key", True)
    return sprkly.post("/api/v1/posts",
                       {k: v for k, v in body.items() if v is not None},
                       key=key)


def test_missing_api_key(sprkly):
    fault(sprkly.get("/api/v1/connections", key=False), 401,
          "missing_api_key")
    fault(sprkly.get("/api/v1/connections", key=False,
                     headers={"Authorization": "Basic YTpi"}), 401,
          "missing_api_key")


def test_invalid_api_key(sprkly):
    fault(sprkly.get("/api/v1/connections", key="nonsense"), 401,
          "invalid_api_key")
    key = sprkly.add_key("owner@example.org", "all", name="gone")
    sprkly.admin("key", "revoke", sprkly.sql(
        "SELECT id FROM api_key WHERE name = 'gone'")[0]["id"])
    fault(sprkly.get("/api/v1/connections", key=key), 401, "invalid_api_key")
    key = sprkly.add_key("owner@example.org", "all", "--expires", later(),
                         name="expires")
    assert sprkly.get("/api/v1/connections", key=key).status == 200
    sprkly.shift_clock(31 * 86400 * 1000)
    fault(sprkly.get("/api/v1/connections", key=key), 401, "invalid_api_key")
    sprkly.shift_clock(0)


@pytest.mark.parametrize("scope, allowed", [
    ("account:read", "GET /api/v1/connections"),
    ("account:write", "POST /api/v1/connections"),
    ("media:write", "POST /api/v1/media"),
    ("post:write", "POST /api/v1/posts"),
    ("post:write", "POST /api/v1/posts/schedule"),
    ("post:write", "POST /api/v1/publish"),
    ("post:read",
     "GET /api/v1/posts/post_01900000-0000-7000-8000-000000000009")])
def test_insufficient_scope(sprkly, scope, allowed):
    method, path = allowed.split()
    others = "post:read post:write account:read account:write media:write"
    others = ",".join(s for s in others.split() if s != scope)
    without = sprkly.add_key("owner@example.org", others)
    body = {} if method == "POST" else None
    fault(sprkly.request(method, path, body, key=without), 403,
          "insufficient_scope")
    alone = sprkly.add_key("owner@example.org", scope)
    answer = sprkly.request(method, path, body, key=alone)
    assert answer.status != 403, answer


def owner(sprkly, email, *settings):
    """Another owner, with a key and a Threads account."""
    if email not in sprkly.admin("user", "list"):
        sprkly.add_user(email)
        sprkly.add_account("threads", "--offline", "--handle", "other",
                           secret="offline", email=email)
        sprkly.admin("user", "set", email, *settings)
    return sprkly.add_key(email, "all")


def test_api_access_disabled(sprkly):
    fault(post(sprkly, key=owner(sprkly, "off@example.org", "--api", "off")),
          403, "api_access_disabled")


def test_missing_content(sprkly):
    fault(post(sprkly, caption=None), 400, "missing_content")
    fault(post(sprkly, caption="", mediaUrls=[]), 400, "missing_content")


def test_missing_platforms(sprkly):
    fault(post(sprkly, platforms=None), 400, "missing_platforms")
    fault(post(sprkly, platforms=[]), 400, "missing_platforms")


def test_unsupported_platform(sprkly):
    fault(post(sprkly, platforms=["myspace"]), 400, "unsupported_platform")
    fault(post(sprkly, platforms=["threads", "snapchat"]), 400,
          "unsupported_platform")
    fault(sprkly.post("/api/v1/connections", {"platform": "myspace"}), 400,
          "unsupported_platform")


@pytest.mark.parametrize("time", ["tomorrow", "2027-02-30T10:00:00Z", "",
                                  "2027-01-01", 1795000000, None])
def test_invalid_scheduled_time(sprkly, time):
    fault(post(sprkly, scheduledTime=time), 400, "invalid_scheduled_time")


def test_scheduled_time_in_past(sprkly):
    fault(post(sprkly, scheduledTime="2020-01-01T00:00:00.000Z"), 400,
          "scheduled_time_in_past")
    fault(sprkly.post("/api/v1/publish", {
        "platforms": ["threads"], "caption": "x",
        "scheduledTime": later(minutes=-1)}), 400, "scheduled_time_in_past")


def test_invalid_profile_ids(sprkly):
    unknown = "profile_01900000-0000-7000-8000-000000000009"
    fault(post(sprkly, profileIds=[unknown]), 400, "invalid_profile_ids")
    fault(post(sprkly, profileIds=["profile_instagram_123"]), 400,
          "invalid_profile_ids")
    fault(post(sprkly, profileIds=[sprkly.accounts["facebook"]]), 400,
          "invalid_profile_ids")
    owner(sprkly, "other@example.org")
    other = sprkly.sql(
        "SELECT a.id FROM account a JOIN membership m"
        " ON m.profile = a.profile JOIN user u ON u.id = m.user"
        " WHERE u.email = 'other@example.org'")[0]["id"]
    fault(post(sprkly, profileIds=[other]), 400, "invalid_profile_ids")
    gone = sprkly.add_account("threads", "--offline", "--handle", "gone",
                              secret="offline")
    assert sprkly.request("DELETE",
                          f"/api/v1/connections/{gone}").status == 200
    fault(post(sprkly, profileIds=[gone]), 400, "invalid_profile_ids")


def test_profile_scope_denied(sprkly):
    allowed = sprkly.accounts["threads"][len("profile_"):]
    key = sprkly.add_key("owner@example.org", "all", "--accounts", allowed)
    assert post(sprkly, key=key).status == 201
    fault(post(sprkly, key=key, platforms=["facebook"],
               profileIds=[sprkly.accounts["facebook"]]), 403,
          "profile_scope_denied")
    seen = sprkly.get("/api/v1/connections", key=key).json
    assert [a["id"] for a in seen["accounts"]] == ["profile_" + allowed]


def test_media_not_found(sprkly):
    fault(post(sprkly, mediaId="media_01900000-0000-7000-8000-00000000000a"),
          404, "media_not_found")
    key = owner(sprkly, "other@example.org")
    others = upload(sprkly, key=key).json["mediaId"]
    fault(post(sprkly, mediaId=others), 404, "media_not_found")
    gone = upload(sprkly).json["mediaId"]
    assert sprkly.request("DELETE", f"/api/v1/media/{gone}").status == 200
    fault(post(sprkly, mediaId=gone), 404, "media_not_found")


def test_missing_file(sprkly):
    fault(upload(sprkly, name="picture"), 400, "missing_file")


def test_file_too_large(sprkly):
    fault(upload(sprkly, PNG + bytes(50 * 1024 * 1024)), 413,
          "file_too_large")


def test_upload_plan_required(sprkly):
    key = owner(sprkly, "free@example.org", "--plan", "free")
    fault(upload(sprkly, key=key), 403, "upload_plan_required")


def test_storage_quota_exceeded(sprkly):
    key = owner(sprkly, "small@example.org", "--storage",
                str(len(PNG)))
    assert upload(sprkly, key=key).status in (200, 201)
    fault(upload(sprkly, key=key), 413, "storage_quota_exceeded")


def test_quota_exceeded(sprkly):
    key = owner(sprkly, "few@example.org", "--posts", "2")
    assert post(sprkly, key=key).status == 201
    assert post(sprkly, key=key).status == 201
    fault(post(sprkly, key=key), 429, "quota_exceeded")


def test_post_not_found(sprkly):
    key = owner(sprkly, "other@example.org")
    mine = post(sprkly).json["postIds"][0]
    for path in (mine, "post_123",
                 "post_01900000-0000-7000-8000-000000000009"):
        fault(sprkly.get(f"/api/v1/posts/{path}", key=key), 404,
              "post_not_found")


def test_password_is_not_a_key(sprkly):
    fault(sprkly.get("/api/v1/connections", key=PASSWORD.replace(" ", "")),
          401, "invalid_api_key")
