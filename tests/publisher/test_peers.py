"""Peers that misbehave, the whole way through the publisher: what the
network's own ledger and the database say after each fault. Between the two
stands doubles/wire.py.

The three ways to find out what became of a post are there: Mastodon takes a
key, X can be looked at, at Discord nobody can be asked."""

import gzip
import hashlib
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import pytest

from newsroom import ROOT, quote
from web_files import FILES
import test_x  # noqa: F401  (its films)
import test_youtube  # noqa: F401

sys.path.insert(0, str(ROOT / "tests/doubles"))

from wire import (Wire, cut_answer, cut_request, lost, told,  # noqa: E402
                  write)

MINUTE, HOUR, DAY = 60, 3600, 86400


# ------------------------------------------------------------------- peers

class Mastodon:
    """Each account has a wire of its own: a server's address is what tells
    accounts apart."""

    name, path = "mastodon", "/api/v1/statuses"

    def __init__(self, room, accounts=4, flavour="mastodon"):
        self.stand = room.stand("mastodon", "--flavour", flavour)
        self.stand.order(set={"rate_limit": 10 ** 6})
        self.wires = [Wire(self.stand.port) for _ in range(accounts)]
        self.accounts = [room.add_account(
            "mastodon", "--server", wire.url, secret="alice-token")
            for wire in self.wires]


class X:
    name, path = "x", "/api.x.com/2/tweets"

    def __init__(self, room):
        self.stand = room.stand("x")
        self.stand.order(set={"posts_per_15_minutes": 10 ** 6,
                              "expires_in": 30 * DAY})
        self.wires = [Wire(self.stand.port)]
        with open(room.conf, "a") as conf:
            for key, value in self.stand.order(call="lines").items():
                value = value.replace(self.stand.url, self.wires[0].url)
                conf.write(f"{key} = {value}\n")
        self.accounts = [
            room.oauth_account(self.stand, "2244994945000000001"),
            room.oauth_account(self.stand, "2244994945000000002", "bob")]


class Discord:
    name, path = "discord", "/api/v10/webhooks/"

    def __init__(self, room):
        self.stand = room.stand("discord")
        self.stand.order(set={"rate_limit": 10 ** 6})
        self.wires = [Wire(self.stand.port)]
        with open(room.conf, "a") as conf:
            conf.write("api_url.discord = %s\n" % self.wires[0].url)
        self.accounts = [room.add_account(
            "discord", secret="https://discord.com/api/webhooks/%s" % where)
            for where in ("1001/news-token-" + "Zz_9" * 15,
                          "1001/news-token-" + "Zz_9" * 15
                          + "?thread_id=4561",
                          "1002/forum-token-" + "Zz_9" * 15
                          + "?thread_id=4571")]


class Bluesky:
    name, path = "bluesky", "/xrpc/com.atproto.repo.putRecord"

    def __init__(self, room):
        self.stand = room.stand("bluesky")
        self.wires = [Wire(self.stand.port)]
        self.stand.order(set={"address": self.wires[0].url,
                              "sessions_per_5_minutes": 1000})
        self.accounts = [room.add_account(
            "bluesky", "--server", self.wires[0].url, "--handle",
            "crier.test", secret="abcd-efgh-ijkl-mnop")]


PEERS = {peer.name: peer for peer in (Mastodon, X, Discord)}


