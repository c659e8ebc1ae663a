"""Secrets stay where they belong. All that Crier is told in confidence or
makes itself goes in once, every API is used, posts go out; then each secret
is looked for in every file of the instance (database, its log, a backup, run
files, logs, media, feeds), in every answer, in what programs print, and in
what the publisher was started with."""

import base64
import json
import os
import re
import socket
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

import pytest

from browser import Browser
from servers import SERVERS, Instance, multipart
from test_media import png

sys.path.insert(0, str(Path(__file__).parents[1] / "publisher"))

from newsroom import Stand  # noqa: E402

PASSWORD, WRONG, OTHER = (f"canary password {n} 7f3a" for n in range(3))
APP_PASSWORD = "cana-ry7f-3ab1-zzzz"
TOKEN, ROTATED = "canary-mastodon-token-7f3a", "canary-telegram:7f3a"
HOOK, NEW_HOOK = "canary-hook-secret-7f3a", "canary-new-hook-secret-7f3a"
STANDARD = "whsec_" + base64.b64encode(b"canary standard secret 7f3a").decode()
AI_KEY = "sk-test-0123456789"
OWNER = "owner@example.org"
SECRET_FIELDS = ("access_token", "refresh_token", "client_secret", "code",
                 "code_verifier", "accessJwt", "refreshJwt")


class Tap:
    """Between Crier and a stand-in: keeps every byte that passes, and tells
    the stand-in's address as its own."""

    def __init__(self, stand):
        self.there = stand.port
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        assert len(str(self.port)) == len(str(self.there))
        self.url = f"http://127.0.0.1:{self.port}"
        self.seen = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            one = self.socket.accept()[0]
            other = socket.create_connection(("127.0.0.1", self.there))
            for ends in ((one, other), (other, one)):
                threading.Thread(target=self.carry, args=ends,
                                 daemon=True).start()

    def carry(self, one, other):
        kept = bytearray()
        self.seen.append(kept)
        try:
            while part := one.recv(1 << 20):
                part = part.replace(b":%d" % self.there, b":%d" % self.port)
                kept += part
                other.sendall(part)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def secrets(self):
        """{what it is: values} of what passed in confidence."""
        found = {}
        text = b"\n".join(bytes(s) for s in self.seen).decode(errors="replace")
        for name in SECRET_FIELDS:
            found[name] = {urllib.parse.unquote(v) for v in re.findall(
                rf'(?:"{name}": ?"|[?&\s]{name}=)([^"&\s]{{20,}})', text)}
        return {name: values for name, values in found.items() if values}


class Watch:
    """What programs of an instance are started with, as long as it looks."""

    def __init__(self, instance):
        self.folder, self.seen, self.names = str(instance.dir), b"", set()
        self.on = True
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self):
        while self.on:
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    program = os.readlink(f"/proc/{pid}/exe")
                    if not program.startswith(self.folder + "/libexec/"):
                        continue
                    told = Path(f"/proc/{pid}/environ").read_bytes() \
                        + Path(f"/proc/{pid}/cmdline").read_bytes()
                except OSError:
                    continue
                self.names.add(Path(program).name)
                if told not in self.seen:
                    self.seen += told
            time.sleep(0.005)

    def end(self):
        self.on = False
        self.thread.join()


