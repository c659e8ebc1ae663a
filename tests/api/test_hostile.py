"""What an adversary with a key tries, and what a program may send by mistake:
through real web servers, with what is stored looked at afterwards."""

import json
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from servers import multipart

JSON = {"Content-Type": "application/json"}
MEGABYTE = 1024 * 1024


def later(**how):
    time = datetime.now(timezone.utc) + timedelta(**(how or {"days": 30}))
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")


@pytest.fixture(scope="module", autouse=True)
def account(instance):
    instance.key
    instance.threads = "profile_" + instance.add_account(
        "threads", "--offline", "--handle", "ana", secret="offline")
    return instance


def refused(answer, status, code):
    assert answer.status == status, answer
    assert answer.json["code"] == code, answer
    return answer


def png(width=1):
    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data
                + struct.pack(">I", zlib.crc32(name + data)))
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0" * (width + 1)))
            + chunk(b"IEND", b""))


def count(instance, table="post"):
    return instance.sql(f"SELECT count(*) AS n FROM {table}")[0]["n"]


def make(instance, **change):
    body = {"platforms": ["threads"], "caption": "x",
            "scheduledTime": later(), **change}
    answer = instance.post("/api/v1/posts", body)
    assert answer.status == 201, answer
    return answer.json["postIds"][0]


# ---------------------------------------------------------------- bodies

@pytest.mark.parametrize("short_by", [0, 1, 15, 16, 17])
def test_a_body_of_just_a_megabyte(instance, short_by):
    body = json.dumps({"platforms": ["threads"], "caption": "full",
                       "draft": True}).encode()
    body += b" " * (MEGABYTE - short_by - len(body))
    answer = instance.post("/api/v1/posts", body, headers=JSON)
    assert answer.status == 201, answer


def test_no_member_is_lost_in_a_crowd(instance):
    """A time behind 1,000 unknown fields must not be overlooked: the post
    would go out at once."""
    body = {f"x{i}": i for i in range(1000)}
    body.update(platforms=["threads"], caption="crowd",
                scheduledTime=later())
    answer = instance.post("/api/v1/publish", body)
    refused(answer, 400, "invalid_json")


@pytest.mark.parametrize("body", [
    b"{" + b",".join(b'"k%d":1' % i for i in range(90000)) + b"}",
    b'{"platforms":[' + b"1," * 400000 + b"1]}",
    b'{"platformMeta":{"site":{' + b",".join(
        b'"k%d":{}' % i for i in range(70000)) + b"}}}",
    b"[" * 500000, b'{"a":' * 150000, b'"' + b"\\u00e9" * 150000 + b'"',
    b'{"caption":"' + b"\\ud83d\\ude00" * 80000 + b'"}',
    b'{"' + b"a" * 900000 + b'":1}'])
def test_bodies_that_are_work(instance, body):
    import time
    began = time.monotonic()
    answer = instance.post("/api/v1/posts", body, headers=JSON)
    assert answer.status == 400, answer
    assert time.monotonic() - began < 2


def test_a_long_name_is_answered_in_clean_text(instance):
    for filler in ("x", "xy", "xyz"):
        name = filler + "é" * 400
        answer = instance.get("/api/v1/posts?" + "".join(
            "%%%02x" % b for b in name.encode()) + "=1")
        refused(answer, 400, "invalid_field")
        answer = instance.post("/api/v1/posts", {
            "platforms": ["threads"], "caption": "x", "draft": True,
            "platformMeta": {name: {}}})
        refused(answer, 400, "invalid_platform_meta")


def test_a_page_of_the_longest_posts(new_instance):
    instance = new_instance(settings={"posts_an_hour": "0"}).start()
    instance.key
    instance.add_account("linkedin", "--offline", "--handle", "ana",
                         secret="offline")
    body = {"platforms": ["linkedin"], "caption": "\u0001" * 2200,
            "title": "\u0001" * 300, "externalId": "\u0001" * 255,
            "category": "\u0001" * 100, "draft": True}
    long = "https://a.example/" + "a" * (2000 - len("https://a.example/"))
    refused(instance.post("/api/v1/posts", {
        **body, "mediaUrls": [long[:1900] + "é" * 51]}), 400, "invalid_media")
    body["mediaUrls"] = [long] * 20
    for _ in range(100):
        assert instance.post("/api/v1/posts", body).status == 201
    answer = instance.get("/api/v1/posts?limit=100")
    assert answer.status == 200 and len(answer.json["posts"]) == 100