class Desk:
    """A newsroom, its peers, and posts that are told apart by a number."""

    def __init__(self, room):
        self.room, self.numbers = room, itertools.count(1)
        self.posts, self.acts = {}, {}
        self.asked = []
        self.most = 0

    def post(self, accounts, acts):
        """One post for each act, which befalls the first request that carries
        it (of a list each the next one); spread over the accounts. Their
        texts."""
        now, rows, texts = self.room.now(), [], []
        for account, act in zip(itertools.cycle(accounts), acts):
            text = "post %05d" % next(self.numbers)
            post, target = str(uuid.uuid4()), str(uuid.uuid4())
            rows += [
                "INSERT INTO post (id, profile, text, created_at, updated_at)"
                f" VALUES ({quote(post)}, {quote(self.room.profile)},"
                f" {quote(text)}, {now}, {now})",
                "INSERT INTO target (id, post, profile, account, network,"
                " state, due_at, next_at, created_at, updated_at)"
                f" SELECT {quote(target)}, {quote(post)}, profile, id,"
                f" network, 'scheduled', {now}, {now}, {now}, {now}"
                f" FROM account WHERE id = {quote(account)}"]
            self.posts[target] = text
            self.acts[text] = list(act) if isinstance(act, list) else [act]
            texts.append(text)
        self.room.write(rows)
        return texts

    def plan(self, request):
        """What befalls this request: its post's next act; one that carries no
        post gets the next of asked."""
        found = re.search(rb"post(?: |%20)(\d{5})", request.body)
        acts = self.acts["post %s" % found[1].decode()] if found \
            else self.asked
        return acts.pop(0) if acts else None

    def attach(self, *peers):
        for peer in peers:
            for wire in peer.wires:
                wire.plan = self.plan

    def waiting(self, more=""):
        return self.room.sql(
            "SELECT id FROM target WHERE state IN ('scheduled', 'publishing',"
            f" 'verifying') {more} LIMIT 1")

    def due(self):
        """Is there something to do now? What is asked about later, or tried
        again, keeps its account's other posts waiting."""
        now = self.room.now()
        return self.waiting(
            f"AND (state = 'publishing' OR NOT EXISTS (SELECT 1 FROM target o"
            f" WHERE o.account = target.account AND o.next_at > {now} AND"
            f" o.state IN ('scheduled', 'verifying'))) AND {now} >= (SELECT"
            " not_before FROM account WHERE account.id = target.account)")

    def tick(self, peak):
        """A tick that looks what is due at least once, until nothing is or it
        has ended."""
        room, log = self.room, self.room.dir / "log/publisher.out"
        command, how = room.command("publisher")
        before = room.meta("tick_last")
        with open(log, "w") as errors:
            tick = subprocess.Popen([peak, *command], stderr=errors, **how)
        room.wait_for(lambda: tick.poll() is not None or (
            room.meta("tick_last") != before and not self.due()), 300)
        if tick.poll() is None:
            publisher = Path(f"/proc/{tick.pid}/task/{tick.pid}/children")
            os.kill(int(publisher.read_text()), signal.SIGTERM)
        assert tick.wait(60) == 0, log.read_text()
        self.most = max(self.most, int(log.read_text().split()[-1]))

    def publish(self):
        """Until nothing is due any more; notes the most memory that a process
        of the publisher's had, in kilobytes."""
        peak = self.room.dir / "peak"
        if not peak.exists():
            subprocess.run([os.environ.get("CC", "cc"), "-O2", "-o", peak,
                            ROOT / "tests/bench/peak.c"], check=True)
        for _ in range(4):
            self.tick(peak)
            if not self.due():
                return
        raise AssertionError("it does not end")

    def publish_all(self, rounds=12):
        """Until nothing waits any more, however long that takes."""
        for _ in range(rounds):
            self.publish()
            if not self.waiting():
                return
            self.room.advance(61)
        raise AssertionError(self.room.sql(
            "SELECT * FROM target WHERE state IN ('scheduled', 'verifying')"))

    def judge(self, peer):
        """What is true of each text: its state, its place in the ledger."""
        public = {}
        for entry in peer.stand.ledger():
            assert entry["text"] not in public, f"public twice: {entry}"
            public[entry["text"]] = entry["id"]
        ended = {}
        rows = self.room.sql(
            "SELECT t.id, t.state, t.remote_id, t.reason,"
            " (SELECT count(*) FROM event e WHERE e.target = t.id AND e.type"
            "   IN ('post.published', 'post.failed', 'post.uncertain')) AS"
            "  told FROM target t WHERE account IN (%s)"
            % ", ".join(map(quote, peer.accounts)))
        for row in rows:
            text = self.posts[row["id"]]
            if row["state"] == "posted":
                assert text in public, f"lost: {row}"
                assert row["remote_id"].endswith(public[text]), row
            elif row["state"] == "uncertain":
                assert row["reason"].startswith("uncertain: this post may be")
            else:
                assert row["state"] == "failed" and row["reason"], row
                assert text not in public, f"falsely failed: {row}"
            assert row["told"] == 1, row
            ended[text] = row["state"]
        for wire in peer.wires:
            assert wire.faults == []
        return ended, public


