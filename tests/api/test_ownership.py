"""The ownership matrix: every operation, by everyone, upon everything.

The programs are run as a web server runs them, by environment and standard
input, over a real database; a sample goes through each server. What was
refused must have written nothing: the log of the database stays empty."""

import collections
import hashlib
import json
import os
import re
import subprocess
import time
import uuid

import pytest

from ownership import EMPTY, FORM, METHODS, PAGES, ROWS, describe, missing
from servers import BUILD, SERVERS, Instance, multipart
from test_hostile import png

OWNER, STRANGER, SHUT = "owner@example.org", "other@example.org", \
    "shut@example.org"
SCOPES = ("post:read post:write account:read account:write media:read"
          " media:write template:read template:write webhook:read"
          " webhook:write analytics:read analytics:write team:read team:write"
          " key:read key:write profile:read profile:write ai:write").split()
SETS = {"read": "post:read account:read media:read analytics:read"
                " webhook:read profile:read",
        "write": "post:write media:write", "ai": "ai:write",
        "webhooks": "webhook:read webhook:write"}

# (status, code) of each API: no key; a bad one; a user shut out; a scope that
# is not granted; what is not there; an account that the key may not use.
Words = collections.namedtuple("Words", "nobody bad shut scope absent denied")
DIALECTS = {
    "/api/": Words((401, "missing_api_key"), (401, "invalid_api_key"),
                   (403, "api_access_disabled"), (403, "insufficient_scope"),
                   None, (403, "profile_scope_denied")),
    "/socialrails/": Words((401, "UNAUTHORIZED"), (401, "UNAUTHORIZED"),
                           (403, "FORBIDDEN"), (403, "FORBIDDEN"),
                           (404, "NOT_FOUND"), (403, "FORBIDDEN")),
    "/socialsyncer/": Words((401, "invalid_credentials"),
                            (401, "invalid_credentials"),
                            (403, "insufficient_permissions"),
                            (403, "insufficient_permissions"),
                            (404, "resource_not_found"),
                            (403, "insufficient_permissions")),
}
NATIVE_ABSENT = {"post": (404, "post_not_found"),
                 "media": (404, "media_not_found")}

IS_SLOW = BUILD.name == "asan"      # a program takes ten times as long there

Answer = collections.namedtuple("Answer", "status headers body")


def words_of(path):
    return next(words for prefix, words in DIALECTS.items()
                if path.startswith(prefix))


class Direct:
    """An instance whose programs we run ourselves."""

    def __init__(self):
        self.instance = one = Instance(settings={
            "requests_an_hour": "0", "posts_an_hour": "0",
            "uploads_an_hour": "0", "publish_wait": "0",
            "duplicate_seconds": "0", "publisher": "/bin/true"})
        self.root = one.dir / "cgi-bin"
        self.database = one.dir / "data/crier.db"
        self.log = one.dir / "data/crier.db-wal"
        self.media = one.dir / "data/media"
        self.how = one.command("publisher")[1]
        self.cells = 0
        self.faults = []

    def program(self, path):
        """(program, the rest of the path)."""
        parts, at = path.strip("/").split("/"), self.root
        for i, part in enumerate(parts):
            at = at / part
            if at.is_file():
                break
        return at, "".join("/" + p for p in parts[i + 1:])

    def call(self, method, path, body=None, key=None, query="", type=None,
             **headers):
        program, rest = self.program(path)
        if body is not None and not isinstance(body, bytes):
            body, type = json.dumps(body).encode(), "application/json"
        environment = {
            **self.how["env"], "GATEWAY_INTERFACE": "CGI/1.1",
            "REQUEST_METHOD": method, "QUERY_STRING": query,
            "SCRIPT_NAME": path.removesuffix(rest), "PATH_INFO": rest,
            "REMOTE_ADDR": "192.0.2.1", **headers}
        if body is not None:
            environment.update(CONTENT_TYPE=type,
                               CONTENT_LENGTH=str(len(body)))
        if key:
            environment["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        done = subprocess.run(
            [program], input=body or b"", stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60,
            **{**self.how, "env": environment})
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        lines = dict(line.split(": ", 1)
                     for line in head.decode().split("\r\n") if line)
        status = int(lines.get("Status", "200").split()[0])
        assert done.returncode == 0 and status != 500, (path, done)
        return Answer(status, lines, answer)

    def good(self, *words, **how):
        answer = self.call(*words, **how)
        assert answer.status < 300, (words, answer)
        return json.loads(answer.body)

    # The state of the database between cells: a copy of its file, and no log.

    def keep(self):
        self.instance.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        assert self.written() == 0
        self.kept = self.database.read_bytes()
        self.files = {path: path.read_bytes()
                      for path in self.media.iterdir()}

    def written(self):
        return self.log.stat().st_size if self.log.exists() else 0

    def restore(self):
        with open(self.log, "r+b") as log:
            log.truncate()
        with open(self.database, "r+b") as file:
            file.write(self.kept)
            file.truncate()
        for path in self.media.iterdir():
            if path not in self.files:
                path.unlink()
        for path, data in self.files.items():
            if not path.exists():
                path.write_bytes(data)
                os.chown(path, self.instance.uid, self.instance.gid)


