"""Long videos, to each network that takes their bytes: what the publisher
needs of memory for one, and what its death at each step of one costs."""

import hashlib
import http.server
import json
import os
import re
import resource
import shutil
import struct
import threading
import time
import uuid
from collections import namedtuple
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsroom import quote
from test_bluesky import PASSWORD
from web_files import mp4

MB = 1000 * 1000
LONG = bool(os.environ.get("CRIER_LONG"))
WHOLE = 300 * MB
SHORT = 24 * MB
MEMORY = 8 << 20

# Where its bytes go; the most it takes; how large a piece is, and whether the
# network tells how much of a video has come (else a piece whose answer was
# lost goes up again). A network with two ways has a kind in the second.
Way = namedtuple("Way", "name remote_id path most piece tells settings kind",
                 defaults=(0, False, {}, ""))
WAYS = [
    Way("x", "2244994945000000001", "/api.x.com/2/media/upload/.*/append",
        WHOLE, 1 << 20),
    Way("linkedin", "urn:li:organization:2414183",
        "/www.linkedin.com/dms-uploads/", WHOLE, 4 << 20),
    Way("tiktok", "_000alice", "/open-upload.tiktokapis.com/video/", WHOLE,
        10 * MB, settings={"privacyLevel": "PUBLIC_TO_EVERYONE"}),
    Way("youtube", "UCalice0000000000000000A",
        "/www.googleapis.com/upload/youtube/v3/videos", WHOLE, 8 << 20, True),
    Way("facebook", "100100000000000001", "/graph.facebook.com/.*/upload:",
        WHOLE, tells=True),
    Way("facebook", "100100000000000001", "/rupload.facebook.com/", WHOLE,
        tells=True, settings={"videoType": "reel"}, kind="reel"),
    Way("pinterest", "549755885175", "/pinterest-media-upload", WHOLE),
    Way("reddit", "alice/test", "/reddit-uploaded-media", WHOLE),
    Way("mastodon", None, "/api/v2/media", 99 << 20),
    Way("bluesky", None, "/xrpc/app.bsky.video.uploadVideo",
        WHOLE - 12),        # which the service adds
    Way("telegram", None, "/bot.*/sendVideo", 50 * MB),
    Way("discord", None, "/api/v10/webhooks/", 10 << 20),
]
# What stand-ins allow less of than their networks.
SET = {"linkedin": {"quota": 10000}, "reddit": {"largest": 1000 * MB}}