# ---------------------------------------------------------------- meaning

def test_no_account_is_not_every_account(instance):
    before = count(instance)
    answer = instance.post("/api/v1/posts", {
        "platforms": ["threads"], "caption": "x", "profileIds": [],
        "scheduledTime": later()})
    refused(answer, 400, "invalid_profile_ids")
    assert count(instance) == before


def test_a_draft_is_not_published(instance):
    before = count(instance)
    answer = instance.post("/api/v1/publish", {
        "platforms": ["threads"], "caption": "x", "draft": True})
    refused(answer, 400, "invalid_field")
    assert count(instance) == before


def test_the_first_moment_of_1970_is_a_time(instance):
    first = "1970-01-01T00:00:00Z"
    for path in ("posts", "publish"):
        refused(instance.post(f"/api/v1/{path}", {
            "platforms": ["threads"], "caption": "x",
            "scheduledTime": first}), 400, "scheduled_time_in_past")
    post = make(instance)
    refused(instance.request("PATCH", f"/api/v1/posts/{post}",
                             {"scheduledTime": first}),
            400, "scheduled_time_in_past")


@pytest.mark.parametrize("time", [
    "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59-12:00"])
def test_the_end_of_time(instance, time):
    answer = instance.post("/api/v1/posts", {
        "platforms": ["threads"], "caption": "x", "scheduledTime": time})
    if answer.status == 400:
        assert answer.json["code"] == "invalid_scheduled_time"
        return
    post = answer.json["postIds"][0]
    shown = instance.get(f"/api/v1/posts/{post}").json
    assert shown["scheduledTime"] == answer.json["scheduledTime"]


def test_a_zone_that_counts_leap_seconds_is_none(instance):
    for zone, status in (("Europe/Berlin", 201), ("right/Europe/Berlin", 400)):
        answer = instance.post("/api/v1/posts", {
            "platforms": ["threads"], "caption": "x", "timezone": zone,
            "scheduledTime": "2031-01-01T12:00"})
        assert answer.status == status, answer


def test_options_of_another_network_are_refused_wherever_they_stand(instance):
    post = make(instance)
    for meta in ('{"facebook":{},"threads":{}}', '{"threads":{},"facebook":{}}',
                 '{"threads":{},"threads":{"a":1}}'):
        answer = instance.request(
            "PATCH", f"/api/v1/posts/{post}",
            '{"platformMeta":%s}' % meta, headers=JSON)
        refused(answer, 400, "invalid_platform_meta")


def test_tiktok_s_rules_are_not_got_round(instance):
    instance.add_account("tiktok", "--offline", "--handle", "ana",
                         secret="offline")
    options = '{"privacyLevel":"PUBLIC_TO_EVERYONE"}'
    blank = instance.post("/api/v1/posts", {
        "platforms": ["tiktok"], "title": " \n", "draft": True,
        "mediaUrls": ["https://a.example/1.mp4"],
        "platformMeta": {"tiktok": json.loads(options)}})
    refused(blank, 400, "missing_title")
    once = {"platforms": ["tiktok"], "title": "t", "draft": True,
            "mediaUrls": ["https://a.example/1.mp4"]}
    for meta in ('{"tiktok":{},"tiktok":%s}' % options,
                 '{"tiktok":{"privacyLevel":"SELF_ONLY",'
                 '"privacyLevel":"PUBLIC_TO_EVERYONE"}}'):
        body = json.dumps(once)[:-1] + ',"platformMeta":%s}' % meta
        answer = instance.post("/api/v1/posts", body, headers=JSON)
        refused(answer, 400, "invalid_platform_meta")


@pytest.mark.parametrize("url", [
    "https://", "http://", "https:///x", "https://?x", "https://#x",
    "https://a.example/\u0001", "https://a.example/\u007f",
    "https://:80/", "https://user@/", "HTTPS://",
    "//a.example/1", "https:/a.example", "javascript:x", "file:///etc/passwd",
    "https://a.example/ 1", " https://a.example"])
