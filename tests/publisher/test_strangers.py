"""Those whom Crier tells or asks though they are no network of its users:
receivers of webhooks, the servers of a post's media, pages that a link in it
leads to. Between them and Crier stands doubles/wire.py; bad answers are those
that networks give in test_peers.py."""

import hashlib
import itertools
import json
import re
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import pytest

from newsroom import quote
from receiver import Receiver
from test_peers import (Bluesky, Desk, GIGABYTES, LEGIBLE,  # noqa: F401
                        Trickle, WRONG, open_desk, small)
from web_files import png
from wire import Wire, cut_answer, cut_request, told

REDIRECTS = {f"a redirect, {status}": status
             for status in (301, 302, 303, 307, 308)}


def hurry(room):
    """No answer may take long from now on."""
    conf, changes = re.subn(r"http_seconds = \d+", "http_seconds = 2",
                            room.conf.read_text())
    assert changes == 1, conf
    room.conf.write_text(conf)


def redirect(status, url):
    def make(answer):
        return (f"HTTP/1.1 {status} Moved\r\nLocation: {url}\r\n"
                "Content-Length: 0\r\n\r\n").encode()
    return told(make)


def length_of(wire, ask):
    """How long a request and its answer are, when ask() has one made."""
    seen = []

    def spy(link, request):
        link.pass_on(request.length)
        answer = link.answer()
        seen.append((request.length, len(answer)))
        link.near.sendall(answer)
        link.end()
    wire.plan = lambda request: spy
    ask()
    return seen[0]


# ---------------------------------------------------------------- webhooks

class Post(Desk):
    """Webhooks of one profile, each behind a wire and on a host of its own,
    and events that are told apart by their ids."""

    HOSTS = [f"127.0.0.{number}" for number in range(1, 9)]

    def __init__(self, room):
        super().__init__(room)
        self.receiver, self.other = Receiver(), Receiver()
        self.wires = [Wire(self.receiver.port, host) for host in self.HOSTS]
        self.name = {}                      # by event, as it is told
        room.start("lighttpd")
        self.hooks = [self.hook(wire) for wire in self.wires]
        room.stop()
        for wire in self.wires:
            wire.plan = self.plan

    def hook(self, wire):
        answer = self.room.post("/api/v1/webhooks", {"url": wire.url + "/"})
        assert answer.status == 201, answer
        self.secret = answer.json["secret"]
        return answer.json["id"].removeprefix("webhook_")

    def tell(self, acts):
        """One event for each (name, act), spread over the webhooks."""
        rows, now = [], self.room.now()
        for hook, (name, act) in zip(itertools.cycle(self.hooks), acts):
            event, delivery = str(uuid.uuid4()), str(uuid.uuid4())
            self.acts[f"evt_{event}"] = [act]
            self.name[f"evt_{event}"] = name
            data = json.dumps({"webhook_id": hook, "n": len(self.acts)},
                              separators=(",", ":"))
            rows += [
                "INSERT INTO event (id, profile, type, data, created_at)"
                f" VALUES ({quote(event)}, {quote(self.room.profile)},"
                f" 'webhook.test', {quote(data)}, {now})",
                "INSERT INTO delivery (id, event, webhook, next_at,"
                f" created_at, updated_at) VALUES ({quote(delivery)},"
                f" {quote(event)}, {quote(hook)}, {now}, {now}, {now})"]
        self.room.write(rows)

    def plan(self, request):
        acts = self.acts[re.search(r"webhook-id: (\S+)", request.head)[1]]
        return acts.pop(0) if acts else None

    def waiting(self, more=""):
        return self.room.sql("SELECT id FROM delivery WHERE state = 'pending'"
                             f" {more} LIMIT 1")

    def due(self):
        return self.waiting(f"AND next_at <= {self.room.now()}")

    def ends(self):
        """(state, why each of its tries failed or None) of each event."""
        ends = {}
        for row in self.room.sql(
                "SELECT d.event, d.state, a.error FROM delivery d JOIN"
                " delivery_attempt a ON a.delivery = d.id"
                " ORDER BY d.id, a.number"):
            state, why = ends.setdefault(f"evt_{row['event']}",
                                         (row["state"], []))
            why.append(row["error"])
        return ends

    def stop(self):
        self.receiver.stop()
        self.other.stop()
        for wire in self.wires:
            wire.stop()


