"""Uploads, and the signed URLs that serve them, behind both servers."""

import hashlib
import re
import struct
import subprocess
import zlib
from urllib.parse import parse_qs, urlsplit

import pytest

from servers import multipart

MB = 1024 * 1024


def chunk(kind, data=b""):
    return (struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data)))


def png(width=3, height=2, filling=b""):
    rows = zlib.compress(b"".join(b"\0" + b"\x80\x10\x20" * width
                                  for _ in range(height)))
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2,
                                         0, 0, 0))
            + (chunk(b"fiLl", filling) if filling else b"")
            + chunk(b"IDAT", rows) + chunk(b"IEND"))


def upload(instance, *parts, headers=None, **how):
    kind, body = multipart(*parts)
    return instance.post("/api/v1/media", body,
                         headers={"Content-Type": kind, **(headers or {})},
                         **how)


def send(instance, data=None, name="dot.png", **how):
    """Upload one file; the answer's JSON."""
    answer = upload(instance, ("file", png() if data is None else data, name,
                               "image/png"), **how)
    assert answer.status == 200, answer
    return answer.json


def path_of(url):
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def fetch(instance, url, method="GET", **headers):
    headers = {k.replace("_", "-"): v for k, v in headers.items()}
    return instance.request(method, path_of(url), headers=headers, key=False)


def stored(instance):
    return sorted(p.name for p in (instance.dir / "data/media").iterdir())


def test_upload_answers_as_documented(instance):
    before = len(stored(instance))
    got = send(instance)
    assert set(got) == {"success", "url", "mediaId"}
    assert got["success"] is True
    assert re.fullmatch(r"media_[0-9a-f-]{36}", got["mediaId"])
    assert got["url"].startswith(f"{instance.url}/api/media/serve?key=")
    assert len(stored(instance)) == before + 1
    row = instance.sql("SELECT id, width, height, name, hex(hash) AS digest"
                       f" FROM media WHERE id = '{got['mediaId'][6:]}'")[0]
    assert row["digest"].lower() == hashlib.sha256(png()).hexdigest()
    assert (row["width"], row["height"]) == (3, 2)
    assert row["name"] == "dot.png"
    assert instance.sql("SELECT count(*) AS n FROM event WHERE type ="
                        " 'media.created' AND data ->> 'media_id' ="
                        f" '{row['id']}'")[0]["n"] == 1


def test_get_list_patch_delete(instance):
    kind, body = multipart(("alt", "a dot"), ("file", png(), "../x/ü.png"))
    made = instance.post("/api/v1/media", body,
                         headers={"Content-Type": kind}).json
    path = f"/api/v1/media/{made['mediaId']}"
    one = instance.get(path).json
    assert one["id"] == made["mediaId"]
    assert one["type"] == "image/png"
    assert one["bytes"] == len(png())
    assert (one["width"], one["height"], one["durationMs"]) == (3, 2, None)
    assert (one["alt"], one["name"]) == ("a dot", "ü.png")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
                        one["createdAt"])
    assert fetch(instance, one["url"]).body == png()

    changed = instance.request("PATCH", path, {"alt": "two dots"})
    assert (changed.status, changed.json["alt"]) == (200, "two dots")
    assert instance.request("PATCH", path, {}).json["alt"] == "two dots"
    assert instance.request("PATCH", path, {"alt": None}).json["alt"] is None
    assert instance.request("PATCH", path, {"alt": 7}).status == 400
    assert instance.request("PATCH", path, {"alt": "x" * 5001}).status == 400

    gone = instance.request("DELETE", path)
    assert (gone.status, gone.json) == (200, {"id": made["mediaId"],
                                              "deleted": True})
    for method in ("GET", "DELETE"):
        answer = instance.request(method, path)
        assert (answer.status, answer.json["code"]) == (404,
                                                        "media_not_found")
    assert instance.request("PATCH", path, {"alt": "x"}).status == 404
    assert fetch(instance, one["url"]).status == 404
    assert not any(made["mediaId"][6:] in name for name in stored(instance))
    assert made["mediaId"] not in str(instance.get("/api/v1/media").json)


def test_list_has_pages(instance):
    sent = [send(instance)["mediaId"] for _ in range(5)]
    seen, cursor = [], ""
    while True:
        page = instance.get(f"/api/v1/media?limit=2{cursor}").json
        seen += [one["id"] for one in page["media"]]
        assert len(page["media"]) <= 2
        if page["nextCursor"] is None:
            break
        cursor = f"&cursor={page['nextCursor']}"
    assert len(seen) == len(set(seen))
    assert seen[:5] == sent[::-1]
    assert instance.get("/api/v1/media?cursor=x").status == 400
    assert instance.get("/api/v1/media?limit=0").status == 400


