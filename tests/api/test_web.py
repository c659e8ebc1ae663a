"""What strangers send, through real web servers, and what a request must
survive. What the servers do to it on the way is in test_servers.py."""

import fcntl
import json
import re
import threading
import time

import pytest


def text(answer):
    """(status, body) of a raw answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode(errors="replace")


def head(instance, method, path, *lines, key=True):
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{instance.port}",
             "Connection: close", *lines]
    if key:
        lines.append(f"Authorization: Bearer {instance.key}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def refused(answer, status, code):
    assert answer.status == status, answer
    assert answer.json["code"] == code
    assert answer.headers["Content-Type"] == "application/json"


def test_health_needs_no_key(instance):
    answer = instance.get("/api/v1/health", key=False)
    assert answer.status == 200 and answer.json["status"] == "ok"


def chunked(*parts):
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) \
        + b"0\r\n\r\n"


def draft(caption="chunked"):
    return json.dumps({"platforms": ["threads"], "caption": caption,
                       "draft": True}).encode()


@pytest.fixture(scope="module", autouse=True)
def account(instance):
    instance.key
    instance.add_account("threads", "--offline", "--handle", "ana",
                         secret="offline")


def test_unknown_methods(instance):
    answer = instance.request("PUT", "/api/v1/posts", {})
    refused(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("path", [
    "/api/v1/nothing", "/api/v1/", "/api/v1", "/api/nothing",
    "/api/v1/posts/a/b",
    "/api/v1/posts/..%2f..%2fetc", "/api/v1/health/x"])
def test_unknown_paths_answer_in_the_dialect(instance, path):
    answer = instance.get(path)
    assert answer.status == 404, answer
    if "%2f" not in path:
        assert answer.json["code"] in ("not_found", "post_not_found")


@pytest.mark.parametrize("body, code", [
    (b"{a:1}", "invalid_json"), (b"", "missing_platforms"),
    (b"[]", "invalid_json"), (b'"x"', "invalid_json"),
    (b'{"caption":"\\u0000"}', "invalid_json"),
    (b'{"caption":"\\ud800"}', "invalid_json"),
    (b'{"caption":"\xff"}', "invalid_json"),
    (b'{"platforms":[]}\0{"a":1}', "invalid_json"),
    (b'{"caption":1e999}', "invalid_json"),
    (b'{"a":' * 70 + b"1" + b"}" * 70, "invalid_json"),
    (b"[" * 1000, "invalid_json"),
    (b'{"caption":"a","caption":"b","platforms":["threads"]}',
     "caption_too_long"),
    (b'{"platforms":"threads"}', "missing_platforms"),
    (b'{"platforms":["threads"],"draft":1}', "invalid_field"),
    (b'{"platforms":["threads"],"caption":5}', "caption_too_long"),
    (b'{"platforms":["threads"],"platformMeta":[]}',
     "invalid_platform_meta")])
def test_bodies_that_are_refused(instance, body, code):
    answer = instance.post("/api/v1/posts", body,
                           headers={"Content-Type": "application/json"})
    assert answer.status == 400, answer
    if code != "invalid_json" or b"1e999" not in body:
        assert answer.json["code"] == code, answer


def test_body_over_a_megabyte(instance):
    answer = instance.post("/api/v1/posts",
                           b'{"caption":"' + b"x" * 1100000 + b'"}',
                           headers={"Content-Type": "application/json"})
    refused(answer, 413, "body_too_large")


def test_content_type_must_be_json(instance):
    answer = instance.post("/api/v1/posts", b"{}",
                           headers={"Content-Type": "text/plain"})
    refused(answer, 415, "unsupported_media_type")
    answer = instance.post("/api/v1/posts", draft("typed"), headers={
        "Content-Type": "Application/JSON; charset=utf-8"})
    assert answer.status == 201


def test_misspelt_filter_is_an_error(instance):
    answer = instance.get("/api/v1/posts?sttus=failed")
    refused(answer, 400, "invalid_field")
    assert answer.json["field"] == "sttus"


def test_rate_limit_headers(instance):
    answer = instance.get("/api/v1/posts")
    assert answer.headers["X-RateLimit-Limit"] == "1000"
    assert int(answer.headers["X-RateLimit-Remaining"]) < 1000
    reset = int(answer.headers["X-RateLimit-Reset"])
    assert reset % 3600 == 0 and 0 < reset - time.time() <= 3600


def test_rate_limit(new_instance):
    instance = new_instance(settings={"requests_an_hour": "3"}).start()
    for left in ("2", "1", "0"):
        answer = instance.get("/api/v1/posts")
        assert answer.headers["X-RateLimit-Remaining"] == left
    answer = instance.get("/api/v1/posts")
    refused(answer, 429, "rate_limited")
    assert 0 < int(answer.headers["Retry-After"]) <= 3601


def test_more_requests_than_slots_get_503(new_instance):
    instance = new_instance(settings={"request_slots": "2"}).start()
    instance.key
    slots = [instance.dir / f"data/run/request-{i}" for i in range(2)]
    while not all(slot.exists() for slot in slots):
        assert instance.get("/api/v1/posts").status == 200
    taken = [open(slot) for slot in slots]
    for file in taken:
        fcntl.flock(file, fcntl.LOCK_EX)
    answer = instance.get("/api/v1/posts")
    refused(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "1"
    for file in taken:
        file.close()
    assert instance.get("/api/v1/posts").status == 200


# ---------------------------------------------------------------- idempotency

def keyed(instance, idempotency, caption="once", **how):
    return instance.post("/api/v1/posts", {
        "platforms": ["threads"], "caption": caption, "draft": True},
        headers={"Idempotency-Key": idempotency}, **how)


def test_a_key_acts_once(instance):
    key = f"once-{instance.port}"
    first, again = keyed(instance, key), keyed(instance, key)
    assert first.status == again.status == 201
    assert first.body == again.body
    assert first.headers["Idempotent-Replayed"] is None
    assert again.headers["Idempotent-Replayed"] == "true"
    quoted = keyed(instance, f'"{key}"')
    assert quoted.body == first.body


def test_a_key_with_another_request(instance):
    key = f"other-{instance.port}"
    assert keyed(instance, key).status == 201
    refused(keyed(instance, key, "different"), 422, "idempotency_mismatch")


def test_a_key_is_of_its_owner_and_path(instance):
    key = f"owner-{instance.port}"
    first = keyed(instance, key)
    other = instance.add_key("owner@example.org", "all")
    assert keyed(instance, key, key=other).body != first.body
    answer = instance.post("/api/v1/publish", {
        "platforms": ["threads"], "caption": "once"},
        headers={"Idempotency-Key": key})
    assert answer.status == 201 and answer.body != first.body


@pytest.mark.parametrize("key", ["a b", "x" * 256, "a,b"])
def test_keys_that_are_none(instance, key):
    answer = keyed(instance, key)
    assert answer.status == 400, answer


def test_a_key_used_by_many_at_once_acts_once(instance):
    key, answers = f"race-{instance.port}", []
    threads = [threading.Thread(
        target=lambda: answers.append(keyed(instance, key, "race")))
        for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {a.status for a in answers} == {201}
    assert len({a.body for a in answers}) == 1
    assert instance.sql("SELECT count(*) AS n FROM post"
                        " WHERE text = 'race'")[0]["n"] == 1


def test_a_key_is_free_again_after_a_day(instance):
    key = f"day-{instance.port}"
    first = keyed(instance, key)
    instance.shift_clock(25 * 3600 * 1000)
    again = keyed(instance, key)
    instance.shift_clock(0)
    assert again.status == 201 and again.body != first.body


def test_refusals_that_last_are_kept_and_others_not(instance):
    key = f"kept-{instance.port}"
    missing = {"outcome": "send_again"}
    path = "/api/v1/posts/post_01900000-0000-7000-8000-000000000009/resolve"
    first = instance.post(path, missing, headers={"Idempotency-Key": key})
    again = instance.post(path, missing, headers={"Idempotency-Key": key})
    assert first.status == again.status == 404
    assert again.headers["Idempotent-Replayed"] == "true"
    key = f"kept2-{instance.port}"
    assert keyed(instance, key, key="wrong").status == 401
    assert keyed(instance, key).status == 201


# ---------------------------------------------------------------- documents

def test_openapi_names_every_program(instance):
    document = instance.get("/api/v1/openapi.json", key=False).json
    assert document["openapi"].startswith("3.")
    for path, methods in {
            "/api/v1/connections": {"get", "post"},
            "/api/v1/media": {"get", "post"},
            "/api/v1/posts": {"get", "post"},
            "/api/v1/posts/schedule": {"post"},
            "/api/v1/publish": {"post"},
            "/api/v1/posts/{id}": {"get", "patch", "delete"},
            "/api/v1/posts/{id}/retry": {"post"},
            "/api/v1/posts/{id}/attempts": {"get"},
            "/api/v1/posts/{id}/metrics": {"get"},
            "/api/v1/posts/{id}/resolve": {"post"},
            "/api/v1/platforms": {"get"},
            "/api/v1/health": {"get"},
            "/api/media/serve": {"get"}}.items():
        assert methods <= document["paths"][path].keys(), path


def test_errors_hold_no_path_and_no_sql(instance):
    for answer in (instance.get("/api/v1/nothing"),
                   instance.post("/api/v1/posts", b"{",
                                 headers={"Content-Type": "application/json"}),
                   instance.get("/api/v1/connections", key="x")):
        assert not re.search(r"SELECT|/tmp|/data/|sqlite", answer.body.decode())
