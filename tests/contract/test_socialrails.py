"""Every request that SocialRails' documentation shows, replayed against Crier.

The requests are composed from the documentation's text; only base URL, key,
ids and times are put in. Answers are compared with the documented ones member
by member, and each endpoint is asked with another profile's ids.
"""

import json
import re
from datetime import datetime, timedelta, timezone

import pytest

from servers import multipart
from test_sprkly import PNG

BASE = "/socialrails/api/v1"
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
NETWORKS = ("twitter", "linkedin", "facebook", "instagram", "bluesky",
            "youtube", "tiktok", "threads", "pinterest")
NONE = 2147483647
UNKNOWN = "01900000-0000-7000-8000-000000000009"


def later(**how):
    time = datetime.now(timezone.utc) + timedelta(**(how or {"days": 30}))
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def same_shape(documented, answered, path="$"):
    """Every documented member is there with the documented type; a member
    named None in the documentation may be null or a time."""
    if isinstance(documented, dict):
        assert isinstance(answered, dict), path
        assert documented.keys() <= answered.keys(), (path, answered)
        for name, value in documented.items():
            same_shape(value, answered[name], f"{path}.{name}")
    elif isinstance(documented, list):
        assert isinstance(answered, list), path
        for item in answered:
            same_shape(documented[0], item, f"{path}[]")
    elif documented is None:
        assert answered is None or TIME.match(answered), path
    elif documented == "uuid" or str(documented).startswith("uuid-"):
        assert UUID.match(answered), f"{path}: {answered}"
    elif isinstance(documented, str) and TIME.match(documented):
        assert TIME.match(answered), f"{path}: {answered}"
    else:
        assert type(answered) is type(documented), f"{path}: {answered!r}"


class Rails:
    """The API as its clients see it, for one key."""

    def __init__(self, instance, email):
        self.instance, self.email = instance, email
        if email not in instance.admin("user", "list"):
            instance.add_user(email)
        self.key = instance.add_key(email, "read,write,ai,webhooks")
        self.profile = self.sql("SELECT m.profile AS id FROM membership m"
                                " JOIN user u ON u.id = m.user WHERE"
                                f" u.email = '{email}'")[0]["id"]

    def sql(self, statement):
        return self.instance.sql(statement)

    def connect(self, network, handle=None):
        return self.instance.add_account(
            network, "--offline", "--handle", handle or f"{network}app",
            secret="offline", email=self.email)

    def ask(self, method, path, body=None, **how):
        how.setdefault("key", self.key)
        return self.instance.request(method, BASE + path, body, **how)

    def get(self, path, **how):
        return self.ask("GET", path, **how)

    def post(self, path, body, **how):
        return self.ask("POST", path, body, **how)

    def patch(self, path, body):
        return self.ask("PATCH", path, body)

    def create(self, **change):
        body = {"content": "Hello", "platform": "twitter",
                "scheduled_for": later(), **change}
        return self.post("/posts", {k: v for k, v in body.items()
                                    if v is not None})

    def made(self, **change):
        answer = self.create(**change)
        assert answer.status == 201, answer
        return answer.json["data"]["id"]

    def upload(self, data=PNG, name="file", file="a.png", **how):
        kind, body = multipart((name, data, file, "image/png"))
        return self.post("/media/upload", body,
                         headers={"Content-Type": kind}, **how)

    def target(self, id):
        return self.sql(f"SELECT * FROM target WHERE id = '{id}'")[0]


@pytest.fixture(scope="module")
def rails(instance):
    one = Rails(instance, "rails@example.org")
    one.accounts = {name: one.connect(name) for name in NETWORKS}
    one.other = Rails(instance, "other@example.org")
    return one


def fault(answer, status, code, *words):
    assert answer.status == status, answer
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) == {"code", "message"}
    assert answer.json["error"]["code"] == code
    for word in words:
        assert word in answer.json["error"]["message"]


# ---------------------------------------------------------------- documented

def test_health(rails):
    answer = rails.get("/health", key=False)
    assert answer.status == 200
    same_shape({"data": {"status": "ok", "version": "1.0",
                         "timestamp": "2026-03-02T12:00:00Z"}}, answer.json)
    assert answer.json["data"]["status"] == "ok"
    assert answer.json["data"]["version"] == "1.0"