def test_what_is_no_url(instance, url):
    answer = instance.post("/api/v1/posts", {
        "platforms": ["threads"], "caption": "x", "draft": True,
        "mediaUrls": [url]})
    refused(answer, 400, "invalid_media")


# ---------------------------------------------------------------- others' ids

@pytest.fixture(scope="module")
def stranger(instance):
    """Another user of the same instance, with one of everything."""
    instance.add_user("stranger@example.org")
    key = instance.add_key("stranger@example.org")
    account = "profile_" + instance.add_account(
        "threads", "--offline", "--handle", "eve",
        email="stranger@example.org", secret="offline")
    post = instance.post("/api/v1/posts", {
        "platforms": ["threads"], "caption": "theirs",
        "scheduledTime": later(), "externalId": "theirs"},
        key=key).json["postIds"][0]
    media = upload(instance, key=key).json["mediaId"]
    return {"key": key, "account": account, "post": post, "media": media}


def upload(instance, data=None, **how):
    kind, body = multipart(("file", data or png(), "a.png"))
    return instance.post("/api/v1/media", body,
                         headers={"Content-Type": kind, **how.pop(
                             "headers", {})}, **how)


def operations(ids):
    """(method, path, body, code) of everything that takes an id."""
    post, media = ids["post"], ids["media"]
    new = {"platforms": ["threads"], "caption": "x", "draft": True}
    for form in (post, post[len("post_"):], post.upper().replace(
            "POST_", "post_"), "media_" + post[len("post_"):]):
        path = f"/api/v1/posts/{form}"
        yield "GET", path, None, "post_not_found"
        yield "HEAD", path, None, None
        yield "PATCH", path, {"caption": "mine"}, "post_not_found"
        yield "PATCH", path, {"platformMeta": {"threads": {}}}, \
            "post_not_found"
        yield "DELETE", path, None, "post_not_found"
        yield "POST", f"{path}/retry", {}, "post_not_found"
        yield "GET", f"{path}/attempts", None, "post_not_found"
        yield "POST", f"{path}/resolve", {"outcome": "send_again"}, \
            "post_not_found"
        yield "POST", f"{path}/resolve", {
            "outcome": "posted", "permalink": "https://a.example/"}, \
            "post_not_found"
    for form in (media, media[len("media_"):]):
        path = f"/api/v1/media/{form}"
        yield "GET", path, None, "media_not_found"
        yield "PATCH", path, {"alt": "mine"}, "media_not_found"
        yield "DELETE", path, None, "media_not_found"
        yield "POST", "/api/v1/posts", {**new, "mediaId": form}, \
            "media_not_found"
        yield "POST", "/api/v1/posts", {**new, "mediaIds": [form]}, \
            "media_not_found"
    yield "DELETE", f"/api/v1/connections/{ids['account']}", None, "not_found"
    for path in ("posts", "posts/schedule", "publish"):
        yield "POST", f"/api/v1/{path}", {
            "platforms": ["threads"], "caption": "x",
            "scheduledTime": later(), "profileIds": [ids["account"]]}, \
            "invalid_profile_ids"


def everything(instance):
    """All that a request of a stranger must leave as it is."""
    return {table: instance.sql(f"SELECT * FROM {table} ORDER BY 1")
            for table in ("post", "target", "attachment", "media", "account",
                          "event", "attempt", "api_key", "idempotency")}


def test_nothing_of_another_profile_is_touched(instance, stranger):
    before = everything(instance)
    for method, path, body, code in operations(stranger):
        answer = instance.request(method, path, body)
        assert answer.status in (400, 404), (method, path, answer)
        if code:
            assert answer.json["code"] == code, (method, path, answer)
        assert b"theirs" not in answer.body
    assert everything(instance) == before
    for query in (f"profileId={stranger['account']}", "externalId=theirs",
                  f"cursor={stranger['post']}", "limit=100"):
        posts = instance.get(f"/api/v1/posts?{query}").json["posts"]
        assert stranger["post"] not in {p["id"] for p in posts}
    listed = instance.get("/api/v1/media").body
    assert stranger["media"].encode() not in listed


