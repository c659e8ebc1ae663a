"""No private address is reached, by whichever door a URL comes in: media of a
post, an upload from a URL, webhooks, a server to connect to, an AI, a
network's own address, a link's preview.

Names lead where the test says, also elsewhere the second time, and every
connection that any program asks for is written down (tests/server/resolver.c):
what is not written down was not tried."""

import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from browser import Browser
from newsroom import EMAIL, ROOT, quote
from servers import PASSWORD

PUBLIC = "8.8.8.8"

# name -> (URL, what the resolver answers for its host, time after time)
VECTORS = {
    "loopback": ("https://127.0.0.1/x", None),
    "one number": ("https://2130706433/x", None),
    "two parts": ("https://127.1/x", None),
    "octal": ("https://0177.0.0.1/x", None),
    "hexadecimal": ("https://0x7f.1/x", None),
    "zero": ("https://0/x", None),
    "any": ("https://0.0.0.0/x", None),
    "private": ("https://10.0.0.5/x", None),
    "metadata": ("https://169.254.169.254/latest/meta-data/", None),
    "shared": ("https://100.64.0.1/x", None),
    "protocols": ("https://192.0.0.8/x", None),
    "benchmarks": ("https://198.19.255.1/x", None),
    "many": ("https://224.0.0.1/x", None),
    "reserved": ("https://240.0.0.1/x", None),
    "all": ("https://255.255.255.255/x", None),
    "six loopback": ("https://[::1]/x", None),
    "six any": ("https://[::]/x", None),
    "six mapped": ("https://[::ffff:127.0.0.1]/x", None),
    "six mapped in hexadecimal": ("https://[::ffff:7f00:1]/x", None),
    "six mapped at length": ("https://[0:0:0:0:0:ffff:7f00:0001]/x", None),
    "six of a link": ("https://[fe80::1]/x", None),
    "six of a named link": ("https://[fe80::1%25lo]/x", None),
    "six to four": ("https://[2002:7f00:1::]/x", None),
    "six in four": ("https://[2001:0:7f00:1::]/x", None),
    "six local": ("https://[fd00:ec2::254]/x", None),
    "six translated": ("https://[64:ff9b::7f00:1]/x", None),
    "localhost": ("https://localhost/x", None),
    "localhost with a dot": ("https://localhost./x", None),
    "our own": ("https://9.9.9.9/x", None),
    "a name": ("https://private.example/x", "10.0.0.5"),
    "a name in six": ("https://six.example/x", "::1 fd00::1"),
    "one of two": ("https://mixed.example/x", "8.8.8.8 127.0.0.1"),
    "a name that changes": ("https://rebinding.example/x",
                            "8.8.8.8 / 127.0.0.1"),
    "another port": ("https://ports.example:22/x", "8.8.8.8"),
    "plain": ("http://plain.example/x", "8.8.8.8"),
    "plain and private": ("http://10.0.0.5/x", None),
    "somebody's": ("https://public.example@127.0.0.1/x", "8.8.8.8"),
    "wide digits": ("https://\uff11\uff12\uff17.0.0.1/x", None),
    "wide dot": ("https://127\u30020.0.1/x", None),
    "a file": ("file:///etc/passwd", None),
    "gopher": ("gopher://127.0.0.1:6379/_x", None),
    "dict": ("dict://127.0.0.1:11211/stats", None),
    "ftp": ("ftp://127.0.0.1/x", None),
    "telnet": ("telnet://127.0.0.1:23/x", None),
}
CHANGES = "one of two", "a name that changes"


@pytest.fixture(scope="session")
def shim():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "resolver.so"
        path.parent.chmod(0o755)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", path,
                        ROOT / "tests/server/resolver.c", "-ldl"], check=True)
        yield path