@pytest.fixture
def post(open_desk):  # noqa: F811
    made = Post(open_desk(
        http_seconds=15, allow_private_networks=" ".join(Post.HOSTS)).room)
    yield made
    made.stop()


# What is told with a 2xx is taken, also where more comes than is read.
TAKEN = {"a shorter length", "a length past all numbers", "10 GB",
         "10 GB without a length", "10 GB in chunks",
         "10 GB of chunks of a byte", "10 GB of a chunk's extension",
         "10 GB of trailers", "10 GB of headers", "a bomb",
         "a bomb past the limit", "a bomb for the wire", "a nest",
         "a list of noughts", "an empty object", "null", "nothing", "a page",
         "an unknown coding"}


def test_receivers_of_webhooks(post):
    """A reset at each byte, wrong answers, endless ones, redirects, and one
    byte a second: what was not taken is told again, the same, and nothing is
    told elsewhere."""
    [wire] = post.wires[:1]
    request, answer = length_of(wire, lambda: (post.tell([("", None)]),
                                               post.publish()))
    wire.plan = post.plan
    assert request > 500 and answer > 100, (request, answer)
    plain, trickle = post.most, Trickle()
    post.tell([
        *(("half", cut_request(at)) for at in range(request)),
        *(("whole", cut_answer(at)) for at in range(answer)),
        *(("whole", cut_answer(at, end=True)) for at in range(0, answer, 8)),
        *((name, told(make)) for name, make in WRONG.items()),
        *((name, redirect(status, post.other.url("/secret")))
          for name, status in REDIRECTS.items())])
    post.publish_all()
    hurry(post.room)
    post.tell([("a trickle", trickle)])
    post.publish_all()
    assert post.most < plain + 8 * 1024, (plain, post.most)
    assert small(post.wires) and post.other.seen == []
    seen = {}
    for one in post.receiver.seen:
        seen.setdefault(one.id, []).append(one.body)
    for event, (state, why) in post.ends().items():
        name, said = post.name[event], (post.name[event], state, why)
        first = name in TAKEN or name == ""
        assert state == "delivered" and why[-1] is None, said
        if name == "a trickle":
            assert "too long" in why[0], said
            continue
        assert len(why) == (1 if first else 2) and all(why[:-1]), said
        assert len(seen[event]) == (1 if first or name == "half" else 2), said
        assert len(set(seen[event])) == 1
        assert name not in REDIRECTS or "redirect" in why[0], said
    assert len(seen) == len(post.name)
    for wire in post.wires:
        assert wire.faults == []
    post.room.wait_for(lambda: trickle.sent)
    assert trickle.sent[0] < 30


# ------------------------------------------------------------ media by URL

class Pages(BaseHTTPRequestHandler):
    """/N.png is a picture, and /N a page that names it."""

    def log_message(self, *words):
        pass

    def do_GET(self):
        number = int(re.search(r"\d+", self.path)[0])
        data, kind = png(number % 256), "image/png"
        if not self.path.endswith(".png"):
            kind = "text/html"
            data = (f"<title>Page {number}</title><meta property='og:image'"
                    f" content='/{number}.png'>").encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            self.wfile.write(data)
        except ConnectionError:
            pass


class Web:
    """A web server behind a wire: acts[path] befalls the first request for
    it."""

    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        threading.Thread(target=self.server.serve_forever, args=(0.02,),
                         daemon=True).start()
        self.wire = Wire(self.server.server_port)
        self.acts = {}
        self.wire.plan = lambda request: self.acts.pop(request.path, None)

    def stop(self):
        self.wire.stop()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def web():
    made = Web()
    yield made
    made.stop()