def test_a_limited_key_touches_its_accounts_only(instance):
    hidden = "profile_" + instance.add_account(
        "facebook", "--offline", "--handle", "ana", secret="offline")
    key = instance.add_key("owner@example.org", "all", "--accounts",
                           instance.threads[len("profile_"):])
    post = make(instance, platforms=["facebook"], profileIds=[hidden])
    before = everything(instance)
    path = f"/api/v1/posts/{post}"
    for method, path, body in [
            ("GET", path, None), ("PATCH", path, {"caption": "y"}),
            ("DELETE", path, None), ("POST", f"{path}/retry", {}),
            ("GET", f"{path}/attempts", None),
            ("POST", f"{path}/resolve", {"outcome": "send_again"}),
            ("DELETE", f"/api/v1/connections/{hidden}", None)]:
        assert instance.request(method, path, body, key=key).status == 404
    refused(instance.post("/api/v1/posts", {
        "platforms": ["facebook"], "caption": "x", "draft": True,
        "profileIds": [hidden]}, key=key), 403, "profile_scope_denied")
    refused(instance.post("/api/v1/posts", {
        "platforms": ["facebook"], "caption": "x", "draft": True},
        key=key), 400, "invalid_profile_ids")
    assert instance.get(f"/api/v1/posts?profileId={hidden}",
                        key=key).json["posts"] == []
    seen = instance.get("/api/v1/connections", key=key).json["accounts"]
    assert {a["id"] for a in seen} == {instance.threads}
    assert everything(instance) == before


SCOPES = ("post:read post:write account:read account:write media:read"
          " media:write").split()


def test_each_operation_has_its_scope(instance):
    """One scope opens what it names and nothing else."""
    document = instance.get("/api/v1/openapi.json", key=False).json
    keys = {scope: instance.add_key("owner@example.org", scope)
            for scope in SCOPES}
    tried = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "x-scope" not in operation:
                continue
            path_now = path.replace(
                "{id}", "01900000-0000-7000-8000-000000000009")
            for scope, key in keys.items():
                answer = instance.request(
                    method.upper(), path_now, key=key,
                    body={} if method in ("post", "patch") else None)
                granted = scope == operation["x-scope"]
                denied = answer.status == 403 and any(
                    word in answer.body.decode() for word in (
                        '"insufficient_scope"', '"insufficient_permissions"',
                        '"FORBIDDEN"'))
                assert denied == (not granted), (scope, method, path, answer)
                tried += 1
    assert tried >= 6 * 17


# ---------------------------------------------------------------- idempotency

def keyed(instance, method, path, body, idempotency, **how):
    return instance.request(method, path, body,
                            {"Idempotency-Key": idempotency}, **how)


def test_every_change_acts_once(instance):
    post = make(instance)
    path = f"/api/v1/posts/{post}"
    for method, body in (("PATCH", {"caption": "once"}), ("DELETE", None)):
        key = f"{method}-{post}"
        before = count(instance, "event")
        first = keyed(instance, method, path, body, key)
        after = everything(instance)
        again = keyed(instance, method, path, body, key)
        assert first.status == again.status == 200, again
        assert first.body == again.body
        assert again.headers["Idempotent-Replayed"] == "true"
        assert everything(instance) == after
        assert count(instance, "event") - before == (method == "DELETE")


def test_a_refused_request_leaves_nothing_but_its_answer(instance):
    before = everything(instance)
    key = f"refused-{instance.port}"
    answer = keyed(instance, "POST", "/api/v1/posts", {
        "platforms": ["threads"], "caption": "x" * 501,
        "scheduledTime": later()}, key)
    refused(answer, 400, "caption_too_long")
    after = everything(instance)
    assert len(after.pop("idempotency")) == len(before.pop("idempotency")) + 1
    assert after == before


def test_an_upload_acts_once(instance):
    key = {"Idempotency-Key": f"upload-{instance.port}"}
    first = upload(instance, headers=dict(key))
    files = sorted((instance.dir / "data/media").iterdir())
    again = upload(instance, headers=dict(key))
    assert first.status == again.status == 200, again
    assert first.body == again.body
    assert sorted((instance.dir / "data/media").iterdir()) == files
    refused(upload(instance, png(2), headers=dict(key)), 422,
            "idempotency_mismatch")