@pytest.fixture
def open_desk(open_newsroom, monkeypatch):
    """open_desk(settings) is one. Where there is room it lies in memory: these
    thousands of posts say nothing of disks."""
    memory = "/dev/shm"
    if os.path.isdir(memory) and shutil.disk_usage(memory).free > 1 << 30:
        monkeypatch.setattr(tempfile, "tempdir", memory)

    def open_one(**settings):
        return Desk(open_newsroom({
            "tick_seconds": 120, "retry_seconds": 1, **settings}))
    return open_one


# ------------------------------------------------------- at each of its bytes

def sizes(desk, peer):
    """How long a post's request and its answer are, at most: an answer may
    vary by the digits of a number."""
    seen = []

    def spy(link, request):
        link.pass_on(request.length)
        answer = link.answer()
        seen.append((request.length, len(answer)))
        link.near.sendall(answer)
        link.end()
    desk.post(peer.accounts, [spy] * len(peer.accounts))
    desk.publish()
    return [max(each) for each in zip(*seen)]


@pytest.mark.parametrize("name", PEERS)
def test_a_connection_breaks_at_each_byte(open_desk, name):
    """A reset at each byte of the request and of its answer; and the answer
    ends in good order, where nobody can be asked at each byte of it, else at
    each eighth."""
    desk = open_desk()
    peer = PEERS[name](desk.room)
    desk.attach(peer)
    request, answer = sizes(desk, peer)
    assert request > 250 and answer > 350, (request, answer)
    half = desk.post(peer.accounts, map(cut_request, range(request)))
    whole = desk.post(peer.accounts, [
        *map(cut_answer, range(answer)),
        *(cut_answer(at, end=True)
          for at in range(0, answer, 1 if name == "discord" else 8))])
    desk.publish()
    ended, public = desk.judge(peer)
    assert set(whole) <= set(public)
    if name == "mastodon":
        assert set(ended.values()) == {"posted"}
        return
    # A reset before the first byte has gone is seen: that was not sent.
    unsent = set(half[:2]) & set(public)
    assert not set(half[2:]) & set(public)
    assert {ended[text] for text in unsent} <= {"posted"}
    assert {ended[text] for text in set(half) - unsent} == {"uncertain"}
    wanted = "posted" if name == "x" else "uncertain"
    assert {ended[text] for text in whole} == {wanted}


# --------------------------------------------------------- big files' uploads

class YouTube:
    name = "youtube"

    def __init__(self, room):
        self.stand = room.stand("youtube")
        self.wires = [Wire(self.stand.port)]
        with open(room.conf, "a") as conf:
            for key, value in self.stand.order(call="lines").items():
                value = value.replace(self.stand.url, self.wires[0].url)
                conf.write(f"{key} = {value}\n")
        self.stand.order(set={"away": self.wires[0].url})
        self.accounts = [room.oauth_account(
            self.stand, "UCalice0000000000000000A")]


def part(of, whole):
    """Break where so much of it has gone through."""
    def act(link, request):
        return (cut_request(int(request.length * whole)) if of == "request"
                else cut_answer(int(whole * 1000)))(link, request)
    return act


BREAKS = [part("request", 0.0001), part("request", 0.5),
          part("request", 0.99999), part("answer", 0), part("answer", 0.1),
          part("request", 0.25)]