class Place:
    """A server that remembers who came: /away sends them on, /away/N to the
    N-th of its addresses, and /page/N names that as its picture."""

    def __init__(self, to=None, addresses=()):
        place = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                place.came += 1
                self.rfile.read(int(self.headers["Content-Length"] or 0))
                way, _, number = self.path.strip("/").partition("/")
                named = addresses[int(number)] if number else to
                page = (f"<title>{number}</title><meta property='og:image'"
                        f" content='{named}'>" if way == "page" else "")
                self.send_response(302 if named and not page else 200)
                if named and not page:
                    self.send_header("Location", named)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page.encode())

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self.came = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class World:
    """An instance whose programs live among names that lie."""

    def __init__(self, open_newsroom, shim):
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        folder.chmod(0o777)
        self.names, self.log = folder / "names", folder / "log"
        self.names.write_text("".join(
            f"{url.split('/')[2].split('@')[0].split(':')[0]} {answers}\n"
            for url, answers in VECTORS.values() if answers))
        self.inside = Place()
        self.outside = Place(
            f"http://127.0.0.1:{self.inside.port}/secret",
            [url for url, _ in VECTORS.values() if url.isascii()])
        self.allowed = f"127.0.0.1:{self.outside.port}"
        self.room = open_newsroom({
            "allow_private_networks": self.allowed, "http_seconds": 5,
            "publish_wait": 0, "retry_seconds": 1},
            variables={"LD_PRELOAD": str(shim),
                       "RESOLVER_NAMES": str(self.names),
                       "RESOLVER_LOG": str(self.log)})
        self.urls = {name: url for name, (url, _) in VECTORS.items()}
        self.urls["redirect"] = f"http://{self.allowed}/away"
        self.doubles = set()
        self.begin()

    def begin(self):
        """From here on names answer for the first time."""
        for path in self.names.parent.iterdir():
            if path != self.names:
                path.unlink()

    def allow(self, stand):
        conf = self.room.conf
        conf.write_text(conf.read_text().replace(
            self.allowed, f"{self.allowed} 127.0.0.1:{stand.port}", 1))
        self.allowed += f" 127.0.0.1:{stand.port}"
        self.doubles.add(("127.0.0.1", stand.port))

    def tried(self):
        """The addresses and ports that anything connected to."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return {(a, int(p)) for a, p in (line.rsplit(" ", 1)
                                         for line in lines)}

    def asked(self, name):
        path = self.names.with_name(
            f"{self.names.name}-{VECTORS[name][0].split('/')[2]}")
        return path.stat().st_size if path.exists() else 0

    def check(self, *changed):
        """Nobody was reached but the public address, and what is allowed;
        and where a name led elsewhere, it was asked for again."""
        fine = {(PUBLIC, 443), ("127.0.0.1", self.outside.port),
                *self.doubles}
        tried = self.tried()
        assert tried <= fine, tried - fine
        assert (PUBLIC, 443) in tried       # names do lead where we say
        assert self.outside.came > 0 and self.inside.came == 0
        for name in changed:
            assert self.asked(name) >= 2, name

    def close(self):
        self.inside.stop()
        self.outside.stop()
        self.folder.cleanup()


@pytest.fixture
def world(open_newsroom, shim):
    made = World(open_newsroom, shim)
    yield made
    made.close()


def test_media_of_a_post(world):
    room = world.room
    targets = {name: room.schedule(
        room.add_account("site", "--handle", f"v{i}"), name, media=[url])
        for i, (name, url) in enumerate(world.urls.items())}
    for _ in range(4):
        room.tick()
        room.advance(3600)
    for name, target in targets.items():
        row = room.target(target)
        assert row["state"] == "failed", (name, row)
        assert row["category"] == "media_error", (name, row)
    world.check("a name that changes")


def test_an_upload_from_a_url(world):
    room = world.room
    room.start("lighttpd")
    for name, url in world.urls.items():
        for _ in range(2):
            answer = room.post("/socialrails/api/v1/media/upload-url",
                               {"url": url})
            assert answer.status == 400, (name, answer)
    world.check("a name that changes")


def some_keys(room, count):
    """Keys of as many profiles."""
    for i in range(count):
        profile = room.admin("profile", "add", "--user", EMAIL, "--name",
                             f"p{i}")
        yield room.add_key(EMAIL, "all", "--profile", profile)


def test_webhooks(world):
    """Added, changed, tried, delivered and sent again."""
    room = world.room
    room.start("lighttpd")
    sent = []
    for i, (name, url) in enumerate(world.urls.items()):
        if i % 5 == 0:                  # a profile has 20 webhooks at most
            key = next(keys) if i else next(
                keys := some_keys(room, len(world.urls)))
        made = room.post("/api/v1/webhooks", {
            "url": "https://mixed.example/"}, key=key).json["id"]
        for method, path in (("POST", "/api/v1/webhooks"),
                             ("POST", "/socialrails/api/v1/webhooks"),
                             ("PATCH", f"/api/v1/webhooks/{made}")):
            answer = room.request(method, path, {"url": url}, key=key)
            assert answer.status in (200, 201, 400), (name, answer)
            if answer.status != 400:
                hook = answer.json.get("data", answer.json)["id"]
                tested = room.post(f"/api/v1/webhooks/{hook}/test", {},
                                   key=key)
                assert tested.status == 202, tested
                sent.append((key, tested.json["id"]))
    assert len(sent) > 60
    for turn in range(2):
        for _ in range(2):
            room.tick()
            room.advance(60)
        for key, delivery in sent:
            attempts = room.get(f"/api/v1/deliveries/{delivery}",
                                key=key).json["attempts"]
            assert len(attempts) > turn, attempts
            assert {a["responseStatus"] for a in attempts} <= {None, 302}
            if turn == 0:
                room.post(f"/api/v1/deliveries/{delivery}/retry", {}, key=key)
    world.check("a name that changes")


def test_a_server_to_connect_to(world):
    room = world.room
    room.start("lighttpd")
    link = room.post("/api/v1/connections", {"platform": "mastodon"}).json[
        "connectUrl"]
    browser = Browser()
    page = browser.send(browser.get(link), "/sign-in", email=EMAIL,
                        password=PASSWORD)
    end = "/" + page.url.rsplit("/", 1)[1]
    for name, url in world.urls.items():
        for _ in range(2):
            answer = browser.send(page, end,
                                  server=url.removesuffix("/x"))
            assert answer.status == 400 and answer.alert, (name, answer)
    world.check("a name that changes")


def test_servers_of_networks(world):
    """An account's own server, and the address that crier.conf gives."""
    room = world.room
    targets = []
    for i, (name, url) in enumerate(world.urls.items()):
        account = room.add_account("mastodon", "--offline", "--handle",
                                   f"v{i}", secret="token")
        room.sql(f"UPDATE account SET server = {quote(url[:-2])}"
                 f" WHERE id = {quote(account)}")
        targets.append(room.schedule(account, name))
    bluesky = room.add_account("bluesky", "--offline", "--handle", "v.test",
                               secret="abcd-efgh-ijkl-mnop")
    conf = room.conf.read_text()
    for name in ("loopback", *CHANGES, "six mapped", "a name"):
        room.conf.write_text(
            conf + f"api_url.bluesky = {world.urls[name][:-2]}\n")
        targets.append(room.schedule(bluesky, name))
        room.tick()
        room.advance(3600)
    room.tick()
    assert "posted" not in room.states(*targets)
    world.check("a name that changes")