class Owner:
    """A profile with one of everything, each with a word of its own in it."""

    def __init__(self, world, word, email, *profile):
        self.world, self.word, self.email = world, word, email
        self.profile_words = profile
        one = world.instance
        self.key = one.add_key(email, "all", *profile)
        self.things = {}
        self.secrets = {word.encode()}
        self.make()

    def add(self, kind, which, id):
        self.things[kind, which] = id
        self.secrets.add(id.split("_")[-1].encode())

    def get(self, kind, which):
        """The thing, or the one there is of its kind."""
        return self.things.get((kind, which)) or self.things[kind, "scheduled"]

    def account(self, network):
        return self.world.instance.add_account(
            network, "--offline", "--handle", self.word, *self.profile_words,
            email=self.email, secret="offline")

    def call(self, *words, **how):
        return self.world.good(*words, key=self.key, **how)

    def post(self, which, account, network="threads", **change):
        id = self.call("POST", "/api/v1/posts", {
            "platforms": [network], "caption": f"{self.word} {which}",
            "profileIds": [account], "scheduledTime": "2037-01-01T00:00:00Z",
            "mediaId": self.things["media", "scheduled"], **change})
        id = id["postIds"][0].removeprefix("post_")
        self.add("post", which, id)
        self.add("whole", which, self.world.instance.sql(
            f"SELECT post FROM target WHERE id = '{id}'")[0]["post"])
        return id

    def upload(self):
        type, body = form(self.word)
        return self.call("POST", "/api/v1/media", body, type=type)["mediaId"]

    def hook(self):
        return self.call("POST", "/api/v1/webhooks", {
            "url": f"https://{self.word}.example/"})["id"]

    def make(self):
        sql = self.world.instance.sql
        account, gone = self.account("threads"), self.account("linkedin")
        self.add("account", "scheduled", account)
        self.add("account", "deleted", gone)
        self.add("media", "scheduled", self.upload())
        self.add("media", "deleted", self.upload())
        self.call("DELETE", "/api/v1/media/" + self.things["media", "deleted"])
        for which in ("scheduled", "failed", "uncertain", "deleted"):
            id = self.post(which, account)
            if which in ("failed", "uncertain"):
                sql(f"UPDATE target SET state = '{which}' WHERE id = '{id}'")
        for _ in range(2):              # cancelled, then hidden
            self.call("DELETE",
                      "/api/v1/posts/" + self.things["post", "deleted"])
        sql("UPDATE post SET hidden_at = 1 WHERE id = '%s'"
            % self.things["whole", "deleted"])
        for which in ("scheduled", "deleted"):
            hook = self.hook()
            self.add("webhook", which, hook)
            self.add("delivery", which, self.call(
                "POST", f"/api/v1/webhooks/{hook}/test", {})["id"])
        self.call("DELETE", f"/api/v1/webhooks/{hook}")
        self.call("DELETE", f"/api/v1/connections/{gone}")
        self.call("PUT", "/api/v1/platform-settings",
                  {"platform": "threads", "profileId": account})

    def hide(self):
        """What a limited key of this profile does not see."""
        hidden = self.account("facebook")
        self.add("account", "hidden", hidden)
        self.post("hidden", hidden, "facebook")
        return hidden


def form(word="x"):
    return multipart(("alt", word), ("file", png(), f"{word}.png"))


Principal = collections.namedtuple("Principal",
                                   "name key refused owner scopes limited")