@contextmanager
def serve(path):
    """The address of a web server that has this file alone."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *words):
            pass

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(path.stat().st_size))
            self.end_headers()
            with open(path, "rb") as file:
                shutil.copyfileobj(file, self.wfile, 1 << 20)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/film.mp4"
    server.shutdown()


def film_of(folder, length):
    """A file of so many bytes, none of whose pieces are alike."""
    start = mp4(60000).replace(
        struct.pack(">II", 640 << 16, 360 << 16),
        struct.pack(">II", 720 << 16, 1280 << 16))      # as a reel is
    block = os.urandom(1 << 16)
    path = folder / f"{length}.mp4"
    with open(path, "wb") as file:
        file.write(start)
        file.write(struct.pack(">I4s", length - len(start), b"free"))
        left, number = length - len(start) - 8, 0
        while left > 0:
            piece = struct.pack(">Q", number) + block[8:]
            left -= file.write(piece[:left])
            number += 1
    return path


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """films(length): such a file, and its SHA-256."""
    folder, made = tmp_path_factory.mktemp("films"), {}

    def film(length):
        if length not in made:
            path = film_of(folder, length)
            with open(path, "rb") as file:
                made[length] = path, hashlib.file_digest(
                    file, "sha256").hexdigest()
        return made[length]

    yield film
    shutil.rmtree(folder)


class Desk:
    """A newsroom with an account on one network."""

    def __init__(self, room, way):
        self.room, self.way = room, way
        if way.remote_id:
            self.stand, self.account = room.oauth(way.name, way.remote_id)
        elif way.name == "mastodon":
            self.stand, self.account = room.mastodon()
        else:
            self.stand = room.stand(way.name)
            with open(room.conf, "a") as conf:
                conf.write(f"api_url.{way.name} = {self.stand.url}\n")
            self.account = room.add_account(*{
                "bluesky": ("bluesky", "--handle", "crier.test"),
                "telegram": ("telegram", "--handle", "@news"),
                "discord": ("discord",)}[way.name], secret={
                "bluesky": PASSWORD,
                "telegram": "777:" + "poster_-" * 4 + "abc",
                "discord": "https://discord.com/api/webhooks/1001/news-token-"
                           + "Zz_9" * 15}[way.name])
        if way.name in SET:
            self.stand.order(set=SET[way.name])
        self.pid_file = room.dir / "pid"

    def keep(self, path):
        """The file as media of the profile; its id."""
        id, room = str(uuid.uuid4()), self.room
        place = room.dir / f"data/media/{id}.mp4"
        os.link(path, place)
        os.chown(place, room.uid, room.gid)
        room.write(["INSERT INTO media (id, profile, type, extension, bytes,"
                    " width, height, duration_ms, created_at, hash) VALUES"
                    f" ({quote(id)}, {quote(room.profile)}, 'video/mp4',"
                    f" 'mp4', {path.stat().st_size}, 720, 1280, 60000,"
                    f" {room.now()}, zeroblob(32))"])
        return id

    def schedule(self, path, text="A film", url=None):
        """A post of the file, or of what an URL leads to; the target."""
        target = self.room.schedule(self.account, text, media=[url] * bool(url),
                                    settings=self.way.settings)
        if not url:
            self.room.write([
                "INSERT INTO attachment (id, post, position, media)"
                f" SELECT {quote(uuid.uuid4())}, post, 0,"
                f" {quote(self.keep(path))}"
                f" FROM target WHERE id = {quote(target)}"])
        self.room.write([
            "UPDATE post SET title = 'A title' WHERE id = (SELECT post FROM"
            f" target WHERE id = {quote(target)})"])
        if self.way.name == "reddit":
            self.poster(target)
        return target

    def poster(self, target):
        """A picture behind the video, which Reddit needs."""
        self.room.write([
            "INSERT INTO attachment (id, post, position, url) SELECT"
            f" {quote(uuid.uuid4())}, post, 1, {quote(self.files + '/1.png')}"
            f" FROM target WHERE id = {quote(target)}"])

    def live(self, target):
        """One life of a publisher for the target, with so much memory of its
        own; whether it was killed."""
        self.pid_file.unlink(missing_ok=True)
        process = self.room.start_program(
            "publisher", "--target", target, preexec_fn=small)
        new = self.pid_file.with_suffix(".new")
        new.write_text(str(process.pid))
        new.rename(self.pid_file)
        assert process.wait(300) in (0, 1, -9)
        return process.returncode == -9

    def die(self, target, at, skip=0):
        """A life that ends at a piece; whether it came to that."""
        self.stand.fault("kill", path=self.way.path, at=at, skip=skip,
                         pid_file=str(self.pid_file))
        died = self.live(target)
        self.stand.order(clear=True)
        return died

    def tick(self):
        """One tick, and the most that a worker of it had, in kilobytes: of
        its own, and with its libraries' pages, which others share."""
        tick, most = self.room.start_tick(preexec_fn=small), (0, 0)
        while tick.poll() is None:
            for worker in self.room.workers():
                most = max(most, memory_of(worker))
            time.sleep(0.01)
        tick.communicate()
        return most

    def finish(self, target, ticks=False):
        """Live, or tick, until it is done; its row."""
        self.most = 0, 0
        for _ in range(20):
            state = self.room.state(target)
            if state in ("posted", "failed", "uncertain"):
                break
            if ticks or state == "verifying":
                self.most = max(self.most, self.tick())
            else:
                self.live(target)
            self.room.advance(61)
        return self.room.target(target)

    def posted(self, *words, **how):
        row = self.finish(*words, **how)
        assert row["state"] == "posted", row["reason"]

    def published(self, *sums):
        """Whether the network has one post for each of these files."""
        entries = [json.dumps(entry) for entry in self.stand.ledger()]
        if self.way.name == "bluesky":
            jobs = json.dumps(self.stand.order(call="jobs"))
            return all(sum[:20] in jobs for sum in sums) \
                and len(entries) == len(sums)
        return len(entries) == len(sums) and all(
            sum in entry for sum, entry in zip(sums, entries))