def test_an_ai(world):
    room = world.room
    room.start("lighttpd")
    conf = room.conf.read_text()
    for name in ("loopback", "one number", "six mapped", "localhost", "a name",
                 "a name in six", "another port", "redirect", *CHANGES):
        room.conf.write_text(f"{conf}ai_url = {world.urls[name]}\n"
                             "ai_model = small\n")
        for _ in range(2):
            answer = room.post("/socialrails/api/v1/ai/generate",
                               {"prompt": "x"})
            assert answer.status == 502, (name, answer)
    world.check("a name that changes")


def test_a_link_s_preview(world):
    """The one thing that follows redirects, to each address; and a page may
    name each as its picture."""
    room = world.room
    stand = room.stand("bluesky")
    world.allow(stand)
    with open(room.conf, "a") as conf:
        conf.write(f"api_url.bluesky = {stand.url}\n")
    account = room.add_account("bluesky", "--handle", "crier.test",
                               secret="abcd-efgh-ijkl-mnop")
    world.begin()
    urls = {name: url for name, url in world.urls.items()
            if url.startswith("http") and url.isascii()}
    links = [f"{name}: {url}" for name, url in urls.items()]
    for way in ("away", "page"):
        links += [f"{way}: http://127.0.0.1:{world.outside.port}/{way}/{n}"
                  for n in range(sum(u.isascii() for u, _ in
                                     VECTORS.values()))]
    targets = [room.schedule(account, f"{link} {i}", i - 600)
               for i, link in enumerate(links)]
    for _ in range(len(targets) // 4):
        room.tick()
        if set(room.states(*targets)) == {"posted"}:
            break
    assert set(room.states(*targets)) == {"posted"}, room.states(*targets)
    for entry in stand.ledger():
        card = entry["record"].get("embed", {}).get("external", {})
        assert bool(card) == entry["text"].startswith("page:"), entry
        assert "thumb" not in card, entry
    world.check("a name that changes")