def test_refusals_have_their_codes(instance):
    def code(*parts, **how):
        answer = upload(instance, *parts, **how)
        return answer.status, answer.json["code"]

    before = stored(instance)
    assert code(("other", "x")) == (400, "missing_file")
    assert code(("file", b"", "a.png")) == (400, "missing_file")
    for bad in (b"<svg xmlns='http://www.w3.org/2000/svg'/>",
                b"<!doctype html><script>alert(1)</script>", b"hello",
                png() + b"<script>alert(1)</script>", b"%PDF-1.7"):
        assert code(("file", bad, "a.png", "image/png")) == (
            415, "unsupported_file_type")
    assert code(("file", png(), "a.png"), ("alt", "x" * 5001)) == (
        400, "invalid_field")
    assert code(("file", png(), "a.png"), ("alt", b"\xff")) == (
        400, "invalid_field")
    assert code(("file", png(), "a.png"), ("file", png(), "b.png")) == (
        400, "invalid_field")
    answer = instance.post("/api/v1/media", {"file": "x"})
    assert (answer.status, answer.json["code"]) == (415,
                                                    "unsupported_media_type")
    answer = instance.post("/api/v1/media", b"--B\r\nno end", headers={
        "Content-Type": "multipart/form-data; boundary=B"})
    assert (answer.status, answer.json["code"]) == (400, "invalid_body")
    assert upload(instance, ("file", png(), "a.png"), key=False).status == 401
    reader = instance.add_key(scopes="media:read", name="reader")
    assert code(("file", png(), "a.png"), key=reader) == (
        403, "insufficient_scope")
    assert stored(instance) == before


def test_fifty_megabytes_and_no_more(instance):
    room = 50 * MB - len(png(filling=b"x")) + 1
    largest = png(filling=bytes(room))
    assert len(largest) == 50 * MB
    got = send(instance, largest)
    assert fetch(instance, got["url"]).body == largest
    instance.request("DELETE", f"/api/v1/media/{got['mediaId']}")
    before = stored(instance)
    answer = upload(instance, ("file", png(filling=bytes(room + 1)), "a.png"))
    assert (answer.status, answer.json["code"]) == (413, "file_too_large")
    answer = upload(instance, ("file", png(filling=bytes(60 * MB)), "a.png"))
    assert (answer.status, answer.json["code"]) == (413, "file_too_large")
    assert stored(instance) == before


def test_plan_and_quota(new_instance):
    one = new_instance()
    one.add_user()
    one.start()
    one.admin("user", "set", "owner@example.org", "--uploads", "off")
    answer = upload(one, ("file", png(), "a.png"))
    assert (answer.status, answer.json["code"]) == (403,
                                                    "upload_plan_required")
    one.admin("user", "set", "owner@example.org", "--uploads", "on",
              "--storage", len(png()) + 5)
    send(one)
    answer = upload(one, ("file", png(), "a.png"))
    assert (answer.status, answer.json["code"]) == (413,
                                                    "storage_quota_exceeded")
    assert len(stored(one)) == 1


def test_a_repeated_upload_happens_once(instance):
    headers = {"Idempotency-Key": "upload-1"}
    first = send(instance, headers=headers)
    before = stored(instance)
    kind, body = multipart(("file", png(), "dot.png", "image/png"),
                           boundary="another")
    again = instance.post("/api/v1/media", body,
                          headers={"Content-Type": kind, **headers})
    assert (again.status, again.json) == (200, first)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = upload(instance, ("file", png(4, 4), "dot.png", "image/png"),
                   headers=headers)
    assert (other.status, other.json["code"]) == (422,
                                                  "idempotency_mismatch")
    assert stored(instance) == before