class Newsroom(Desk):
    """Posts of one account each, with a picture by its URL."""

    def __init__(self, room):
        super().__init__(room)
        self.handles = (f"v{number}" for number in itertools.count())

    def sites(self, count):
        """So many new accounts of the site."""
        first = self.room.site_account(next(self.handles))
        columns = [row["name"] for row in self.room.sql(
            "SELECT name FROM pragma_table_info('account')")]
        others = [str(uuid.uuid4()) for _ in range(count - 1)]
        rows = []
        for id in others:
            handle = quote(next(self.handles))
            own = {"id": quote(id), "credentials": "NULL",
                   "handle": handle, "remote_id": handle}
            rows.append(f"INSERT INTO account ({', '.join(columns)}) SELECT "
                        + ", ".join(own.get(name, name) for name in columns)
                        + f" FROM account WHERE id = {quote(first)}")
        self.room.write(rows)
        return [first, *others]

    def with_picture(self, web, accounts, acts):
        """One for each act, which befalls the first request for its picture.
        Their targets, in order."""
        begun = len(self.posts)
        self.post(accounts, [None] * len(acts))
        targets, rows = list(self.posts)[begun:], []
        for number, target, act in zip(itertools.count(), targets, acts):
            web.acts[f"/{number}.png"] = act
            rows.append(
                "INSERT INTO attachment (id, post, position, url) SELECT"
                f" {quote(uuid.uuid4())}, post, 0,"
                f" {quote(f'{web.wire.url}/{number}.png')} FROM target"
                f" WHERE id = {quote(target)}")
        self.room.write(rows)
        return targets

    def pictures(self):
        """What became of each target and its picture, by target. What a tick
        that was told to stop gave back was no try."""
        return {row["id"]: row for row in self.room.sql(
            "SELECT t.id, t.state, t.category, t.reason, lower(hex(m.hash))"
            " AS hash, (SELECT count(*) FROM attempt a WHERE a.target = t.id"
            " AND a.outcome <> 'released') AS tries"
            " FROM target t JOIN attachment x ON x.post = t.post"
            " LEFT JOIN media m ON m.id = x.media")}


# The others are no picture, as a whole or by their status.
AGAIN = {"a longer length", "a negative length", "no number for a length",
         "two lengths", "a chunk of no number", "a chunk past all numbers",
         "a chunk without an end"}
FLOODS = {"10 GB without a length", "10 GB of headers"}    # one in the store


def test_media_by_url(open_desk, web):  # noqa: F811
    """Each third byte of an answer, where a connection may break, and the
    rest: what came to nothing is fetched again, and what is no picture fails
    its post. Nothing of either stays on the disk."""
    desk = Newsroom(open_desk(http_seconds=60).room)
    [first] = desk.sites(1)
    request, answer = length_of(web.wire, lambda: (
        desk.with_picture(web, [first], [None]), desk.publish()))
    assert request > 80 and answer > 200, (request, answer)
    web.wire.plan = lambda request: web.acts.pop(request.path, None)
    plain, trickle = desk.most, Trickle()
    acts = [
        *(("again", cut_request(at)) for at in range(0, request, 8)),
        *(("again", cut_answer(at)) for at in range(0, answer, 3)),
        *(("again", cut_answer(at, end=True)) for at in range(0, answer, 8)),
        *((name, told(make)) for name, make in WRONG.items()
          if name in FLOODS
          or not name.startswith(("10 GB", "a bomb past"))),
        *((name, redirect(status, web.wire.url + "/0.png"))
          for name, status in REDIRECTS.items())]
    targets = desk.with_picture(web, desk.sites(len(acts)),
                                [act for _, act in acts])
    desk.publish_all()
    hurry(desk.room)
    [slow] = desk.with_picture(web, desk.sites(1), [trickle])
    desk.publish_all()
    assert desk.room.state(slow) == "posted"
    assert "too long" in desk.room.attempts(slow)[0]["detail"]
    ended = desk.pictures()
    for number, ((name, _), target) in enumerate(zip(acts, targets)):
        row = ended[target]
        if name == "again" or name in AGAIN | LEGIBLE:
            assert (row["state"], row["tries"]) == (
                "posted", 1 if name in LEGIBLE else 2), (
                    name, row, desk.room.attempts(target))
            assert row["hash"] == hashlib.sha256(
                png(number % 256)).hexdigest()
        else:
            assert (row["state"], row["tries"], row["category"]) == (
                "failed", 1, "media_error"), (name, row)
            assert row["reason"] and not row["hash"], row
    assert list((desk.room.dir / "data/media").iterdir()) == []
    assert desk.most < plain + 8 * 1024, (plain, desk.most)
    assert max(web.wire.sent) < GIGABYTES // 8, web.wire.sent
    assert web.wire.faults == []
    desk.room.wait_for(lambda: trickle.sent)
    assert trickle.sent[0] < 30


