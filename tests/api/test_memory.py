"""The most memory a request has: under 6 MB, whatever is sent and however
much of it. Programs that link libcurl begin with what its libraries take."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from servers import Instance, multipart

MEGABYTE = 1024 * 1024
MOST = 6.0
LINKED = 4.0                    # of a request's own, where libcurl is linked
PEAK = Path(__file__).resolve().parents[1] / "bench/peak.c"
EMOJI = "\U0001f600"
LATER = "2040-01-01T00:00:00Z"

pytestmark = pytest.mark.skipif(
    "asan" in os.environ.get("CRIER_BUILD", ""),
    reason="AddressSanitizer's own memory would be measured")


@pytest.fixture(scope="module")
def machine():
    with Instance(settings={"requests_an_hour": "0",
                            "posts_an_hour": "0"}) as one:
        subprocess.run([os.environ.get("CC", "cc"), "-O2", "-o",
                        one.dir / "peak", PEAK], check=True)
        (one.dir / "peak").chmod(0o755)
        one.key
        one.accounts = [one.add_account("threads", "--offline", "--handle",
                                        f"a{i}", secret="x")
                        for i in range(50)]
        yield one


def peak(machine, method, path, body=b"", kind="application/json", query="",
         **headers):
    """(megabytes, status, answer) of one request, with no server between."""
    program = Path(path[1:])
    while not (machine.dir / "cgi-bin" / program).is_file():
        program = program.parent
    _, how = machine.command("publisher", extra={
        "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": method,
        "SCRIPT_NAME": f"/{program}", "PATH_INFO": path[len(f"/{program}"):],
        "QUERY_STRING": query, "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": f"Bearer {machine.key}", **headers})
    done = subprocess.run(
        [machine.dir / "peak", machine.dir / "cgi-bin" / program],
        input=body, capture_output=True, timeout=60, **how)
    head, _, answer = done.stdout.partition(b"\r\n\r\n")
    assert head.startswith(b"Status: "), (done.stdout[:300], done.stderr)
    return int(done.stderr.split()[-1]) / 1024, int(head[8:11]), answer


def links_curl(machine, path):
    program = machine.dir / "cgi-bin" / path[1:]
    while not program.is_file():
        program = program.parent
    return b"libcurl" in program.read_bytes()


def filled(head, unit, tail):
    """As much of unit between head and tail as a body may have."""
    count = (MEGABYTE - len(head) - len(tail)) // len(unit)
    return head + unit * count + tail


def shapes(name):
    """A megabyte for one field, in the shapes that take the most."""
    begin = b'{"' + name.encode() + b'":'
    yield filled(begin + b'"', b"\\n", b'"}')
    yield filled(begin + b'["', b"x", b'"]}')
    yield begin + b"[" + (b'"' + b"x" * 48 + b'",') * 19900 + b"0]}"


UNKNOWN = {
    "a string": filled(b'{"a":"', b"x", b'"}'),
    "options": filled(b'{"platformMeta":{"threads":{"a":"', b"x", b'"}}}'),
    "a key": filled(b'{"', b"k", b'":1}'),
    "a key of escapes": filled(b'{"', b"\\t", b'":1}'),
    "members": b"{" + b",".join(b'"%05d":"%s"' % (i, b"x" * 1130)
                                for i in range(900)) + b"}",
    "a number": filled(b'{"a":', b"9", b"}"),
    "blanks": filled(b"{", b" ", b"}"),
    "depth": b'{"a":' + b"[" * 60 + b'"' + b"x" * 1000000 + b'"'
             + b"]" * 60 + b"}",
    "lists of lists": filled(b'{"a":[', b"[" * 60 + b"]" * 60 + b",", b"0]}"),
    "values": filled(b'{"a":[', b"0,", b"0]}"),
}


def operations(machine):
    """(method, path, names of fields) of what takes JSON."""
    text = (machine.build / "openapi.json").read_text()
    for path, methods in json.loads(text)["paths"].items():
        path = re.sub(r"\{\w+\}", "01a00000-0000-7000-8000-000000000000",
                      path)
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            if path.endswith(("/schedule", "/validate", "/publish")):
                continue        # these have the fields of /posts
            if "application/json" in content:
                schema = content["application/json"]["schema"]
                yield method.upper(), path, list(schema["properties"])


def test_a_megabyte_of_anything(machine):
    seen, over = 0, []
    for method, path, fields in operations(machine):
        bodies = [(name, body) for name in fields for body in shapes(name)]
        if path.endswith("/posts"):
            bodies += UNKNOWN.items()
        most = MOST
        if links_curl(machine, path):
            most = LINKED + peak(machine, "GET", path + "/not-there")[0]
        for name, body in bodies:
            assert len(body) <= MEGABYTE
            figure, status, answer = peak(machine, method, path, body)
            assert status < 500, (path, body[:60], answer)
            seen += 1
            if figure > most:
                over.append((round(figure, 1), method, path, name, body[:30]))
    assert seen > 200 and not over, sorted(over, reverse=True)[:20]


LARGEST = {
    "the longest text": ("/socialsyncer/v1/posts", {
        "content": EMOJI * 63206, "isDraft": True}),
    "texts of their own": ("/socialsyncer/v1/posts", lambda accounts: {
        "content": "x", "scheduledFor": LATER, "platforms": [
            {"platform": "threads", "accountId": account,
             "customContent": f"{i:03}" + EMOJI * 120}
            for i, account in enumerate(accounts)]}),
    "media with alt texts": ("/api/v1/posts", lambda accounts: {
        "platforms": ["threads"], "profileIds": accounts[:1],
        "caption": EMOJI * 120, "draft": True,
        "mediaUrls": ["https://e.example/" + "p" * 1900] * 20,
        "altTexts": ["z" * 1000] * 20}),
    "another text by platform": ("/socialrails/api/v1/posts/batch", {
        "content": "x" * 5000, "platforms": ["threads"],
        "platform_content": {"threads": EMOJI * 120}}),
}


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_posts(machine, name, escaped):
    path, post = LARGEST[name]
    post = post(machine.accounts) if callable(post) else post
    body = json.dumps(post, ensure_ascii=escaped).encode()
    assert len(body) <= MEGABYTE
    figure, status, answer = peak(machine, "POST", path, body)
    assert status == 201, answer
    assert figure < MOST


def all_media(machine, text, url, alt):
    """The most media: 20 of its own for each target."""
    return json.dumps({"content": text, "isDraft": True, "platforms": [
        {"platform": "threads", "accountId": account, "customMedia": [
            {"type": "image", "altText": "z" * alt,
             "url": f"https://e.example/{i:02}{j:02}" + "u" * url}
            for j in range(20)]} for i, account in enumerate(
                machine.accounts)]}, separators=(",", ":")).encode()


@pytest.mark.parametrize("url, alt", [(1, 1), (983, 0), (1, 982)])
def test_each_target_may_have_all_its_media(machine, url, alt):
    """A request that the documentation allows, with 3,000 values in it, and
    as long as it may be. It is answered whole, as are the questions for it and
    for the page that it is on."""
    path, figures = "/socialsyncer/v1/posts", {}
    body = all_media(machine, "c", url, alt)
    assert len(body) <= MEGABYTE
    assert url + alt < 900 or len(body) > MEGABYTE - 2000
    figures["new"], status, answer = peak(machine, "POST", path, body)
    assert status == 201, answer[:300]
    post = json.loads(answer)
    assert [[len(medium["url"]) for medium in target["customMedia"]]
            for target in post["platforms"]] == [[url + 22] * 20] * 50
    figures["one"], _, one = peak(machine, "GET", f"{path}/{post['id']}")
    figures["page"], _, page = peak(machine, "GET", path, query="limit=1")
    assert one == answer
    assert json.loads(page)["posts"] == [post]
    assert max(figures.values()) < MOST, figures


def test_the_longest_answer_is_kept(machine):
    """For its Idempotency-Key: SQLite makes a row of it, a megabyte more."""
    path, key = "/socialsyncer/v1/posts", {"HTTP_IDEMPOTENCY_KEY": "all-media"}
    body = all_media(machine, "k", 983, 0)
    figure, status, answer = peak(machine, "POST", path, body, **key)
    again, _, kept = peak(machine, "POST", path, body, **key)
    assert status == 201 and kept == answer, answer[:300]
    assert figure < MOST + 1 and again < MOST, (figure, again)


LONGEST = "platform=facebook&limit=100"


def pages(machine, path, cursor_field, list_field):
    """The ids of all posts of a list, page by page; the longest page."""
    seen, longest, cursor = [], 0, ""
    while cursor is not None:
        figure, status, answer = peak(machine, "GET", path, query=(
            f"{LONGEST}&cursor={cursor}" if cursor else LONGEST))
        assert status == 200, answer[:300]
        assert figure < MOST, (path, figure, len(answer))
        page = json.loads(answer)
        seen += [post["id"] for post in page[list_field]]
        longest = max(longest, len(answer))
        cursor = page.get(cursor_field)
        assert page.get("hasMore", cursor is not None) \
            is (cursor is not None)
    assert seen == sorted(set(seen), reverse=True)
    return seen, longest


def repeat(machine, post, count):
    """Store so many copies of a post with one target, all older than it."""
    copy = ";".join(
        f"CREATE TEMP TABLE c AS SELECT * FROM {table} WHERE {column} = '{id}';"
        f"UPDATE c SET {sets}; INSERT INTO {table} SELECT * FROM c;"
        "DROP TABLE c"
        for n in range(count)
        for own in [f"00000000-0000-7000-8000-{n:012x}"]
        for table, column, id, sets in [
            ("post", "id", post, f"id = '{own}'"),
            ("target", "post", post, f"id = '{own}', post = '{own}'")])
    machine.sql(f"BEGIN; {copy}; COMMIT")


def test_lists_of_the_longest_posts(machine):
    """A page of 100 of them has 25 MB, whichever API asks. It is whole, or
    there is none: where no file can be made for it."""
    account = machine.add_account("facebook", "--offline", "--handle", "long",
                                  secret="x")
    made = peak(machine, "POST", "/socialsyncer/v1/posts", json.dumps({
        "content": EMOJI * 63206, "isDraft": True, "platforms": [
            {"platform": "facebook", "accountId": account}]}).encode())
    assert made[1] == 201, made[2][:300]
    repeat(machine, json.loads(made[2])["id"].removeprefix("post_"), 100)
    for path, cursor, posts in (
            ("/socialsyncer/v1/posts", "cursor", "posts"),
            ("/api/v1/posts", "nextCursor", "posts"),
            ("/socialrails/api/v1/posts", "", "data")):
        seen, longest = pages(machine, path, cursor, posts)
        assert len(seen) >= 100 and longest > 20 * MEGABYTE, path
    media = machine.dir / "data/media"
    media.chmod(0o500)
    try:
        _, status, answer = peak(machine, "GET", path, query=LONGEST)
    finally:
        media.chmod(0o700)
    assert status == 500 and "error" in json.loads(answer)


def test_an_upload(machine):
    kind, body = multipart(("file", b"\xff\xd8\xff" + bytes(49 * MEGABYTE),
                            "a.jpg", "image/jpeg"))
    assert peak(machine, "POST", "/api/v1/media", body, kind)[0] < MOST
    kind, body = multipart(("alt", "x" * 30000), ("file", b"x", "a" * 8000))
    assert peak(machine, "POST", "/api/v1/media", body, kind)[0] < MOST


@pytest.mark.parametrize("path", ["/api/v1/posts", "/api/v1/platforms",
                                  "/socialrails/api/v1/posts",
                                  "/socialsyncer/v1/posts"])
def test_a_read(machine, path):
    figure, status, answer = peak(machine, "GET", path)
    assert status == 200 and figure < MOST, answer[:200]
    assert peak(machine, "GET", path, query="a=" + "x" * 100000)[0] < MOST
