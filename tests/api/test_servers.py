"""What web servers hand to programs: every quirk that was measured, behind
lighttpd and behind Apache with mod_cgid (event) and with mod_cgi (prefork)."""

import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time

import pytest

from browser import Browser
from servers import PASSWORD, SERVERS, Instance
from test_web import chunked, head, text

KINDS = SERVERS + ["apache-cgi"] * ("apache" in SERVERS)
JSON = "Content-Type: application/json"
SLOTS = 8


@pytest.fixture(scope="module")
def outside():
    """A server that a request may fetch from, and a proxy that none may use:
    each counts who came."""
    class Server:
        def __init__(self, answer):
            self.answer, self.came = answer, 0
            self.socket = socket.create_server(("127.0.0.1", 0))
            self.port = self.socket.getsockname()[1]
            threading.Thread(target=self.serve, daemon=True).start()

        def serve(self):
            while True:
                with self.socket.accept()[0] as one:
                    self.came += 1
                    while b"\r\n\r\n" not in one.recv(65536):
                        pass
                    one.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
                                b"Content-Length: %d\r\n\r\n"
                                % len(self.answer) + self.answer)

    return Server(b"no picture"), Server(b"I am a proxy")


@pytest.fixture(scope="module", params=KINDS)
def one(request, outside):
    page, proxy = outside
    trap = f"http://127.0.0.1:{proxy.port}"
    with Instance(
            settings={"posts_an_hour": "0", "request_slots": str(SLOTS),
                      "allow_private_networks": f"127.0.0.1:{page.port}"},
            variables={"http_proxy": trap, "https_proxy": trap,
                       "all_proxy": trap}) as instance:
        instance.key
        instance.add_account("threads", "--offline", "--handle", "ana",
                             secret="offline")
        instance.start(request.param)
        yield instance