def test_old_answers_are_not_kept_for_ever(instance):
    for i in range(12):
        keyed(instance, "POST", "/api/v1/posts", {
            "platforms": ["threads"], "caption": "x", "draft": True},
            f"old-{i}-{instance.port}")
    instance.sql("UPDATE idempotency SET created_at = created_at - 172800000")
    old = count(instance, "idempotency")
    for i in range(2):
        keyed(instance, "POST", "/api/v1/posts", {
            "platforms": ["threads"], "caption": "x", "draft": True},
            f"new-{i}-{instance.port}")
    assert count(instance, "idempotency") < old


# ---------------------------------------------------------------- limits

def test_a_quota_is_of_the_owner_and_holds_in_a_race(new_instance):
    instance = new_instance().start()
    instance.key
    mine = instance.admin("profile", "add", "--user", "owner@example.org",
                          "--name", "second")
    instance.add_account("threads", "--offline", "--handle", "ana",
                         secret="offline")
    instance.add_account("threads", "--offline", "--handle", "ben",
                         "--profile", mine, secret="offline")
    keys = [instance.key, instance.add_key(
        "owner@example.org", "all", "--profile", mine)]
    instance.admin("user", "set", "owner@example.org", "--posts", "5")
    answers = at_once(12, lambda i: instance.post("/api/v1/posts", {
        "platforms": ["threads"], "caption": "x", "draft": True},
        key=keys[i % 2]))
    assert sorted(a.status for a in answers) == [201] * 5 + [429] * 7
    assert {a.json["code"] for a in answers
            if a.status == 429} == {"quota_exceeded"}
    assert count(instance) == count(instance, "target") == 5


def at_once(number, work):
    """What work(0), work(1) ... return when all begin together."""
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(work, range(number)))


def test_storage_holds_in_a_race(new_instance):
    instance = new_instance().start()
    instance.key
    size = len(png())
    instance.admin("user", "set", "owner@example.org", "--storage",
                   str(3 * size))
    answers = at_once(10, lambda i: upload(instance))
    assert sorted(a.status for a in answers) == [200] * 3 + [413] * 7
    assert len(list((instance.dir / "data/media").iterdir())) == 3
    assert count(instance, "media") == 3


def test_uploads_an_hour(new_instance):
    instance = new_instance(settings={"uploads_an_hour": "2"}).start()
    instance.key
    answers = at_once(6, lambda i: upload(instance))
    assert sorted(a.status for a in answers) == [200] * 2 + [429] * 4
    assert {a.json["code"] for a in answers
            if a.status == 429} == {"rate_limited"}
    assert len(list((instance.dir / "data/media").iterdir())) == 2


def test_more_accounts_than_a_post_can_have(new_instance):
    """None is silently left out."""
    instance = new_instance().start()
    instance.key
    instance.add_account("threads", "--offline", "--handle", "ana",
                         secret="offline")
    instance.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 100) INSERT INTO account (id, profile, network, server,"
        " remote_id, handle, connected_at, updated_at) SELECT printf("
        "'01900000-0000-7000-8000-%012d', i), profile, network, server,"
        " 'r' || i, handle, i, i FROM account, n")
    body = {"platforms": ["threads"], "caption": "x", "draft": True}
    refused(instance.post("/api/v1/posts", body), 400, "invalid_profile_ids")
    instance.sql("UPDATE account SET status = 'expired'"
                 " WHERE remote_id = 'r100'")
    answer = instance.post("/api/v1/posts", body)
    assert answer.status == 201 and len(answer.json["postIds"]) == 100


# ---------------------------------------------------------------- what goes