class World(Direct):
    def __init__(self):
        super().__init__()
        one = self.instance
        one.key
        for email in (STRANGER, SHUT):
            one.add_user(email)
        profile = one.admin("profile", "add", "--user", OWNER, "--name",
                            "second")
        self.own = Owner(self, "onesword", OWNER)
        self.second = Owner(self, "twosword", OWNER, "--profile", profile)
        self.other = Owner(self, "theirsword", STRANGER)
        self.hidden = self.own.hide()
        self.limit = self.own.things["account", "scheduled"]
        self.owners = {"own": self.own, "second": self.second,
                       "other": self.other}
        self.principals = list(self.everyone())
        if IS_SLOW:
            self.principals = [p for p in self.principals if p.name in (
                "nobody", "revoked", "onesword", "theirsword", "limited",
                "limited elsewhere", "post:read", "media:write")]
        self.keep()

    def everyone(self):
        one, every = self.instance, set(SCOPES)

        def key(*words, scopes="all", email=OWNER):
            return one.add_key(email, scopes, *words)

        yield Principal("nobody", None, "nobody", None, every, None)
        yield Principal("a stranger's guess", "crier_" + "A" * 43, "bad",
                        None, every, None)
        yield Principal("no key of ours", "secret", "bad", None, every, None)
        expired = key()
        one.sql("UPDATE api_key SET expires_at = 1000 WHERE id ="
                " (SELECT max(id) FROM api_key)")
        yield Principal("expired", expired, "bad", None, every, None)
        revoked = key()
        one.sql("UPDATE api_key SET revoked_at = 1000 WHERE id ="
                " (SELECT max(id) FROM api_key)")
        yield Principal("revoked", revoked, "bad", None, every, None)
        yield Principal("shut", key(email=SHUT), "shut", None, every, None)
        one.admin("user", "set", SHUT, "--api", "off")
        left = key("--profile", self.second.profile_words[1])
        one.sql("UPDATE api_key SET user = (SELECT id FROM user WHERE email ="
                f" '{STRANGER}') WHERE id = (SELECT max(id) FROM api_key)")
        yield Principal("a member no more", left, "bad", None, every, None)
        for owner in self.owners.values():
            yield Principal(owner.word, owner.key, None, owner, every, None)
        yield Principal("limited", key("--accounts", self.limit), None,
                        self.own, every, self.limit)
        yield Principal("limited elsewhere", key("--accounts", self.hidden),
                        None, self.own, every, self.hidden)
        for name in [*SCOPES, *SETS]:
            yield Principal(name, key(scopes=name), None, self.own,
                            set(SETS.get(name, name).split()), None)

    # ------------------------------------------------------ what is expected

    def account_of(self, variant):
        return self.hidden if variant == "hidden" else self.limit

    def expected(self, name, operation, who, variant):
        row, words = ROWS[name], words_of(name.split()[1])
        scope = operation.get("x-scope")
        if scope is None:
            return row.ok, row.code
        if who.refused:
            return getattr(words, who.refused)
        if scope not in who.scopes:
            return words.scope
        if who.limited and isinstance(row.limited, int) and (
                row.limited == 403 or who.limited == self.hidden):
            return words.denied if row.limited == 403 else (row.limited, None)
        if row.kind is None:
            return row.ok, row.code
        seen = variant in ("own", "hidden") if who.owner is self.own \
            else self.owners.get(variant) is who.owner
        if who.limited and row.limited == "hidden":
            seen = seen and self.account_of(variant) == who.limited
        return (row.ok, row.code) if seen else (
            words.absent or NATIVE_ABSENT.get(row.kind, (404, "not_found")))

    def id(self, kind, which, variant):
        if variant == "absent":
            return str(uuid.UUID(int=0x01900000_0000_7000_8000_000000000009))
        if variant == "malformed":
            return "x" * 36
        if variant == "wrong":
            other = "media" if kind != "media" else "post"
            return self.own.things[other, "scheduled"].split("_")[-1]
        if variant == "deleted":
            return self.own.things[kind, "deleted"]
        if variant == "hidden":
            return self.own.things[kind, "hidden"]
        return self.owners[variant].get(kind, which)

    # ------------------------------------------------------ one cell

    def ask(self, name, who, path_id=None, body=None, ask=None):
        method, path = name.split()
        body = ROWS[name].body if body is None else body
        how, query = {}, ""
        if body == FORM:
            how["type"], body = form()
        if method in ("GET", "DELETE"):
            query = "&".join(f"{k}={v}" for k, v in (body or {}).items())
            body = None
        if path == "/api/media/serve":
            query = self.link()
        path = path.replace("{id}", path_id or "")
        return (ask or self.call)(method, path, body, key=who.key,
                                  query=query, **how)

    def link(self):
        url = self.good("GET", "/api/v1/media/" + self.own.things[
            "media", "scheduled"], key=self.own.key)["url"]
        return url.split("?")[1]

    def cell(self, name, who, wanted, sent=(), **how):
        """Ask, and look at what was answered and what was written."""
        answer = self.ask(name, who, **how)
        status, code = wanted
        faults = []
        if answer.status != status or (
                code and b'"code":"%s"' % code.encode() not in answer.body):
            faults.append(f"wanted {status} {code or ''}")
        faults += [f"tells {secret}"
                   for secret in self.told(name, answer, who, sent)]
        if self.written():
            if status >= 300 or name.startswith("GET"):
                faults.append("wrote to the database")
            self.restore()
        self.faults += [f"{name} by {who.name} {how}: {fault}: {answer}"
                        for fault in faults]
        self.cells += 1

    def told(self, name, answer, who, sent):
        """What of others stands in an answer, but for what was sent."""
        if name == "GET /api/media/serve":
            return
        for owner in self.owners.values():
            hidden = owner.secrets if owner is not who.owner else set()
            if owner is self.own and who.limited:
                hidden = self.unseen(who)
            for secret in hidden - {s.split("_")[-1].encode() for s in sent}:
                if secret in answer.body:
                    yield secret

    def unseen(self, who):
        """What a limited key must not be told of its own profile."""
        kinds = ("post", "whole", "account")
        names = {"scheduled", "failed", "uncertain", "deleted", "hidden"}
        names = names - {"hidden"} if who.limited == self.hidden \
            else {"hidden"}
        return {self.own.things[kind, which].encode() for kind in kinds
                for which in names if (kind, which) in self.own.things} \
            | ({b"onesword hidden"} if "hidden" in names
               else {b"onesword scheduled"})