class Story:
    """Everything done once, with what was answered."""

    def __init__(self, one, folder):
        self.one, self.folder, self.answers = one, folder, []
        self.canaries = {}      # what it is: values
        self.shown = []         # answers that show a secret, once
        self.run, one.run = one.run, self.listen

    def listen(self, program, *words, **how):
        """Run a program, and keep what it prints; but crier-admin answers
        whoever typed the words."""
        done = self.run(program, *words, **how)
        said = "" if program == "crier-admin" else done.stdout
        self.answers.append((f"what {program} printed",
                             (said + done.stderr).encode()))
        return done

    def keep(self, what, *values):
        for value in values:
            assert len(value) > 8, (what, value)
            self.canaries.setdefault(what, set()).add(value)

    def ask(self, method, path, body=None, shows=False, wanted=None, **how):
        answer = self.one.request(method, path, body, **how)
        assert answer.status in (wanted or range(200, 300)), (path, answer)
        told = answer.body + str(answer.headers).encode()
        if not shows:
            self.answers.append((f"{method} {path}", told))
        return answer

    def post(self, path, body, **how):
        return self.ask("POST", path, body, **how)

    def page(self, answer):
        self.answers.append((answer.url.split("?")[0], answer.text.encode()))
        return answer

    # -------------------------------------------------------------- people

    def people(self):
        one = self.one
        one.add_user(OWNER, PASSWORD)
        one.add_user("other@example.org", OTHER)
        self.keep("password", PASSWORD, WRONG, OTHER)
        self.key = one.add_key(OWNER, "all")
        one._key = self.key
        spare = one.add_key(OWNER, "post:read", "--expires",
                            "2037-01-01T00:00:00Z",
                            name="spare")
        other = one.add_key("other@example.org", "all")
        self.keep("API key", self.key, spare, other)
        revoked = one.add_key(OWNER, "all", name="revoked")
        one.admin("key", "revoke", one.sql(
            "SELECT id FROM api_key WHERE name = 'revoked'")[0]["id"])
        self.keep("API key", revoked)
        self.keep("API key, wrong", "crier_" + "Canary7f" * 5 + "abc",
                  "canary-key-of-another-kind-7f3a", revoked + "x",
                  "crier_canary-too-short-7f3a", "Canary 7f3a with blanks")
        for key in (spare, other, revoked, *self.canaries["API key, wrong"]):
            self.ask("GET", "/api/v1/posts", key=key, wanted=(200, 401))
        self.answers += [(words, one.admin(*words.split()).encode()) for words
                         in ("user list", f"key list --user {OWNER}",
                             f"account list --user {OWNER}")]

    # ------------------------------------------------------------ accounts

    def link(self, platform):
        answer = self.post("/api/v1/connections", {"platform": platform},
                           shows=True,
                           headers={"Idempotency-Key": f"link-{platform}"})
        again = self.post("/api/v1/connections", {"platform": platform},
                          shows=True,
                          headers={"Idempotency-Key": f"link-{platform}"})
        assert again.json == answer.json
        url = answer.json["connectUrl"]
        self.keep("connect link", url.rsplit("conn_", 1)[1])
        return url

    def sign_in(self, url):
        browser = Browser()
        page = browser.get(url)
        self.page(browser.send(page, "/sign-in", email=OWNER, password=WRONG))
        self.keep("cookie", *(c.value for c in browser.cookies))
        page = browser.send(page, "/sign-in", email=OWNER, password=PASSWORD)
        self.keep("cookie", *(c.value for c in browser.cookies))
        return browser, page

    def accounts(self, mastodon, bluesky):
        one, self.taps = self.one, [mastodon, bluesky]
        browser, page = self.sign_in(self.link("mastodon"))
        page = browser.send(page, "/" + page.url.rsplit("/", 1)[1],
                            server=mastodon.url)
        self.keep("OAuth state", dict(urllib.parse.parse_qsl(
            page.url.partition("?")[2]))["state"])
        form = page.form("/oauth/authorize")
        back = browser.ask(form["action"], {
            **form["fields"], "account": "alice", "decision": "allow"})
        page = browser.get(back.headers["Location"])
        self.page(browser.send(page, "/confirm"))
        browser, page = self.sign_in(self.link("bluesky"))
        end = "/" + page.url.rsplit("/", 1)[1]
        self.keep("app password", APP_PASSWORD, "wron-gcan-ary7-f3ab")
        self.page(browser.send(page, end, handle="ana.test",
                               secret="wron-gcan-ary7-f3ab"))
        page = browser.send(page, end, handle="ana.test", secret=APP_PASSWORD)
        self.page(browser.send(self.page(page), "/confirm"))
        page = browser.get(self.link("site"))
        page = browser.send(page, "/" + page.url.rsplit("/", 1)[1],
                            handle="canary")
        self.page(browser.send(page, "/confirm"))
        self.keep("token given", TOKEN)
        one.add_account("mastodon", "--server", mastodon.url, secret=TOKEN)
        one.add_account("threads", "--offline", "--handle", "a",
                        secret=ROTATED)
        self.keep("token given", ROTATED)

    # ------------------------------------------------------------ requests

    def webhooks(self):
        made = self.post("/api/v1/webhooks", {
            "url": "https://hooks.example/", "secret": HOOK}).json["id"]
        self.ask("PATCH", f"/api/v1/webhooks/{made}", {"secret": NEW_HOOK})
        self.post("/socialrails/api/v1/webhooks", {
            "url": "https://hooks.example/", "secret": STANDARD})
        self.keep("webhook secret", HOOK, NEW_HOOK, STANDARD)
        for path in ("/api/v1/webhooks", "/socialrails/api/v1/webhooks"):
            how = {"shows": True, "headers": {"Idempotency-Key": "hook"}}
            body = {"url": "https://more.example/"}
            answer = self.post(path, body, **how)
            assert self.post(path, body, **how).body == answer.body
            said = answer.json.get("data", answer.json)
            self.keep("webhook secret, ours", said["secret"])
        answer = self.ask("PATCH", f"/api/v1/webhooks/{made}",
                          {"secret": None}, shows=True,
                          headers={"Idempotency-Key": "hook"})
        self.keep("webhook secret, ours", answer.json["secret"])
        self.post(f"/api/v1/webhooks/{made}/test", {})

    def posts(self):
        kind, form = multipart(("file", png(), "a.png"))
        form = {"body": form, "headers": {"Content-Type": kind}}
        media = self.post("/api/v1/media", **form).json["mediaId"]
        self.post("/socialrails/api/v1/media/upload", **form)
        accounts = self.ask("GET", "/api/v1/connections").json["accounts"]
        at = {a["platform"]: a["id"] for a in accounts}
        self.post("/socialsyncer/v1/posts", {
            "content": "now", "publishNow": True, "platforms": [
                {"platform": p, "accountId": at[p]}
                for p in ("mastodon", "bluesky", "site")]})
        self.post("/api/v1/posts", {
            "platforms": ["threads"], "caption": "x", "mediaId": media,
            "scheduledTime": "2037-01-01T00:00:00Z"},
            headers={"Idempotency-Key": "post"})
        self.post("/api/v1/publish", {"platforms": ["mastodon", "bluesky"],
                                      "caption": "soon"})
        self.post("/socialrails/api/v1/posts", {
            "content": "x", "platform": "threads"})
        self.post("/socialrails/api/v1/ai/generate", {"prompt": "x"})

    def ticks(self):
        for minutes in (2, 60):
            self.one.shift_clock(minutes * 60 * 1000)
            self.one.tick()
            self.one.run("collector")

    def trouble(self, mastodon, bluesky, ai):
        """Networks that throw our secrets back at us, and that refuse them."""
        for status in (422, 401):
            mastodon.order(fault="status", path="/api/v1/statuses",
                           status=status, count=3, body={
                               "error": f"Bearer {TOKEN} is too old"})
            bluesky.order(
                fault="status", path="/xrpc/com.atproto.repo.putRecord",
                status=status, count=3, body={
                    "error": "InvalidRequest",
                    "message": f"not with {APP_PASSWORD}"})
            self.post("/api/v1/publish", {
                "platforms": ["mastodon", "bluesky"],
                "caption": f"trouble {status}"})
            self.one.shift_clock(status * 60 * 1000)
            self.one.tick()
        states = [row["state"] for row in self.one.sql(
            "SELECT t.state FROM target t JOIN post p ON p.id = t.post"
            " WHERE p.text LIKE 'trouble%'")]
        assert "failed" in states, states
        ai.order(fault="status", path="/v1/", status=400, body={
            "error": {"message": f"Bearer {AI_KEY} is no key"}})
        self.post("/socialrails/api/v1/ai/generate", {"prompt": "x"},
                  wanted=(502,))

    def reads(self):
        document = self.ask("GET", "/api/v1/openapi.json").json
        for path, methods in document["paths"].items():
            if "get" not in methods or "x-scope" not in methods["get"]:
                continue
            kind = re.match("/.*/(posts|media|webhooks|deliveries"
                            "|connections)/", path)
            ids = [""]
            if "{id}" in path:
                table = {"posts": "target", "media": "media",
                         "webhooks": "webhook", "deliveries": "delivery",
                         "connections": "account"}[kind[1]]
                if "socialsyncer" in path:
                    table = "post"
                ids = [row["id"] for row in
                       self.one.sql(f"SELECT id FROM {table}")]
            for id in ids:
                self.ask("GET", path.replace("{id}", id), wanted=(200, 404))
        self.answers += [("crier-admin", self.one.admin(
            *words.split(), check=False).encode()) for words in (
                "doctor", f"account list --user {OWNER}")]
        self.one.run("janitor")

    # -------------------------------------------------------------- search

    def collect(self):
        for tap in self.taps:
            for name, values in tap.secrets().items():
                self.keep(name, *values)
        self.keep("AI key", AI_KEY)
        key = (self.one.dir / "data/key").read_bytes()
        self.keep("instance key", key)

    def forms(self, value):
        """The ways in which a secret may lie around."""
        raw = value if isinstance(value, bytes) else value.encode()
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        yield base64.b64encode(raw).rstrip(b"=")[:-1]
        if raw is value:
            return
        yield urllib.parse.quote(value).encode()
        yield json.dumps(value)[1:-1].encode()

    def places(self):
        """(what it is, bytes) of all that can be read."""
        skip = {self.one.dir / "data/key"}
        for path in self.one.dir.rglob("*"):
            if path.is_file() and not path.is_symlink() and path not in skip \
                    and path.parts[len(self.one.dir.parts)] not in (
                        "cgi-bin", "libexec", "lib", "share"):
                yield str(path), path.read_bytes()
        for path in self.folder.rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes()
        yield from self.answers

    def search(self, watch):
        places = list(self.places())
        assert any("crier.db" in name for name, _ in places)
        assert any("backup" in name for name, _ in places)
        assert any(".log" in name or "log/" in name for name, _ in places)
        for what, values in self.canaries.items():
            for value in values:
                forms = set(self.forms(value))
                for name, data in [*places, ("environment", watch.seen)]:
                    if what == "connect link" and "/mcp/connect/" in name:
                        continue        # a page of that link's
                    for form in forms:
                        if form in data:
                            yield f"{what} {value!r} in {name}"