SEGMENT = rb'name="segment_index"\r\n\r\n%d\r\n'
# A network's film, what is told of it there, and which of an upload's requests
# break: all breaks of the first, two of the others.
UPLOADS = {
    "mastodon": (lambda room: Mastodon(room, 1), "long.mp4",
                 lambda entry: entry["media"][0]["sha256"],
                 [rb"POST /api/v2/media"]),
    "x": (X, "long.mp4", lambda entry: entry["media"][0]["sha256"],
          [SEGMENT % 2, SEGMENT % 0, SEGMENT % 4, rb"POST \S+/initialize",
           rb"POST \S+/finalize"]),
    "youtube": (YouTube, "long.youtube.mp4", lambda entry: entry["sha256"],
                [rb"(?i)content-range: bytes 0-", rb"POST \S+/v3/videos",
                 rb"(?i)content-range: bytes [1-9]"]),
}


@pytest.mark.parametrize("name", UPLOADS)
def test_a_connection_breaks_inside_an_upload(open_desk, files, name):
    """Two requests of each post's upload break: it goes on or begins anew,
    and the whole file is there, once."""
    make, film, sum_of, requests = UPLOADS[name]
    desk = open_desk(settle_seconds=0)
    peer = make(desk.room)
    breaks = [(requests[0], act) for act in BREAKS] + [
        (request, act) for request in requests[1:]
        for act in (BREAKS[1], BREAKS[3])]
    # Two of each post: what is public says whose turn it is.
    ahead = [breaks[at::len(breaks) // 2] for at in range(len(breaks) // 2)]

    def plan(request):
        whole = request.head.encode() + b"\r\n\r\n" + request.body
        done = len(peer.stand.ledger())
        for pair in ahead[done] if done < len(ahead) else []:
            if re.search(pair[0], whole):
                ahead[done].remove(pair)
                return pair[1]
        return None
    peer.wires[0].plan = plan
    desk.post(peer.accounts[:1], [None] * len(ahead))
    desk.room.write(["UPDATE post SET title = 'A film'"] + [
        "INSERT INTO attachment (id, post, position, url) SELECT"
        f" {quote(uuid.uuid4())}, post, 0, {quote(f'{files}/{film}')}"
        f" FROM target WHERE id = {quote(target)}" for target in desk.posts])
    desk.publish_all(60)
    ended, public = desk.judge(peer)
    assert not any(ahead) and set(ended.values()) == {"posted"}, (ahead, ended)
    assert len(public) == len(ahead)
    assert {sum_of(entry) for entry in peer.stand.ledger()} == {
        hashlib.sha256(FILES[f"/{film}"][1]).hexdigest()}


# ------------------------------------------------ lies, floods and bombs

GIGABYTES = 10 * 1 << 30
PIECE = b"x" * 65536
STATUS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def flood(start, piece=PIECE, size=GIGABYTES):
    """start, and pieces until 10 GB are reached; all of it, if it is taken."""
    def make(answer):
        yield start
        for _ in range(0, size, len(piece)):
            yield piece
    return make


def framed(*headers):
    """The answer's own body, under other headers than Content-Length."""
    def make(answer):
        body = answer.partition(b"\r\n\r\n")[2]
        lines = [line.replace("LENGTH", str(len(body))).replace(
            "LESS", str(len(body) - 1)).replace("MORE", str(len(body) + 9))
            for line in headers]
        return STATUS + "".join(
            line + "\r\n" for line in lines).encode() + b"\r\n" + body
    return make


def said(body, *headers):
    """Another body, of the length it is said to have."""
    def make(answer):
        return STATUS + "".join(
            line + "\r\n" for line in headers).encode() \
            + b"Content-Length: %d\r\n\r\n" % len(body) + body
    return make


def chunked(start, *pieces):
    def make(answer):
        return STATUS + b"Transfer-Encoding: " + start + b"\r\n\r\n" \
            + b"".join(pieces)
    return make


def bomb(size):
    """So many megabytes of noughts behind an opened string."""
    return gzip.compress(b'{"id": "' + b"0" * (size << 20))


CHUNKED = STATUS + b"Transfer-Encoding: chunked\r\n\r\n"
WRONG = {
    "a shorter length": framed("Content-Length: LESS"),
    "a longer length": framed("Content-Length: MORE"),
    "a negative length": framed("Content-Length: -LENGTH"),
    "no number for a length": framed("Content-Length: many"),
    "a length past all numbers": framed("Content-Length: " + "9" * 30),
    "two lengths": framed("Content-Length: LESS", "Content-Length: MORE"),
    "a chunk of no number": chunked(b"chunked", b"zz\r\n{}\r\n0\r\n\r\n"),
    "a chunk past all numbers": chunked(b"chunked", b"f" * 17 + b"\r\n{}"),
    "a chunk without an end": chunked(b"chunked", b"ff\r\n{}"),
    "an unknown coding": chunked(b"br, chunked", b"2\r\nxx\r\n0\r\n\r\n"),
    "10 GB": flood(STATUS + b"Content-Length: %d\r\n\r\n" % GIGABYTES),
    "10 GB without a length": flood(STATUS + b"\r\n{\"id\": \""),
    "10 GB in chunks": flood(CHUNKED, b"8000\r\n" + PIECE[:32768] + b"\r\n"),
    "10 GB of chunks of a byte": flood(CHUNKED, b"1\r\nx\r\n" * 8192),
    "10 GB of a chunk's extension": flood(CHUNKED + b"1;"),
    "10 GB of trailers": flood(CHUNKED + b"0\r\n", b"X-A: b\r\n" * 8192),
    "10 GB of headers": flood(STATUS, b"X-A: b\r\n" * 8192),
    "10 GB of a header": flood(STATUS + b"X-A: "),
    "10 GB of a status line": flood(b"HTTP/1.1 200 "),
    "10 GB of interim answers": flood(
        b"", b"HTTP/1.1 103 Early Hints\r\nX-A: b\r\n\r\n" * 1024),
    "a bomb": said(bomb(500), "Content-Encoding: gzip"),
    "a bomb past the limit": flood(
        STATUS + b"Content-Encoding: gzip\r\n\r\n", bomb(100)),
    "a bomb for the wire": chunked(
        b"gzip, chunked", b"%x\r\n" % len(bomb(500)), bomb(500),
        b"\r\n0\r\n\r\n"),
    "a nest": said(b"[" * 1000000),
    "a list of noughts": said(b"[" + b"0," * 500000 + b"0]"),
    "an empty object": said(b"{}"),
    "null": said(b"null"),
    "nothing": said(b""),
    "a page": said(b"<html>Please sign in</html>"),
}

LEGIBLE = {"a length past all numbers"}     # its body is the answer itself
EMPTY = {"a list of noughts", "an empty object", "null"}    # as a list is


class Trickle:
    """A byte of the answer each second; sent is how far each one got."""

    def __init__(self):
        self.sent = []

    def __call__(self, link, request):
        link.pass_on(request.length)
        answer = link.answer()
        self.sent.append(write(link, (
            answer[at:at + 1] for at in range(len(answer))), 1))


def small(wires):
    """No flood was taken: a limit, and what the system keeps at both ends."""
    return max(sent for wire in wires for sent in wire.sent) < 32 << 20


def test_wrong_answers_and_endless_ones(open_desk):
    """The post is public and its answer is not what it should be; or the
    answer is no network's, and the request never arrived."""
    desk = open_desk(http_seconds=5)
    looked, blind = X(desk.room), Discord(desk.room)
    peers = [Mastodon(desk.room, 2), looked, blind, Bluesky(desk.room)]
    for peer in peers:
        desk.post(peer.accounts, [None] * len(peer.accounts))
    desk.publish()
    plain, came, gone, slow = desk.most, {}, {}, {}
    trickle = Trickle()
    desk.attach(*peers)
    for peer in peers:
        came[peer] = desk.post(peer.accounts, map(told, WRONG.values()))
        gone[peer] = desk.post(peer.accounts, map(lost, WRONG.values()))
        [slow[peer]] = desk.post(peer.accounts, [trickle])
    desk.publish_all()
    assert desk.most < plain + 8 * 1024, (plain, desk.most)
    for peer in peers:
        ended, public = desk.judge(peer)
        assert {*came[peer], slow[peer]} <= set(public)
        well = {name for name, text in zip(WRONG, came[peer])
                if ended[text] == "posted"}
        if peer is blind:
            assert well <= LEGIBLE and ended[slow[peer]] == "uncertain"
        else:
            assert well == set(WRONG) and ended[slow[peer]] == "posted"
        assert {ended[text] for text in gone[peer]} == {
            "uncertain" if peer in (looked, blind) else "posted"}
        assert small(peer.wires)
    desk.room.wait_for(lambda: len(trickle.sent) == len(peers))
    assert max(trickle.sent) < 100


def test_those_who_are_asked_answer_wrongly_and_without_end(open_desk):
    """The send's answer is lost, and looking for the post meets all that;
    GoToSocial is asked before a post as well."""
    desk = open_desk(http_seconds=5)
    keyed, looked = Mastodon(desk.room, 10), X(desk.room)
    listed = Mastodon(desk.room, 1, "gotosocial")
    peers = [keyed, looked, listed]
    desk.attach(*peers)
    trickle = Trickle()
    faults = {name: told(make) for name, make in WRONG.items()}
    faults["a trickle"] = trickle
    desk.post(keyed.accounts, [[cut_answer(0), act]
                               for act in faults.values()])
    # One account, one post after the other: asked of each the second time is
    # the answer true.
    asked = [name for name in faults if name not in LEGIBLE | EMPTY]
    wired = [one for name in asked for one in (faults[name], None)]
    looked.wires[0].plan = lambda request: (
        desk.plan(request) if request.method == "POST" else wired.pop(0))
    desk.post(looked.accounts[:1], [cut_answer(0) for _ in asked])
    lists = itertools.cycle(told(WRONG[name]) for name in (
        "10 GB", "a bomb", "a nest", "a longer length"))
    listed.wires[0].plan = lambda request: (
        next(lists) if request.path.endswith("?limit=1&exclude_reblogs=true")
        else desk.plan(request))
    desk.post(listed.accounts, [None, cut_answer(0), cut_answer(400),
                                cut_answer(20, end=True)])
    desk.publish_all()
    for peer in peers:
        ended, public = desk.judge(peer)
        assert set(ended.values()) == {"posted"}, ended
        assert len(ended) == len(public) and small(peer.wires)
    assert wired == []
    desk.room.wait_for(lambda: len(trickle.sent) == 2)
    assert max(trickle.sent) < 100
    assert desk.most < 24 * 1024, desk.most


# ----------------------------------------------------------- too many requests

def http_date(seconds, form="%a, %d %b %Y %H:%M:%S GMT"):
    return time.strftime(form, time.gmtime(seconds))


# Retry-After, and how long the account then waits, in seconds.
WAITS = {
    "a date": (lambda now: http_date(now + 600), 590, 600),
    "an old form of date": (lambda now: http_date(
        now + 600, "%A, %d-%b-%y %H:%M:%S GMT"), 590, 600),
    "a date long past": (lambda now: http_date(now - DAY), 48, 72),
    "a date in 73 years": (lambda now: http_date(now + 73 * 365 * DAY),
                           DAY, DAY),
    "negative": (lambda now: "-600", 48, 72),
    "huge": (lambda now: "1000000000", DAY, DAY),
    "nothing": (None, 48, 72),
}


class Limits:
    """A newsroom with an account on each network, that all refuse at once."""

    def __init__(self, desk):
        self.desk, self.room = desk, desk.room
        self.peers = [Mastodon(desk.room, 1), X(desk.room),
                      Discord(desk.room), Bluesky(desk.room)]
        self.accounts = [peer.accounts[0] for peer in self.peers]

    def refuse(self, *values):
        """Each refuses what comes, with its Retry-After, until relent()."""
        for peer, value in zip(self.peers, values):
            peer.stand.fault(
                "status", path=peer.path, method="POST", status=429, body={},
                count=10 ** 6, headers={"Retry-After": value} if value else {})

    def relent(self):
        for peer in self.peers:
            peer.stand.order(clear=True)

    def post(self, count=1):
        for peer in self.peers:
            self.desk.post(peer.accounts[:1], [None] * count)

    def rows(self):
        """The accounts' targets that wait, with until when."""
        return self.room.sql(
            "SELECT t.state, t.category, t.failures, t.next_at, a.not_before"
            " FROM target t JOIN account a ON a.id = t.account"
            " WHERE t.state IN ('scheduled', 'publishing', 'verifying')")

    def tried(self):
        """How many requests for posts were made, of each."""
        return [sum(path.startswith(peer.path) for method, path
                    in peer.wires[0].seen if method == "POST")
                for peer in self.peers]

    def wait(self, milliseconds):
        """Time passes, and ticks with it."""
        until = self.room.now() + milliseconds
        while (left := until - self.room.now()) > 0:
            self.room.advance(min(left / 1000, 5 * HOUR))
            self.desk.publish()

    def wait_for_next(self):
        rows = self.rows()
        at = min(max(row["next_at"], row["not_before"]) for row in rows)
        self.wait(max(at - self.room.now(), 0) + 1000)


@pytest.fixture
def limits(open_desk):
    return Limits(open_desk(retry_seconds=60))


def test_retry_after_is_obeyed_within_a_day(limits):
    room = limits.room
    for words, (value, least, most) in WAITS.items():
        limits.refuse(*[value and value(room.now() / 1000)] * 4)
        limits.post()
        before, done = room.now(), limits.tried()
        limits.desk.publish()
        after, tried = room.now(), limits.tried()
        assert tried == [count + 1 for count in done], words
        rows = limits.rows()
        assert len(rows) == 4
        for row in rows:
            assert (row["state"], row["category"], row["failures"]) == (
                "scheduled", "rate_limited", 0), (words, row)
            assert row["next_at"] == row["not_before"], (words, row)
            assert before + least * 1000 - 1000 <= row["not_before"] \
                <= after + most * 1000, (words, row, before, after)
        limits.relent()
        soon = min(row["not_before"] for row in rows)
        limits.wait(soon - room.now() - 20_000)
        if room.now() < soon:               # the machine was quick enough
            assert limits.tried() == tried, words
        limits.wait((most - least) * 1000 + 40_000)
        assert limits.rows() == [], words
        assert limits.tried() == [count + 2 for count in done], words
    for peer in limits.peers:
        ended, public = limits.desk.judge(peer)
        assert list(ended.values()) == ["posted"] * len(WAITS)


def test_an_hour_of_429_loses_nothing(limits):
    """Every request of an hour is refused: few are made, none of the posts
    fails, each is public once when it is over."""
    room = limits.room
    limits.refuse(None, "-600", "600", http_date(room.now() / 1000 + 1500))
    begun = room.now()
    limits.post(3)
    limits.desk.publish()
    while room.now() < begun + HOUR * 1000:
        limits.wait_for_next()
    rows = limits.rows()
    assert len(rows) == 12
    assert {(row["state"], row["failures"]) for row in rows} == {
        ("scheduled", 0)}
    tried = limits.tried()
    assert all(3 <= count <= 10 for count in tried[:3]), tried
    limits.relent()
    while limits.rows() and room.now() < begun + 4 * HOUR * 1000:
        limits.wait_for_next()
    for peer in limits.peers:
        ended, public = limits.desk.judge(peer)
        assert list(ended.values()) == ["posted"] * 3