POST = {"id": "uuid", "content": "Check out our latest update!",
        "platform": "twitter", "status": "scheduled",
        "scheduled_for": None, "posted_at": None,
        "created_at": "2026-03-02T10:30:00Z"}


def test_list_posts(rails):
    rails.made(content="Check out our latest update!")
    answer = rails.get("/posts")
    assert answer.status == 200
    same_shape({"data": [POST], "pagination": {
        "total": 42, "limit": 50, "offset": 0}}, answer.json)
    assert answer.json["pagination"]["limit"] == 50
    assert answer.json["pagination"]["offset"] == 0
    total = rails.sql("SELECT count(*) AS n FROM target WHERE profile ="
                      f" '{rails.profile}' AND state <> 'cancelled'")[0]["n"]
    assert answer.json["pagination"]["total"] == total


def test_get_post(rails):
    when = later()
    id = rails.made(content="Check out our latest update!",
                    scheduled_for=when)
    answer = rails.get(f"/posts/{id}")
    same_shape({"data": POST}, answer.json)
    assert answer.json["data"]["scheduled_for"] == when
    assert answer.json["data"]["content"] == "Check out our latest update!"
    assert answer.json["data"]["posted_at"] is None


def test_create_post(rails):
    key = rails.upload().json["data"]["key"]
    when = later()
    answer = rails.post("/posts", {
        "content": "Excited to announce our new feature!",
        "platform": "linkedin", "scheduled_for": when, "media": [key]})
    assert answer.status == 201, answer
    assert answer.json["data"] == {
        "id": answer.json["data"]["id"],
        "content": {"all": "Excited to announce our new feature!"},
        "platform": "linkedin", "status": "scheduled",
        "scheduled_for": when,
        "created_at": answer.json["data"]["created_at"]}
    same_shape({"data": {"id": "uuid", "created_at": "2026-03-02T10:30:00Z"}},
               answer.json)
    row = rails.target(answer.json["data"]["id"])
    assert row["account"] == rails.accounts["linkedin"]
    media = rails.sql("SELECT media FROM attachment WHERE post ="
                      f" '{row['post']}'")
    assert [m["media"] + ".png" for m in media] == [key.split("/")[-1]]


def test_update_post(rails):
    key = rails.upload().json["data"]["key"]
    id = rails.made(platform="linkedin")
    when = later(days=3)
    answer = rails.patch(f"/posts/{id}", {
        "content": "Updated content here", "platform": "twitter",
        "scheduled_for": when, "media": [key]})
    assert answer.status == 200, answer
    same_shape({"data": POST}, answer.json)
    assert {n: answer.json["data"][n] for n in (
        "id", "content", "platform", "status", "scheduled_for")} == {
        "id": id, "content": "Updated content here", "platform": "twitter",
        "status": "scheduled", "scheduled_for": when}
    row = rails.target(id)
    assert row["account"] == rails.accounts["twitter"]
    assert row["network"] == "twitter" and row["own_media"] == 1


def test_scheduled_for_null_makes_a_draft(rails):
    id = rails.made()
    answer = rails.patch(f"/posts/{id}", {"scheduled_for": None})
    assert answer.json["data"]["status"] == "draft"
    assert answer.json["data"]["scheduled_for"] is None
    again = rails.patch(f"/posts/{id}", {"scheduled_for": later()})
    assert again.json["data"]["status"] == "scheduled"


def test_delete_post(rails):
    id = rails.made()
    answer = rails.ask("DELETE", f"/posts/{id}")
    assert answer.status == 200
    assert answer.json == {"data": {"id": id, "deleted": True}}
    assert rails.target(id)["state"] == "cancelled"
    for method, body in (("GET", None), ("PATCH", {"content": "x"}),
                         ("DELETE", None)):
        fault(rails.ask(method, f"/posts/{id}", body), 404, "NOT_FOUND")
    assert id not in [p["id"] for p in rails.get("/posts").json["data"]]