# ------------------------------------------------------------- a link's card

def as_page(make):
    """The same answer, said to be a page."""
    def lie(answer):
        made = make(answer)
        if isinstance(made, bytes):
            made = [made]
        for piece in made:
            yield piece.replace(b"application/json", b"text/html", 1)
    return lie


def circle(link, request):
    """A page that is always one further on."""
    link.pass_on(request.length)
    link.near.sendall(b"HTTP/1.1 302 Found\r\nLocation: /00%s\r\n"
                      b"Content-Length: 0\r\n\r\n" % request.path.encode())
    link.end()


def link_to_pages(desk, account, web, number, acts):
    """A post for each act, whose link leads to a page from this number on.
    act: {path's end: what befalls the first request for it}."""
    begun, rows = len(desk.posts), []
    desk.post([account], [None] * len(acts))
    for target, act in zip(list(desk.posts)[begun:], acts):
        link = f"{web.wire.url}/{number}"
        web.acts.update({f"/{number}{end}": one for end, one in act.items()})
        desk.posts[target] += f" {link}"
        rows.append(f"UPDATE post SET text = {quote(desk.posts[target])} WHERE"
                    f" id = (SELECT post FROM target WHERE id ="
                    f" {quote(target)})")
        number += 1
    desk.room.write(rows)


def test_pages_that_a_link_leads_to(open_desk, web):  # noqa: F811
    """What its page or its picture does costs a post its card at most."""
    desk = open_desk(http_seconds=60)
    peer = Bluesky(desk.room)
    [account] = peer.accounts
    lengths = []
    for path in ("/1000", "/1000.png"):
        lengths += length_of(web.wire, lambda: urlopen(web.wire.url + path)
                             .read())
    ask, page, _, image = lengths
    web.wire.plan = lambda request: web.acts.pop(
        request.path, circle if request.path.startswith("/00") else None)
    link_to_pages(desk, account, web, 1000, [{}])
    desk.publish()
    plain, trickles = desk.most, [Trickle(), Trickle()]
    pages = [
        *map(cut_request, range(0, ask, 16)),
        *map(cut_answer, range(0, page, 8)),
        *(told(as_page(make)) for make in WRONG.values()), circle]
    images = [*map(cut_answer, range(0, image, 16)),
              *map(told, WRONG.values())]
    link_to_pages(desk, account, web, 2000, [{"": act} for act in pages])
    link_to_pages(desk, account, web, 3000, [{".png": act} for act in images])
    desk.publish_all()
    hurry(desk.room)
    link_to_pages(desk, account, web, 4000, [
        {"": trickles[0]}, {".png": trickles[1]}])
    desk.publish_all()
    ended, _ = desk.judge(peer)
    assert set(ended.values()) == {"posted"}
    assert len(ended) == len(pages) + len(images) + 3
    for entry in peer.stand.ledger():
        link = entry["text"].split()[-1]
        number = int(link.rsplit("/", 1)[1])
        card = entry["record"].get("embed", {}).get("external")
        assert card is None or (card["uri"], card["title"]) == (
            link, f"Page {number}") or number == 0, card
        assert card is not None or number // 1000 in (2, 4), entry
    assert desk.most < plain + 8 * 1024, (plain, desk.most)
    assert small([web.wire]) and web.wire.faults == []