@pytest.fixture(scope="module", autouse=True)
def hung():
    """A request's program whose body never comes, from the first test on."""
    with Instance() as away:
        command, how = away.command("publisher")
        how["env"].update(
            GATEWAY_INTERFACE="CGI/1.1", REQUEST_METHOD="POST",
            SCRIPT_NAME="/api/v1/posts", CONTENT_TYPE="application/json",
            CONTENT_LENGTH="10", HTTP_AUTHORIZATION=f"Bearer {away.key}")
        program = subprocess.Popen(
            [away.dir / "cgi-bin/api/v1/posts"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, **how)
        yield program
        program.kill()
        program.communicate()


def count(one):
    return one.sql("SELECT count(*) AS n FROM post")[0]["n"]


def draft(caption):
    return json.dumps({"platforms": ["threads"], "caption": caption,
                       "draft": True}).encode()


def status(one, *parts):
    """What a raw request is answered with; None: the connection was cut."""
    try:
        answer = one.raw(b"".join(parts))
    except ConnectionError:
        return None
    return text(answer)[0] if answer else None


def is_lighttpd(one):
    return one.kind == "lighttpd"


@pytest.mark.parametrize("query", ["-d+foo+%22bar", "--check+/etc/passwd",
                                   "--describe", "-x+--describe"])
def test_a_query_string_is_no_command_line(one, query):
    """Apache makes an argument of each word of it."""
    answer = one.get(f"/api/v1/health?{query}", key=False)
    assert answer.status == 400, answer
    assert answer.json["code"] == "invalid_field"


def test_no_proxy_is_taken_from_a_header_or_the_environment(one, outside):
    page, proxy = outside
    came = page.came
    answer = one.post("/socialrails/api/v1/media/upload-url", {
        "url": f"http://127.0.0.1:{page.port}/a.png"}, headers={
        "Proxy": f"http://127.0.0.1:{proxy.port}"})
    assert answer.status == 415, answer         # it came, and is no picture
    assert page.came == came + 1 and proxy.came == 0


def test_one_header_under_two_spellings(one):
    """Apache drops the underscore one, lighttpd passes both: never the
    attacker's."""
    answer = status(one, head(one, "GET", "/api/v1/connections",
                              "X_Api_Key: attacker",
                              f"X-Api-Key: {one.key}", key=False))
    assert answer == (400 if is_lighttpd(one) else 200)
    answer = status(one, head(one, "GET", "/api/v1/connections",
                              f"X_Api_Key: {one.key}", "X-Api-Key: attacker",
                              key=False))
    assert answer == (400 if is_lighttpd(one) else 401)


def test_authorization_reaches_the_program(one):
    assert one.get("/api/v1/connections").status == 200
    assert one.get("/api/v1/connections", key=False, headers={
        "X-API-Key": one.key}).status == 200
    assert one.get("/api/v1/connections", key=False, headers={
        "Authorization": "Badger " + one.key}).status == 401


@pytest.mark.parametrize("line", [
    "Authorization: Bearer x", "Idempotency-Key: b"])
def test_a_header_sent_twice_is_refused(one, line):
    """Both servers join the two by a comma."""
    before = count(one)
    body = draft("twice")
    answer = status(one, head(one, "POST", "/api/v1/posts",
                              "Idempotency-Key: a", line, JSON,
                              f"Content-Length: {len(body)}"), body)
    assert answer == (401 if line.startswith("A") else 400)
    assert count(one) == before


def test_a_cookie_sent_twice_is_none(one):
    """lighttpd joins them by a semicolon, Apache by a comma."""
    link = one.post("/api/v1/connections", {"platform": "site"}).json[
        "connectUrl"]
    browser = Browser()
    browser.send(browser.get(link), "/sign-in", email="owner@example.org",
                 password=PASSWORD)
    cookie = f"Cookie: crier={next(iter(browser.cookies)).value}"
    path = link[len(one.url):]
    for lines, heading in (([cookie], "<h1>Connect"),
                           ([cookie, cookie], "<h1>Sign in"),
                           ([cookie, "Cookie: crier=other"], "<h1>Sign in"),
                           (["Cookie: crier=other", cookie], "<h1>Sign in")):
        answer = one.raw(head(one, "GET", path, *lines, key=False))
        assert heading in answer.decode(), (lines, answer)


def test_chunked_body(one):
    """lighttpd tells its length, Apache none."""
    body = draft("chunked")
    assert status(one, head(one, "POST", "/api/v1/posts", JSON,
                            "Transfer-Encoding: chunked"),
                  chunked(body[:9], body[9:])) == 201
    assert status(one, head(one, "POST", "/api/v1/posts", JSON,
                            "Transfer-Encoding: chunked"),
                  chunked(*[b" " * 65536] * 18)) == 413


def test_chunked_body_with_a_length_too(one):
    """lighttpd refuses; Apache drops the length: the body is the chunks'."""
    before, body = count(one), draft("both")
    answer = status(one, head(one, "POST", "/api/v1/posts", JSON,
                              "Transfer-Encoding: chunked",
                              "Content-Length: 4"), chunked(body))
    assert answer == (400 if is_lighttpd(one) else 201)
    assert count(one) - before == (answer == 201)


def test_a_body_shorter_than_its_length_stores_nothing(one):
    before, body = count(one), draft("short")
    assert status(one, head(one, "POST", "/api/v1/posts", JSON,
                            f"Content-Length: {len(body) + 5}"),
                  body) in (None, 400, 408)
    settled(one)
    assert count(one) == before


@pytest.mark.parametrize("length, wanted", [
    (0, 201), (-1, 400), (5, 400), (1 << 20, 413)])
def test_a_program_takes_the_length_that_was_told(one, length, wanted):
    """A server that passed on what is cut off, or more than it told."""
    program, how = one.command("publisher")
    before, body = count(one), draft("told")
    how["env"].update(
        GATEWAY_INTERFACE="CGI/1.1", REQUEST_METHOD="POST",
        SCRIPT_NAME="/api/v1/posts", CONTENT_TYPE="application/json",
        CONTENT_LENGTH=str(len(body) + length),
        HTTP_AUTHORIZATION=f"Bearer {one.key}")
    done = subprocess.run([one.dir / "cgi-bin/api/v1/posts"], input=body,
                          capture_output=True, check=True, **how)
    assert done.stdout.startswith(b"Status: %d " % wanted), done
    assert count(one) - before == (wanted == 201)


def settled(one):
    """Wait until no request's program runs any more."""
    assert one.get("/api/v1/health", key=False).status == 200
    for _ in range(600):
        if not running(one):
            return
        time.sleep(0.05)
    raise AssertionError("programs of requests do not end")


def running(one):
    """How many programs of this instance's cgi-bin run."""
    found = 0
    for pid in os.listdir("/proc"):
        try:
            found += os.readlink(f"/proc/{pid}/exe").startswith(
                f"{one.dir}/cgi-bin/")
        except OSError:
            pass
    return found


@pytest.mark.parametrize("lines", [
    ["-1"], ["+3"], ["1e3"], ["100000000000000000000"], ["5, 5"], ["5", "7"],
    ["0x10"]])
def test_lengths_that_are_none(one, lines):
    before = count(one)
    body = draft("length")
    assert status(one, head(one, "POST", "/api/v1/posts", JSON,
                            *(f"Content-Length: {l}" for l in lines)),
                  body) in (None, 400, 413)
    assert count(one) == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_a_body_where_none_belongs(one, method):
    """lighttpd refuses GET and HEAD with one, Apache passes it: nobody reads
    it as anything, and it is read away, or Apache would cut the answer off."""
    body = b"x" * (256 << 10)
    path = "/api/v1/posts/post_x" if method == "DELETE" \
        else "/api/v1/posts?limit=1"
    for lines, sent in ((f"Content-Length: {len(body)}", body),
                        ("Transfer-Encoding: chunked", chunked(body))):
        answer = status(one, head(one, method, path, JSON, lines), sent)
        if method == "DELETE":
            assert answer == 404
        else:
            assert answer == (400 if is_lighttpd(one) else 200), lines


def test_an_unknown_method(one):
    answer = one.request("FOO", "/api/v1/posts")
    assert answer.status == (501 if is_lighttpd(one) else 405), answer


@pytest.mark.parametrize("path", [
    "a%2fb//c/./d", "..%2f..%2fetc", "%2e%2e/%2e%2e/etc", "a%00b", "%c0%ae",
    "%c0%ae%c0%ae%c0%afetc", "a%0d%0aX-Evil:%20b", "%", "a%zz", "a/../../x"])
def test_paths_that_are_none(one, path):
    answer = one.raw(head(one, "GET", f"/api/v1/posts/{path}"))
    assert text(answer)[0] in (400, 404), answer
    assert b"X-Evil" not in answer.split(b"\r\n\r\n")[0]


@pytest.mark.parametrize("path", [
    "/data/crier.db", "/data/crier.db-wal", "/crier.db", "/etc/crier.conf",
    "/../etc/crier.conf", "/../data/crier.db", "/%2e%2e/etc/crier.conf",
    "/site/../../data/key", "/site/%2e%2e/%2e%2e/data/key", "/data/key",
    "/api/v1/posts.c", "/.htaccess", "/log/lighttpd.log", "/cgi-bin/api"])
def test_nothing_private_is_served(one, path):
    answer = one.raw(head(one, "GET", path, key=False))
    assert text(answer)[0] in (400, 403, 404), answer
    assert b"SQLite" not in answer and b"base_url" not in answer


def test_a_redirect_is_absolute_and_goes_to_us(one):
    """Apache would answer a path's content itself; a Host header of a
    stranger's leads nowhere."""
    link = one.post("/api/v1/connections", {"platform": "site"}).json[
        "connectUrl"]
    for host in (f"127.0.0.1:{one.port}", "evil.example"):
        browser = Browser()
        form = browser.get(link).form("/sign-in")
        answer = browser.ask(form["action"], {
            **form["fields"], "email": "owner@example.org",
            "password": PASSWORD}, {"Origin": one.url, "Host": host})
        assert answer.status == 303, answer
        assert answer.headers["Location"] == link


def test_a_client_that_goes_away(one):
    """What it asked for is done or not; asked again by its key, it is once."""
    before = count(one)
    for i in range(5):
        body = draft(f"gone {i}")
        request = head(one, "POST", "/api/v1/posts", JSON,
                       f"Idempotency-Key: gone-{i}-{one.port}",
                       f"Content-Length: {len(body)}") + body
        with socket.create_connection(("127.0.0.1", one.port), 10) as client:
            client.sendall(request)
        assert status(one, request) == 201
    settled(one)
    assert count(one) - before == 5


def test_slow_clients_do_not_take_every_process(one):
    """lighttpd reads a body before it starts a program; Apache starts one
    per slow client, and no more than there are slots."""
    settled(one)
    clients = []
    try:
        for _ in range(SLOTS + 4):
            client = socket.create_connection(("127.0.0.1", one.port), 60)
            client.sendall(head(one, "POST", "/api/v1/posts", JSON,
                                "Content-Length: 100") + b"{")
            clients.append(client)
        if is_lighttpd(one):
            assert one.get("/api/v1/posts?limit=1").status == 200
            settled(one)                # all of them: none holds a program
            return
        answer = one.get("/api/v1/posts?limit=1")
        for _ in range(600):            # until they are all at their reading
            if answer.status == 503:
                break
            time.sleep(0.05)
            answer = one.get("/api/v1/posts?limit=1")
        assert answer.status == 503 and answer.json["code"] == "busy", answer
        assert answer.headers["Retry-After"] == "1"
        for _ in range(200):            # the one that said so may still end
            if running(one) <= SLOTS + 4:
                break
            time.sleep(0.05)
        assert running(one) <= SLOTS + 4
    finally:
        for client in clients:
            client.close()
    settled(one)
    assert one.get("/api/v1/posts?limit=1").status == 200


def test_many_and_long_headers(one):
    many = [f"X-Many-{i}: x" for i in range(120)]
    assert status(one, head(one, "GET", "/api/v1/posts", *many)) == 400
    few = [f"X-Many-{i}: x" for i in range(80)]
    assert status(one, head(one, "GET", "/api/v1/posts", *few)) == 200
    for length, wanted in ((7000, (200,)), (8200, (400, 431)),
                           (20000, (None, 400, 431))):
        assert status(one, head(one, "GET", "/api/v1/posts",
                                "X-Long: " + "x" * length)) in wanted, length


def test_a_request_s_environment_is_no_setting(one):
    """Headers become variables: none that a program reads as its own."""
    for name in ("CRIER-CONF", "CRIER_CONF", "CRIER-KILL-AT", "PATH-INFO",
                 "REDIRECT-HTTP-AUTHORIZATION", "LD-PRELOAD"):
        answer = one.get("/api/v1/posts?limit=1", headers={name: "/nowhere"})
        assert answer.status == 200, (name, answer)
    for name in ("Redirect-Http-Authorization", "Http-Authorization",
                 "REDIRECT_HTTP_AUTHORIZATION"):
        answer = one.get("/api/v1/posts?limit=1", key=False,
                         headers={name: f"Bearer {one.key}"})
        assert answer.status == 401, (name, answer)


def test_head_and_an_early_refusal(one):
    """Apache breaks off an answer to a body that was not read: ours is."""
    answer = one.request("HEAD", "/api/v1/posts")
    assert answer.status == 200 and answer.body == b""
    connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=60)
    connection.request("POST", "/api/v1/media", b"x" * (3 << 20), {
        "Content-Type": "multipart/form-data; boundary=B",
        "Authorization": "Bearer no"})
    answer = connection.getresponse()
    assert answer.status == 401
    assert json.loads(answer.read())["code"] == "invalid_api_key"
    connection.close()


def limits(pid):
    """A process's soft limits by name, as the kernel tells them."""
    with open(f"/proc/{pid}/limits") as lines:
        return {line[:25].strip(): line[25:].split()[0]
                for line in list(lines)[1:]}


def test_a_request_is_limited(hung):
    """In processor time, files, memory, and it leaves no core."""
    wanted = {"Max cpu time": "10", "Max core file size": "0",
              "Max open files": "64", "Max address space": str(256 << 20)}
    if "asan" in os.environ.get("CRIER_BUILD", ""):
        del wanted["Max address space"]
    give_up = time.time() + 60
    while not wanted.items() <= limits(hung.pid).items():
        assert time.time() < give_up, limits(hung.pid)
        time.sleep(0.05)


def test_a_request_that_hangs_ends(hung):
    assert hung.wait(90) == -signal.SIGALRM