def test_batch(rails):
    key = rails.upload().json["data"]["key"]
    answer = rails.post("/posts/batch", {
        "content": "Big announcement coming soon!",
        "platforms": ["twitter", "linkedin", "facebook"],
        "scheduled_for": later(),
        "platform_content": {
            "twitter": "Short tweet version of the announcement!"},
        "media": [key]})
    assert answer.status == 201, answer
    same_shape({"data": {"batch_id": "uuid", "posts": [
        {"id": "uuid-1", "platform": "twitter", "status": "scheduled"}]}},
        answer.json)
    posts = answer.json["data"]["posts"]
    assert [p["platform"] for p in posts] == ["twitter", "linkedin",
                                              "facebook"]
    texts = {p["platform"]: rails.get(f"/posts/{p['id']}").json["data"][
        "content"] for p in posts}
    assert texts == {"twitter": "Short tweet version of the announcement!",
                     "linkedin": "Big announcement coming soon!",
                     "facebook": "Big announcement coming soon!"}
    rows = [rails.target(p["id"]) for p in posts]
    assert {r["post"] for r in rows} == {answer.json["data"]["batch_id"]}


def test_analytics(rails):
    answer = rails.get("/analytics?period=30d")
    same_shape({"data": {
        "period": "30d", "since": "2026-02-01T00:00:00Z",
        "total_posts_published": 47,
        "by_platform": [{"platform": "twitter", "posts_published": 20}]}},
        answer.json)
    assert rails.get("/analytics").json["data"]["period"] == "7d"


def test_analytics_have_the_latest_metrics(rails):
    """Of each post its latest snapshot counts; what no network told is null,
    and what is not published counts nothing."""
    rails = Rails(rails.instance, "measured@example.org")
    rails.connect("twitter")
    shown, second, waiting = (rails.made() for _ in range(3))
    rails.sql("UPDATE target SET state = 'posted', remote_id = '1',"
              " published_at = updated_at"
              f" WHERE id IN ('{shown}', '{second}')")
    nothing = rails.get("/analytics").json["data"]["metrics"]
    assert set(nothing.values()) == {None} and len(nothing) == 7
    rails.sql("INSERT INTO metric (target, taken_at, likes, views) VALUES"
              f" ('{shown}', 1, 1, 10), ('{shown}', 2, 5, NULL),"
              f" ('{second}', 2, 7, NULL), ('{waiting}', 2, 100, 100)")
    total = rails.get("/analytics").json["data"]["metrics"]
    assert total == {**nothing, "likes": 12}
    one = rails.get(f"/analytics?post_id={shown}").json["data"]["metrics"]
    assert one == {"measured_at": "1970-01-01T00:00:00Z", "likes": 5,
                   "comments": None, "shares": None, "views": None,
                   "impressions": None, "clicks": None, "saves": None}
    rails.sql(f"DELETE FROM metric WHERE target = '{shown}'")
    data = rails.get(f"/analytics?post_id={shown}").json["data"]
    assert data["metrics"] is None


def test_accounts(rails):
    expired = rails.connect("linkedin", "second")
    rails.sql(f"UPDATE account SET status = 'expired' WHERE id = '{expired}'")
    answer = rails.get("/accounts")
    same_shape({"data": [{
        "id": "uuid", "provider": "twitter", "name": "MyBrand",
        "status": "connected", "connected_at": "2026-01-15T08:00:00Z"}]},
        answer.json)
    states = {a["id"]: a["status"] for a in answer.json["data"]}
    assert states[expired] == "expired"
    assert states[rails.accounts["twitter"]] == "connected"
    assert "offline" not in json.dumps(answer.json)


def test_workspace(rails):
    answer = rails.get("/workspace")
    same_shape({"data": {
        "id": "uuid", "name": "My Workspace",
        "created_at": "2025-06-01T00:00:00Z", "plan": "professional",
        "limits": {"api_requests_per_hour": 300, "api_keys_max": 5,
                   "max_posts_per_month": 900,
                   "max_ai_credits_per_month": 1000},
        "usage": {"posts_this_month": 142}}}, answer.json)
    data = answer.json["data"]
    assert data["id"] == rails.profile and data["plan"] == "unlimited"
    assert data["limits"] == {
        "api_requests_per_hour": 300, "api_keys_max": NONE,
        "max_posts_per_month": NONE, "max_ai_credits_per_month": NONE}
    rails.made()
    after = rails.get("/workspace").json["data"]["usage"]
    assert after["posts_this_month"] == data["usage"]["posts_this_month"] + 1