def test_nothing_waits_for_an_account_that_is_gone(instance):
    account = "profile_" + instance.add_account(
        "linkedin", "--offline", "--handle", "ana", secret="offline")
    new = {"platforms": ["linkedin"]}
    waiting = make(instance, **new)
    draft = make(instance, **new, draft=True, scheduledTime=None)
    failed = make(instance, **new)
    instance.sql("UPDATE target SET state = 'failed' WHERE id = '%s'"
                 % failed[len("post_"):])
    doubtful = make(instance, **new)
    instance.sql("UPDATE target SET state = 'uncertain' WHERE id = '%s'"
                 % doubtful[len("post_"):])
    assert instance.request("DELETE",
                            f"/api/v1/connections/{account}").status == 200
    gone = instance.get(f"/api/v1/posts/{waiting}").json
    assert gone["failedReason"] == "cancelled", gone
    for method, path, body in [
            ("PATCH", draft, {"scheduledTime": later()}),
            ("POST", f"{failed}/retry", {}),
            ("POST", f"{doubtful}/resolve", {"outcome": "send_again"})]:
        refused(instance.request(method, f"/api/v1/posts/{path}", body), 409,
                "conflict")
    assert instance.request("PATCH", f"/api/v1/posts/{draft}",
                            {"caption": "y"}).status == 200
    instance.add_account("linkedin", "--offline", "--handle", "ana",
                         secret="offline")
    answer = instance.request("PATCH", f"/api/v1/posts/{draft}",
                              {"scheduledTime": later()})
    assert answer.status == 200 and answer.json["status"] == "scheduled"


def test_a_post_keeps_media_that_were_deleted(instance):
    media = upload(instance).json["mediaId"]
    post = make(instance, mediaId=media)
    path = f"/api/v1/media/{media}"
    assert instance.request("DELETE", path).status == 200
    answer = instance.request("PATCH", f"/api/v1/posts/{post}",
                              {"caption": "y"})
    assert answer.status == 200, answer
    shown = answer.json["mediaUrls"][0]
    served = instance.get(shown[len(instance.url):], key=False)
    assert served.status == 200 and served.body == png()
    refused(instance.request("PATCH", f"/api/v1/posts/{post}",
                             {"mediaId": media}), 404, "media_not_found")
    assert instance.request("DELETE", f"/api/v1/posts/{post}").status == 200
    assert instance.get(shown[len(instance.url):], key=False).status == 404


# ---------------------------------------------------------------- servers

@pytest.mark.parametrize("method", ["OPTIONS", "FOO", "PUT", "TRACE", "get"])
def test_a_method_that_is_none_is_told_which_are(instance, method):
    answer = instance.request(method, "/api/v1/posts")
    if answer.headers["Content-Type"] != "application/json":
        return                  # the server's own answer
    refused(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) >= {"GET", "POST"}


def test_lengths_are_told(instance):
    """Apache is told to believe our programs' Content-Length."""
    path = upload(instance).json["url"][len(instance.url):]
    whole = str(len(png()))
    for method, headers, length in (
            ("GET", {}, whole), ("HEAD", {}, whole),
            ("GET", {"Range": "bytes=0-3"}, "4")):
        answer = instance.request(method, path, headers=headers, key=False)
        assert answer.headers["Content-Length"] == length, answer
    answer = instance.get("/api/v1/posts?limit=1")
    assert answer.headers["Content-Length"] == str(len(answer.body))


def test_faults_of_ours_have_the_shape_of_errors(new_instance):
    instance = new_instance().start()
    instance.key
    database = instance.dir / "data/crier.db"
    run = instance.dir / "data/run"
    for path, mode in ((database, 0o600), (run, 0o700)):
        path.chmod(0)
        answer = instance.get("/api/v1/posts")
        path.chmod(mode)
        refused(answer, 500, "internal_error")
        assert b"/" not in answer.body.replace(b"\\/", b"")
    key = instance.dir / "data/key"
    aside = key.rename(key.with_suffix(".aside"))
    answer = upload(instance)
    aside.rename(key)
    refused(answer, 500, "internal_error")
    assert count(instance, "media") == 0
    assert instance.get("/api/v1/posts").status == 200


def test_a_full_disk(new_instance):
    instance = new_instance(settings={
        "minimum_free_mb": "1000000"}).start()
    new = {"platforms": ["threads"], "caption": "x", "draft": True}
    for answer in (instance.post("/api/v1/posts", new), upload(instance)):
        refused(answer, 507, "disk_full")
    assert instance.get("/api/v1/posts").status == 200