def test_serving_is_careful(instance):
    data = png(filling=bytes(range(256)) * 10)
    url = send(instance, data)["url"]
    whole = fetch(instance, url)
    assert (whole.status, whole.body) == (200, data)
    assert whole.headers["Content-Type"] == "image/png"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    assert whole.headers["Cache-Control"].startswith("private")
    assert whole.headers["Content-Disposition"] == "inline"
    tag = whole.headers["ETag"]
    assert tag == f'"{hashlib.sha256(data).hexdigest()}"'

    head = fetch(instance, url, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["ETag"] == tag

    for match in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        same = fetch(instance, url, If_None_Match=match)
        assert (same.status, same.body) == (304, b"")
        assert same.headers["ETag"] == tag
    assert fetch(instance, url, If_None_Match='"other"').status == 200
    assert fetch(instance, url, "POST").status == 405


RANGES = [
    ("bytes=0-0", 0, 1), ("bytes=5-9", 5, 10), ("bytes=100-", 100, None),
    ("bytes=-7", -7, None), ("bytes=10-999999", 10, None),
    ("bytes=-999999", 0, None),
]


@pytest.mark.parametrize("wanted, first, last", RANGES)
def test_one_range(instance, wanted, first, last):
    data = png(filling=bytes(range(256)))
    url = send(instance, data)["url"]
    part = fetch(instance, url, Range=wanted)
    assert (part.status, part.body) == (206, data[first:last])
    start = data.index(part.body) if first else 0
    assert part.headers["Content-Range"] == (
        f"bytes {start}-{start + len(part.body) - 1}/{len(data)}")


def test_other_ranges(instance):
    data = png()
    url = send(instance, data)["url"]
    for wanted in (f"bytes={len(data)}-", "bytes=99999999999999999999-",
                   "bytes=-0"):
        answer = fetch(instance, url, Range=wanted)
        assert (answer.status, answer.headers["Content-Range"]) == (
            416, f"bytes */{len(data)}")
    # What else a Range may hold is in tests/unit/test_download.c: lighttpd
    # reads the ones that a program ignored.
    assert fetch(instance, url, Range="lines=1-2").body == data
    tag = fetch(instance, url).headers["ETag"]
    assert fetch(instance, url, Range="bytes=0-1", If_Range=tag).status == 206
    for other in ('"other"', f"W/{tag}", "Sat, 21 Nov 2026 10:00:00 GMT"):
        assert fetch(instance, url, Range="bytes=0-1",
                     If_Range=other).status == 200


def test_a_link_is_good_for_itself_only(instance):
    url = send(instance)["url"]
    other = send(instance, png(5, 5))["url"]
    parts = {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
    key = parse_qs(urlsplit(other).query)["key"][0]

    def status(**changed):
        query = "&".join(f"{k}={v}" for k, v in {**parts, **changed}.items()
                         if v is not None)
        return instance.get(f"/api/media/serve?{query}", key=False).status

    assert status() == 200
    assert status(key=key) == 404
    assert status(expires=int(parts["expires"]) + 3600) == 404
    assert status(signature="0" * 64) == 404
    assert status(key="../../crier.db") == 404
    assert status(signature=None) == 400
    assert status(key=None) == 400


def test_a_link_expires(new_instance):
    one = new_instance()
    one.start()
    url = send(one)["url"]
    one.shift_clock(23 * 3600 * 1000)
    assert fetch(one, url).status == 200
    one.shift_clock(26 * 3600 * 1000)
    assert fetch(one, url).status == 404


def test_the_server_may_send_the_file(new_instance):
    """Asked for the whole, the program names the file and sends nothing."""
    one = new_instance(settings={"x_sendfile": "X-Sendfile"})
    one.start()
    data = png()
    url = send(one, data)["url"]

    def run(**variables):
        where = urlsplit(url)
        program = one.dir / "cgi-bin/api/media/serve"
        how = one.command("publisher", extra={
            "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": where.path, "QUERY_STRING": where.query,
            **variables})[1]
        done = subprocess.run([program], capture_output=True, check=True,
                              stdin=subprocess.DEVNULL, **how)
        return done.stdout.split(b"\r\n\r\n", 1)

    head, body = run()
    key = parse_qs(urlsplit(url).query)["key"][0]
    assert f"X-Sendfile: {one.dir}/data/media/{key}".encode() in head
    assert body == b""
    head, body = run(HTTP_RANGE="bytes=1-3")
    assert b"X-Sendfile" not in head
    assert body == data[1:4]


def test_a_deleted_file_stays_while_a_post_needs_it(new_instance):
    one = new_instance()
    one.start()
    one.key
    account = one.add_account("site", "--handle", "notes")
    media = send(one)
    post = one.post("/api/v1/posts", {
        "platforms": ["site"], "profileIds": [account], "caption": "x",
        "mediaId": media["mediaId"],
        "scheduledTime": "2099-01-01T00:00:00Z"}).json["postIds"][0]
    path = f"/api/v1/media/{media['mediaId']}"
    assert one.request("DELETE", path).status == 200
    assert one.get(path).status == 404
    assert fetch(one, media["url"]).status == 200
    assert len(stored(one)) == 1
    assert one.request("DELETE", f"/api/v1/posts/{post}").status == 200
    assert stored(one) == []
    assert fetch(one, media["url"]).status == 404