def test_upload(rails):
    answer = rails.upload()
    assert answer.status == 201, answer
    same_shape({"data": {"media_id": "uuid", "key": "x", "url": "x"}},
               answer.json)
    data = answer.json["data"]
    assert data["key"] == (f"{rails.profile}/api-uploads/images/"
                           f"{data['media_id']}.png")
    served = rails.instance.get(data["url"][len(rails.instance.url):],
                                key=False)
    assert served.status == 200 and served.body == PNG


# ---------------------------------------------------------------- keys, ids

def test_keys_and_scopes(rails):
    fault(rails.get("/posts", key=False), 401, "UNAUTHORIZED")
    fault(rails.get("/posts", key="nonsense"), 401, "UNAUTHORIZED")
    assert rails.get("/posts", key=False, headers={
        "X-API-Key": rails.key}).status == 200
    read = rails.instance.add_key(rails.email, "read")
    for path in ("/posts", "/accounts", "/workspace", "/analytics"):
        assert rails.get(path, key=read).status == 200
    fault(rails.post("/posts", {}, key=read), 403, "FORBIDDEN")
    fault(rails.upload(key=read), 403, "FORBIDDEN")
    write = rails.instance.add_key(rails.email, "write")
    assert rails.post("/posts", {}, key=write).status == 400
    assert rails.upload(key=write).status == 201
    for path in ("/posts", "/accounts", "/workspace", "/analytics"):
        fault(rails.get(path, key=write), 403, "FORBIDDEN")


def test_requests_an_hour(rails):
    headers = rails.get("/accounts").headers
    assert headers["X-RateLimit-Limit"] == "300"
    assert int(headers["X-RateLimit-Remaining"]) < 300
    key = rails.instance.add_key(rails.email, "read")
    statuses = [rails.get("/accounts", key=key).status for _ in range(301)]
    assert statuses == [200] * 300 + [429]
    fault(rails.get("/accounts", key=key), 429, "RATE_LIMITED")