@pytest.fixture(scope="module")
def world():
    world = World()
    yield world
    world.instance.remove()


@pytest.fixture(scope="module")
def described(world):
    return describe(world.instance.build / "cgi-bin")


VARIANTS = ("own", "other", "second", "absent", "deleted", "malformed",
            "wrong", "hidden")


def report(world):
    faults, world.faults = world.faults, []
    assert not faults, f"{len(faults)} cells:\n" + "\n".join(faults[:40])


def test_every_operation_and_every_id_has_its_row(described):
    assert list(missing(described)) == []
    assert len(described) >= 62


def test_the_matrix(world, described):
    """Every operation, everyone, and every id in a path."""
    began = time.monotonic()
    for name in ROWS:
        operation, row = described[name], ROWS[name]
        for who in world.principals:
            variants = ["own"] if row.kind is None else VARIANTS
            if who.name in SCOPES or who.name in SETS or (
                    who.refused and who.name != "nobody"):
                variants = variants[:2]
            for variant in variants:
                if variant == "hidden" and (
                        row.which != "scheduled"
                        or (row.kind, "hidden") not in world.own.things):
                    continue
                id = row.kind and world.id(row.kind, row.which, variant)
                wanted = world.expected(name, operation, who, variant)
                world.cell(name, who, wanted, [id] if id else [], path_id=id)
    print(f"{world.cells} cells in {time.monotonic() - began:.0f} s")
    report(world)
    assert world.cells >= 2000 or IS_SLOW


def put(body, place, id):
    """The body with an id in a place of it."""
    body = dict(body or {})
    if place.endswith("[]"):
        body[place[:-2]] = [id]
    else:
        body[place] = id
    return body