def memory_of(process):
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0, 0
    found = dict(re.findall(r"(\w+):\s+(\d+) kB", "\n".join(lines)))
    return int(found.get("RssAnon", 0)), int(found.get("VmHWM", 0))


def small():
    """The kernel gives this process and its children so much memory of their
    own (heap, stacks of threads, what libraries write to), and no more."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


@pytest.fixture
def sit_at(open_newsroom, files):
    def sit(way):
        desk = Desk(open_newsroom({"http_seconds": 60}), way)
        desk.files = files
        return desk

    return sit


def names(ways):
    return {"argvalues": ways, "ids": [way.kind or way.name for way in ways]}


@pytest.mark.parametrize("way", **names(
    WAYS if LONG else [way for way in WAYS if way.name == "linkedin"]))
def test_300_mb_go_up_in_8_mb_of_memory(sit_at, films, way):
    """From another's web server and to the network; or as long a video as
    that takes."""
    desk = sit_at(way)
    path, sum = films(way.most)
    with serve(path) as url:
        target = desk.schedule(None, url=url)
        desk.posted(target, ticks=True)
    print("%s: %d kB, %d with what libraries share" % (
        way.kind or way.name, *desk.most))
    assert desk.published(sum)
    assert desk.stand.refused() == []


@pytest.mark.parametrize("way", **names(
    [way for way in WAYS if way.piece]))
def test_a_video_survives_a_death_at_each_piece(sit_at, films, way):
    """Of one post: before the piece, within it, and with the piece kept but
    its answer lost. None that was acknowledged goes up again."""
    desk = sit_at(way)
    path, sum = films(WHOLE if LONG else SHORT)
    size = path.stat().st_size
    target = desk.schedule(path)
    deaths = lost = skip = 0
    while desk.die(target, at := (0, 0.5, 1)[deaths % 3], skip):
        deaths += 1
        lost += at == 1
        skip = 0 if way.tells and at == 1 else 1
    assert deaths >= size // way.piece - (lost if way.tells else 0)
    desk.posted(target)
    assert desk.published(sum)
    refused = [one["status"] for one in desk.stand.refused()]
    again = (desk.stand.order()["bytes"] - size) // way.piece
    if way.name == "tiktok":        # which refuses what it has
        assert again == len(refused) and set(refused) <= {416}
    else:
        assert refused == []
    assert again <= (0 if way.tells else lost)


@pytest.mark.parametrize("way", **names(
    [way for way in WAYS if way.name == "facebook"]))
def test_a_video_survives_deaths_within_its_one_piece(sit_at, films, way):
    """Facebook keeps what came of it and tells how much that is."""
    desk = sit_at(way)
    path, sum = films(WHOLE if LONG else SHORT)
    target = desk.schedule(path)
    assert desk.die(target, 0)
    for _ in range(5):
        desk.stand.order(set={"cut": path.stat().st_size // 6})
        assert desk.die(target, 1)
    assert desk.die(target, 0.5)
    desk.posted(target)
    assert desk.published(sum)
    assert desk.stand.refused() == []


@pytest.mark.parametrize("way", **names(
    [way for way in WAYS if way.name in (
        "pinterest", "reddit", "mastodon", "bluesky")]))
def test_an_upload_in_one_request_survives_deaths(sit_at, films, way):
    """It begins anew; what came of it before shows in no post."""
    desk = sit_at(way)
    path, sum = films(way.most if LONG else SHORT)
    first = desk.schedule(path)
    assert desk.die(first, 0) and desk.die(first, 0.5)
    desk.posted(first)
    second = desk.schedule(path, "Once more")
    assert desk.die(second, 1)
    desk.posted(second)
    assert desk.published(sum, sum)
    assert [one for one in desk.stand.refused() if one["status"] != 409] == []


@pytest.mark.parametrize("way", **names(
    [way for way in WAYS if way.name in ("telegram", "discord")]))
def test_an_upload_that_is_the_post_is_never_sent_twice(sit_at, films, way):
    """Nobody can be asked what became of it: its owner is."""
    desk = sit_at(way)
    path, sum = films(way.most if LONG else min(SHORT, way.most))
    for at in (0, 0.5, 1):
        target = desk.schedule(path)
        assert desk.die(target, at)
        assert desk.finish(target)["state"] == "uncertain"
        assert not desk.live(target)
    assert desk.published(sum)
    assert desk.stand.refused() == []