def test_paths_and_methods(rails):
    for path in ("/nothing", "/posts/a/b", "/media", "/media/nothing", "",
                 "/ai"):
        fault(rails.get(path), 404, "NOT_FOUND")
    fault(rails.instance.get("/socialrails/nothing"), 404, "NOT_FOUND")
    answer = rails.ask("DELETE", "/posts")
    fault(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "GET, POST"
    fault(rails.post("/posts", "{", headers={
        "Content-Type": "application/json"}), 400, "VALIDATION_ERROR")


def test_another_profiles_ids(rails):
    mine, key = rails.made(), rails.upload().json["data"]["key"]
    other = rails.other
    other.connect("twitter", "others")
    for method, body in (("GET", None), ("PATCH", {"content": "x"}),
                         ("DELETE", None)):
        fault(other.ask(method, f"/posts/{mine}", body), 404, "NOT_FOUND")
        fault(other.ask(method, f"/posts/{UNKNOWN}", body), 404, "NOT_FOUND")
    fault(other.get(f"/analytics?post_id={mine}"), 404, "NOT_FOUND")
    for media in (key, key.split("/")[-1][:36], key.replace(
            rails.profile, other.profile)):
        fault(other.create(media=[media]), 400, "VALIDATION_ERROR")
    fault(rails.create(media=[key.replace(rails.profile, other.profile)]),
          400, "VALIDATION_ERROR")
    assert rails.target(mine)["state"] == "scheduled"
    seen = json.dumps([other.get(path).json for path in (
        "/posts", "/accounts", "/workspace", "/analytics?period=365d")])
    for id in (mine, rails.profile, *rails.accounts.values()):
        assert id not in seen


def test_ids_with_and_without_prefix(rails):
    id = rails.made()
    for one in (id, "post_" + id, id.upper()):
        assert rails.get(f"/posts/{one}").json["data"]["id"] == id


# ---------------------------------------------------------------- creating

@pytest.mark.parametrize("change, word", [
    ({"content": None}, "content"), ({"content": ""}, "content"),
    ({"content": 7}, "content"), ({"content": "a" * 281}, "280"),
    ({"content": "é" * 5001, "platform": "facebook"}, "5000"),
    ({"platform": None}, "platform"), ({"platform": "myspace"}, "myspace"),
    ({"platform": "snapchat"}, "snapchat"),
    ({"platform": "mastodon"}, "Mastodon"),
    ({"scheduled_for": "tomorrow"}, "scheduled_for"),
    ({"scheduled_for": "2020-01-01T00:00:00Z"}, "future"),
    ({"scheduled_for": "1970-01-01T00:00:00Z"}, "future"),
    ({"media": "x"}, "media"), ({"media": ["x"]}, "media"),
    ({"platform": "instagram"}, "Instagram"),
    ({"platform": "tiktok", "media": []}, "privacyLevel"),
    ({"platform_settings": {"facebook": 1}}, "facebook"),
    ({"platform_settings": {"myspace": {}}}, "myspace"),
    ({"platform": "facebook",
      "platform_settings": {"facebook": {"videoType": 1}}}, "videoType")])
def test_refused_posts_are_not_stored(rails, change, word):
    count = "SELECT count(*) AS n FROM post"
    before = rails.sql(count)
    fault(rails.create(**change), 400, "VALIDATION_ERROR", word)
    assert rails.sql(count) == before


def test_content_of_5000_characters(rails):
    assert rails.create(content="é" * 5000, platform="facebook").status == 201


def test_x_is_twitter(rails):
    id = rails.made(platform="x")
    assert rails.get(f"/posts/{id}").json["data"]["platform"] == "twitter"
    listed = rails.get("/posts?platform=x").json["data"]
    assert id in [p["id"] for p in listed]


def test_a_platform_without_an_account_takes_drafts(rails):
    id = rails.made(platform="mastodon", scheduled_for=None)
    row = rails.target(id)
    assert row["state"] == "draft" and row["account"] is None
    assert rails.get(f"/posts/{id}").json["data"]["platform"] == "mastodon"
    native = rails.instance.get(f"/api/v1/posts/{id}", key=rails.instance
                                .add_key(rails.email, "all"))
    assert native.json["profileIds"] == []
    fault(rails.patch(f"/posts/{id}", {"scheduled_for": later()}), 400,
          "VALIDATION_ERROR", "Mastodon")
    account = rails.connect("mastodon")
    assert rails.patch(f"/posts/{id}",
                       {"scheduled_for": later()}).status == 200
    assert rails.target(id)["account"] == account
    rails.sql(f"UPDATE account SET status = 'disconnected'"
              f" WHERE id = '{account}'")


def test_a_limited_key_makes_no_draft_without_an_account(rails):
    key = rails.instance.add_key(rails.email, "read,write", "--accounts",
                                 rails.accounts["twitter"])
    for platform in ("mastodon", "linkedin"):
        fault(rails.post("/posts", {"content": "x", "platform": platform},
                         key=key), 400, "VALIDATION_ERROR")
    made = rails.post("/posts", {"content": "x", "platform": "x"}, key=key)
    assert made.status == 201
    seen = rails.get("/posts", key=key).json["data"]
    assert {p["platform"] for p in seen} == {"twitter"}
    accounts = rails.get("/accounts", key=key).json["data"]
    assert [a["id"] for a in accounts] == [rails.accounts["twitter"]]


def test_an_expired_default_account_is_refused_not_replaced(rails):
    first = rails.accounts["linkedin"]
    rails.connect("linkedin", "third")
    rails.sql(f"UPDATE account SET status = 'expired' WHERE id = '{first}'")
    fault(rails.create(platform="linkedin"), 400, "VALIDATION_ERROR",
          "expired")
    rails.sql(f"UPDATE account SET status = 'active' WHERE id = '{first}'")
    id = rails.made(platform="linkedin")
    assert rails.target(id)["account"] == first


def box(kind, *parts):
    data = b"".join(parts)
    return (8 + len(data)).to_bytes(4, "big") + kind + data


def video():
    """The smallest MP4 that has a picture: one track of 16 by 16."""
    matrix = bytes.fromhex("00010000" + "0" * 24 + "00010000" + "0" * 24
                           + "40000000")
    mvhd = box(b"mvhd", bytes(12), (1000).to_bytes(4, "big"),
               (2000).to_bytes(4, "big"), bytes.fromhex("0001000001000000"),
               bytes(8), matrix, bytes(24), (2).to_bytes(4, "big"))
    tkhd = box(b"tkhd", bytes.fromhex("00000007"), bytes(8),
               (1).to_bytes(4, "big"), bytes(4), (2000).to_bytes(4, "big"),
               bytes(16), matrix, (16 << 16).to_bytes(4, "big") * 2)
    hdlr = box(b"hdlr", bytes(8), b"vide", bytes(13))
    moov = box(b"moov", mvhd, box(b"trak", tkhd, box(b"mdia", hdlr)))
    return box(b"ftyp", b"isom", bytes(4), b"isom") + moov \
        + box(b"mdat", bytes(64))


def test_titles_are_made_from_the_text(rails):
    """This API has no titles, and YouTube's posts must have one."""
    data = rails.upload(video(), file="a.mp4").json["data"]
    assert "/api-uploads/videos/" in data["key"]
    film = {"platform": "youtube", "media": [data["key"]]}
    id = rails.made(content="A film about ships\n\nand the sea", **film)
    assert rails.target(id)["title"] == "A film about ships"
    rails.patch(f"/posts/{id}", {"content": "Of ships. " * 20})
    title = rails.target(id)["title"]
    assert title.endswith("ships.") and 50 < len(title) <= 100
    rails.patch(f"/posts/{id}", {"platform": "facebook"})
    rails.patch(f"/posts/{id}", {"content": "Whales", "platform": "youtube"})
    assert rails.target(id)["title"] == "Whales"
    rails.sql(f"UPDATE target SET title = 'My own' WHERE id = '{id}'")
    rails.patch(f"/posts/{id}", {"content": "Dolphins"})
    assert rails.target(id)["title"] == "My own"
    fault(rails.create(content=" \n ", **film), 400, "VALIDATION_ERROR")


# ---------------------------------------------------------------- defaults

def settings(rails, method="GET", body=None):
    key = rails.instance.add_key(rails.email, "all")
    return rails.instance.request(method, "/api/v1/platform-settings", body,
                                  key=key)


def test_defaults_by_platform(rails):
    second = rails.connect("facebook", "page2")
    answer = settings(rails, "PUT", {
        "platform": "facebook", "profileId": "profile_" + second,
        "settings": {"videoType": "reel"}})
    assert answer.status == 200, answer
    assert answer.json == {"platform": "facebook",
                           "profileId": "profile_" + second,
                           "settings": {"videoType": "reel"}}
    assert settings(rails).json == {"platformSettings": [answer.json]}
    id = rails.made(platform="facebook")
    row = rails.target(id)
    assert row["account"] == second
    assert json.loads(row["settings"]) == {"videoType": "reel"}
    id = rails.made(platform="facebook", platform_settings={
        "facebook": {"videoType": "video"}, "twitter": {}})
    assert json.loads(rails.target(id)["settings"]) == {"videoType": "video"}
    moved = rails.made()
    rails.patch(f"/posts/{moved}", {"platform": "facebook"})
    row = rails.target(moved)
    assert (row["network"], row["account"]) == ("facebook", second)
    assert json.loads(row["settings"]) == {"videoType": "reel"}
    rails.patch(f"/posts/{moved}", {"platform": "twitter"})
    assert rails.target(moved)["settings"] == "{}"
    settings(rails, "PUT", {"platform": "facebook"})
    assert rails.target(rails.made(platform="facebook"))["account"] == \
        rails.accounts["facebook"]


@pytest.mark.parametrize("body, code", [
    ({}, "unsupported_platform"),
    ({"platform": "myspace"}, "unsupported_platform"),
    ({"platform": "facebook", "profileId": UNKNOWN}, "invalid_profile_ids"),
    ({"platform": "facebook", "settings": {"x": 1}},
     "invalid_platform_meta")])
def test_bad_defaults(rails, body, code):
    answer = settings(rails, "PUT", body)
    assert answer.status == 400 and answer.json["code"] == code, answer


def test_defaults_are_a_profiles_own(rails):
    answer = rails.instance.request(
        "PUT", "/api/v1/platform-settings",
        {"platform": "facebook", "profileId": rails.accounts["facebook"]},
        key=rails.instance.add_key(rails.other.email, "all"))
    assert answer.status == 400, answer
    assert settings(rails.other).json == {"platformSettings": []}


# ---------------------------------------------------------------- batch

def test_a_batch_is_all_or_nothing(rails):
    count = "SELECT count(*) AS n FROM target"
    before = rails.sql(count)
    for change, word in (
            ({"platforms": ["twitter", "instagram"]}, "Instagram"),
            ({"platforms": ["twitter", "mastodon"]}, "Mastodon"),
            ({"platforms": []}, "platforms"),
            ({"platforms": ["a"] * 10}, "platforms"),
            ({"platform_content": {"twitter": ""}}, "twitter"),
            ({"platform_content": {"linkedin": "x"}}, "linkedin"),
            ({"platform_content": {"twitter": "x" * 281}}, "280")):
        body = {"content": "Hello", "platforms": ["twitter"],
                "scheduled_for": later(), **change}
        fault(rails.post("/posts/batch", body), 400, "VALIDATION_ERROR", word)
    assert rails.sql(count) == before


def test_a_batch_of_nine(rails):
    key = rails.upload().json["data"]["key"]
    answer = rails.post("/posts/batch", {
        "content": "Everywhere", "platforms": ["twitter", "x", "linkedin"],
        "media": [key]})
    assert answer.status == 201, answer
    assert [(p["platform"], p["status"]) for p in
            answer.json["data"]["posts"]] == [("twitter", "draft"),
                                              ("linkedin", "draft")]
    first, second = answer.json["data"]["posts"]
    rails.patch(f"/posts/{first['id']}", {"content": "Only here"})
    assert rails.get(f"/posts/{second['id']}").json["data"]["content"] == \
        "Everywhere"


def test_a_month_of_posts(rails):
    few = Rails(rails.instance, "few@example.org")
    few.connect("twitter", "few")
    rails.instance.admin("user", "set", few.email, "--posts", "2")
    assert few.create().status == 201
    body = {"content": "x", "platforms": ["twitter"]}
    assert few.post("/posts/batch", body).status == 201
    fault(few.create(), 429, "LIMIT_EXCEEDED")
    data = few.get("/workspace").json["data"]
    assert data["limits"]["max_posts_per_month"] == 2
    assert data["usage"]["posts_this_month"] == 2


# ---------------------------------------------------------------- lists

def ids(answer):
    assert answer.status == 200, answer
    return [p["id"] for p in answer.json["data"]]


def test_filters_and_sort(rails):
    one = Rails(rails.instance, "lists@example.org")
    one.connect("twitter", "lists"), one.connect("linkedin", "lists")
    early = one.made(scheduled_for=later(days=1))
    late = one.made(scheduled_for=later(days=9), platform="linkedin")
    draft = one.made(scheduled_for=None)
    assert ids(one.get("/posts")) == [draft, late, early]
    assert ids(one.get("/posts?sort=created_at")) == [draft, late, early]
    assert ids(one.get("/posts?sort=scheduled_for")) == [late, early, draft]
    assert ids(one.get("/posts?status=draft")) == [draft]
    assert ids(one.get("/posts?status=scheduled")) == [late, early]
    assert ids(one.get("/posts?status=failed")) == []
    assert ids(one.get("/posts?platform=linkedin")) == [late]
    today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    assert len(ids(one.get(f"/posts?from={today}&to={today}"))) == 3
    assert ids(one.get(f"/posts?from={later(days=1)}")) == []
    assert ids(one.get("/posts?to=2020-01-01")) == []
    page = one.get("/posts?limit=1&offset=1").json
    assert [p["id"] for p in page["data"]] == [late]
    assert page["pagination"] == {"total": 3, "limit": 1, "offset": 1}
    page = one.get("/posts?offset=7").json
    assert page["data"] == [] and page["pagination"]["total"] == 3
    for query in ("limit=0", "limit=101", "offset=-1", "sort=id",
                  "status=sent", "platform=myspace", "from=soon"):
        fault(one.get(f"/posts?{query}"), 400, "VALIDATION_ERROR")


def test_a_list_walked_while_rows_come_and_go(rails):
    """Offsets count from the newest: with `to` in the past nothing that comes
    moves what is there. What goes behind the reader moves nothing either."""
    one = Rails(rails.instance, "walk@example.org")
    one.connect("twitter", "walk")
    kept = [one.made() for _ in range(12)]
    one.sql("UPDATE target SET created_at = created_at - 60000 WHERE"
            f" profile = '{one.profile}'")
    until = later(seconds=-30)
    doomed, seen, offset = kept[:3], [], 0
    while True:
        page = one.get(f"/posts?limit=3&offset={offset}&to={until}")
        if not ids(page):
            break
        seen += ids(page)
        offset += 3
        one.made()
        if doomed and offset <= 9:
            gone = doomed.pop()
            one.ask("DELETE", f"/posts/{gone}")
            kept.remove(gone)
    assert len(seen) == len(set(seen))
    assert seen == kept[::-1]


# ---------------------------------------------------------------- states

@pytest.mark.parametrize("state, shown", [
    ("publishing", "scheduled"), ("verifying", "scheduled"),
    ("posted", "posted"), ("failed", "failed"), ("uncertain", "failed")])
def test_only_drafts_and_scheduled_posts_change(rails, state, shown):
    one = Rails(rails.instance, f"{state}@example.org")
    one.connect("twitter", state)
    id = one.made()
    worker = "'w'" if state == "publishing" else "NULL"
    reason = "'uncertain: look'" if state == "uncertain" else "NULL"
    one.sql(f"UPDATE target SET state = '{state}', worker = {worker},"
            f" remote_id = '1', reason = {reason} WHERE id = '{id}'")
    if state == "posted":
        one.sql(f"UPDATE target SET published_at = updated_at"
                f" WHERE id = '{id}'")
    data = one.get(f"/posts/{id}").json["data"]
    assert data["status"] == shown
    assert ids(one.get(f"/posts?status={shown}")) == [id]
    before, events = one.target(id), one.sql("SELECT count(*) FROM event")
    for method, body in (("PATCH", {"content": "x"}),
                         ("PATCH", {"scheduled_for": later()}),
                         ("PATCH", {"platform": "twitter"}),
                         ("DELETE", None)):
        fault(one.ask(method, f"/posts/{id}", body), 400, "VALIDATION_ERROR")
    assert one.target(id) == before
    assert one.sql("SELECT count(*) FROM event") == events
    if state == "uncertain":
        assert data["failed_reason"].startswith("uncertain:")
    if state == "posted":
        assert ids(one.get("/posts?status=published")) == [id]
        total = one.get("/analytics?platform=twitter").json["data"]
        assert total["total_posts_published"] == 1
        assert total["by_platform"] == [
            {"platform": "twitter", "posts_published": 1}]
        assert one.get("/analytics?platform=linkedin").json["data"][
            "total_posts_published"] == 0
        data = one.get(f"/analytics?post_id={id}&period=90d").json["data"]
        assert data["post_id"] == id and data["total_posts_published"] == 1
        one.sql("UPDATE target SET published_at = published_at - 8 * 86400000"
                f" WHERE id = '{id}'")
        counts = [one.get(f"/analytics?period={p}").json["data"][
            "total_posts_published"] for p in ("7d", "30d", "90d", "365d")]
        assert counts == [0, 1, 1, 1]


def test_bad_periods(rails):
    for query in ("period=1d", "platform=myspace"):
        fault(rails.get(f"/analytics?{query}"), 400, "VALIDATION_ERROR")
    fault(rails.get("/analytics?post_id=x"), 404, "NOT_FOUND")


# ---------------------------------------------------------------- uploads

def test_bad_uploads(rails):
    fault(rails.upload(name="picture"), 400, "VALIDATION_ERROR")
    fault(rails.upload(b"<svg/>"), 415, "VALIDATION_ERROR")
    fault(rails.upload(PNG + bytes(10 * 1024 * 1024)), 413,
          "VALIDATION_ERROR", "10 MB")
    assert rails.upload(PNG + bytes(10 * 1024 * 1024 - len(PNG))).status in (
        201, 415)
    fault(rails.post("/media/upload", {}), 415, "VALIDATION_ERROR")


def test_idempotency(rails):
    body = {"content": "once", "platform": "twitter"}
    answers = [rails.post("/posts", body, headers={
        "Idempotency-Key": "rails-1"}) for _ in range(3)]
    assert {a.json["data"]["id"] for a in answers} == {
        answers[0].json["data"]["id"]}
    fault(rails.post("/posts", {**body, "content": "other"}, headers={
        "Idempotency-Key": "rails-1"}), 422, "VALIDATION_ERROR")