def test_ids_in_queries_and_bodies(world):
    before = world.cells
    own, limited = (next(p for p in world.principals if p.name == name)
                    for name in ("onesword", "limited"))
    for name, row in ROWS.items():
        path_id = row.kind and world.id(row.kind, row.which, "own")
        for where, place in row.places.items():
            for variant in VARIANTS:
                if variant == "hidden":
                    if place.kind not in ("account", "post", "whole"):
                        continue
                    who, wanted = limited, place.hidden
                elif variant == "own":
                    who, wanted = own, (row.ok, row.code)
                elif variant == "malformed":
                    who, wanted = own, place.malformed
                elif variant == "deleted" and place.foreign[0] == EMPTY:
                    continue            # a place in a list, still
                else:
                    who, wanted = own, place.foreign
                id = world.id(place.kind, "scheduled", variant)
                body = place.put(row.body, id) if place.put \
                    else put(row.body, where, id)
                world.cell(name, who, wanted, [id], path_id=path_id,
                           body=body)
    report(world)
    print(f"{world.cells - before} cells of ids in queries and bodies")
    assert world.cells - before >= 100


# ---------------------------------------------------------------- pages

def cookie_of(world, email):
    """The cookie of a browser that is signed in."""
    token = hashlib.sha256(email.encode()).hexdigest()[:43]
    digest = hashlib.sha256(token.encode()).hexdigest()
    now = int(time.time() * 1000)
    world.instance.sql(
        "INSERT OR IGNORE INTO session (hash, user, created_at, expires_at)"
        f" SELECT x'{digest}', id, {now}, {now + 3600000} FROM user"
        f" WHERE email = '{email}'")
    return f"crier={token}"


def test_pages_are_of_members(world, described):
    link = world.good("POST", "/api/v1/connections", {"platform": "site"},
                      key=world.own.key)["connectUrl"].rsplit("/", 1)[1]
    cookies = [cookie_of(world, OWNER), cookie_of(world, STRANGER),
               "crier=" + "N" * 43]
    world.keep()
    for name, wanted in PAGES.items():
        method, path = name.split()
        path = path.replace("{token}", link)
        for cookie, status in zip(cookies, wanted):
            page = world.call("GET", f"/mcp/connect/{link}",
                              HTTP_COOKIE=cookie).body.decode()
            token = re.search(r'name="csrf" value="([^"]*)"', page)
            body = f"csrf={token[1]}&handle=ana" if token else "csrf=x"
            answer = world.call(
                method, path, body.encode() if method == "POST" else None,
                type="application/x-www-form-urlencoded", HTTP_COOKIE=cookie,
                HTTP_ORIGIN=world.instance.url)
            assert answer.status == status, (name, cookie, answer)
            if cookie != cookies[0]:
                assert b"onesword" not in answer.body
            world.restore()
    for name in PAGES:
        method, path = name.split()
        answer = world.call(method, path.replace("{token}",
                            "conn_" + "B" * 43),
                            b"csrf=x" if method == "POST" else None,
                            type="application/x-www-form-urlencoded",
                            HTTP_COOKIE=cookies[0])
        assert answer.status in (400, 403, 404), (name, answer)
        assert b"onesword" not in answer.body
        world.restore()


# ---------------------------------------------------------------- servers

@pytest.mark.parametrize("kind", SERVERS)
def test_a_sample_through_the_servers(world, described, kind):
    """Every operation once by nobody, by another profile's key and with
    another method: servers and programs agree on who is who."""
    instance = world.instance
    instance.start(kind)
    try:
        nobody, other = world.principals[0], next(
            p for p in world.principals if p.owner is world.other)

        def ask(method, path, body=None, key=None, query="", type=None):
            return instance.request(
                method, path + ("?" + query if query else ""), body,
                {"Content-Type": type} if type else None, key=key or False)

        for name in ROWS:
            row = ROWS[name]
            id = row.kind and world.id(row.kind, row.which, "own")
            for who in (nobody, other):
                if who is other and row.kind is None:
                    continue
                wanted = world.expected(name, described[name], who, "own")
                answer = world.ask(name, who, path_id=id, ask=ask)
                assert answer.status == wanted[0], (name, who.name, answer)
            allowed = {n.split()[0] for n in ROWS
                       if n.split()[1] == name.split()[1]}
            for method in set(METHODS) - allowed:
                answer = ask(method, name.split()[1].replace("{id}", id or ""),
                             b"{}" if method not in ("GET", "DELETE")
                             else None, type="application/json")
                if answer.status in (401, 404):
                    continue            # of another row's path: /posts/{id}
                assert answer.status == 405, (method, name, answer)
    finally:
        instance.stop()
        world.restore()