@pytest.fixture
def folder():
    """One that the instance's user gets to."""
    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o755)
        yield Path(path)


@pytest.mark.parametrize("kind", SERVERS)
def test_no_secret_is_found(kind, folder):
    secret, backup, doubles = (folder / name for name in
                               ("secret", "backup", "doubles"))
    for one in (secret, backup, doubles):
        one.mkdir()
    backup.chmod(0o777)
    ai_key = secret / "ai.key"
    ai_key.write_text(AI_KEY + "\n")
    ai_key.chmod(0o644)
    stands = [Stand(name, doubles) for name in ("mastodon", "bluesky",
                                                "openai")]
    stands[0].order(call="token", account="alice", token=TOKEN,
                    scopes="read write profile push")
    stands[1].order(call="account", handle="ana.test", password=APP_PASSWORD)
    taps = [Tap(stand) for stand in stands]
    try:
        with Instance(settings={
                "allow_private_networks": "127.0.0.1", "settle_seconds": "0",
                "tick_seconds": "1",
                "api_url.bluesky": taps[1].url, "ai_url": taps[2].url + "/v1",
                "ai_model": "small-model", "ai_key_file": str(ai_key),
                "backup_dir": str(backup)}) as one:
            one.start(kind)
            watch, story = Watch(one), Story(one, backup)
            story.people()
            story.accounts(taps[0], taps[1])
            story.webhooks()
            story.posts()
            story.ticks()
            story.trouble(*stands)
            story.reads()
            story.collect()
            watch.end()
            found = list(story.search(watch))
            number = sum(map(len, story.canaries.values()))
            print(f"{number} canaries of {len(story.canaries)} kinds,"
                  f" {len(story.answers)} answers")
            assert not found, "\n".join(found)
            assert "publisher" in watch.names
            assert number >= 40 and len(story.canaries) >= 14, story.canaries
    finally:
        for stand in stands:
            stand.stop()
