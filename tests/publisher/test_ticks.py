"""Ticks: order, overlap, outages, clocks, stops, a full disk, the options."""

import http.server
import os
import re
import signal
import struct
import threading
import time
import zlib

import pytest


def test_a_tick_leaves_the_log_empty_and_in_place(room):
    """Who opens a database that nobody else has open reads its log whole."""
    log = room.dir / "data/crier.db-wal"
    room.schedule(room.site_account(), "Hello", seconds=-1)
    before = log.stat()
    assert before.st_size > 0
    room.tick()
    room.tick()         # in which no worker writes until the end
    assert (log.stat().st_size, log.stat().st_ino) == (0, before.st_ino)


# -------------------------------------------------------------------- order

def test_posts_of_an_account_go_out_in_order(room):
    stand, account = room.mastodon()
    names = ["one", "two", "three", "four"]
    ids = [room.schedule(account, name, seconds=place - 10)
           for place, name in enumerate(names)]
    room.tick()
    assert room.states(*ids) == ["posted"] * 4
    assert stand.texts() == names


def test_one_that_waits_for_a_retry_keeps_later_ones_waiting(room):
    stand, account = room.mastodon()
    first = room.schedule(account, "first", seconds=-2)
    later = room.schedule(account, "later", seconds=-1)
    room.sql("UPDATE target SET next_at = next_at + 30000, failures = 1"
             f" WHERE id = '{first}'")
    room.tick()
    assert room.states(first, later) == ["scheduled", "scheduled"]
    room.advance(30)
    room.tick()
    assert stand.texts() == ["first", "later"]


def test_what_a_worker_died_on_goes_last(room):
    stand, account = room.mastodon()
    first = room.schedule(account, "first", seconds=-2)
    room.schedule(account, "later", seconds=-1)
    room.sql(f"UPDATE target SET crashes = 1 WHERE id = '{first}'")
    room.tick()
    assert stand.texts() == ["later", "first"]


def test_overlapping_ticks_share_the_work(open_newsroom):
    room = open_newsroom({"tick_seconds": 3})
    stand, alice = room.mastodon()
    bob, ana = room.mastodon_account(stand, "bob"), room.site_account()
    ids = [room.schedule(account, f"{number} for {name}")
           for number in range(10)
           for name, account in (("alice", alice), ("bob", bob),
                                 ("ana", ana))]
    ticks = [room.start_tick() for _ in range(5)]
    for tick in ticks:
        assert tick.wait(60) == 0, tick.communicate()
    assert set(room.states(*ids)) == {"posted"}
    assert len(set(stand.texts())) == len(stand.texts()) == 20
    for name in ("alice", "bob"):
        ours = [text for text in stand.texts() if text.endswith(name)]
        assert ours == sorted(ours)
    assert len({row["worker"] for row in room.sql(
        "SELECT worker FROM attempt")}) >= 3


def test_no_more_workers_than_allowed(open_newsroom):
    room = open_newsroom({"workers": 2, "tick_seconds": 3})
    stand, alice = room.mastodon()
    bob, ana = room.mastodon_account(stand, "bob"), room.site_account()
    stand.fault("slow", path="/api/v1/statuses", method="POST", seconds=1.5,
                count=2)
    ids = [room.schedule(account, seconds=-place) for place, account
           in enumerate((ana, alice, bob))]
    most, tick = 0, room.start_tick()
    while tick.poll() is None:
        most = max(most, len(room.workers()))
        time.sleep(0.05)
    assert most == 2
    assert room.states(*ids) == ["posted"] * 3


# -------------------------------------------------------- outages and clocks

def hours(number):
    return number * 3600


def test_after_an_outage_the_late_are_held_and_the_rest_paced(room):
    stand, account = room.mastodon()
    room.tick()
    late = room.schedule(account, "late", seconds=hours(1))
    ids = [room.schedule(account, name, seconds=hours(24) + place)
           for place, name in enumerate(("a", "b"))]
    room.advance(hours(27))
    room.admin("clock", "accept")
    room.sql("UPDATE account SET late_ms = 6 * 3600000")
    room.tick()
    row = room.target(late)
    assert row["state"] == "scheduled" and row["held_at"]
    assert row["category"] == "missed_window"
    assert room.states(*ids) == ["posted", "scheduled"]
    room.tick()
    assert room.states(*ids) == ["posted", "scheduled"]
    room.advance(61)
    room.tick()
    assert room.states(*ids) == ["posted", "posted"]
    assert stand.texts() == ["a", "b"]
    assert room.target(late)["held_at"] == row["held_at"]
    fresh = [room.schedule(account, name) for name in ("c", "d")]
    room.advance(61)
    room.tick()
    assert room.states(*fresh) == ["posted", "posted"]


def test_a_held_post_goes_out_only_when_its_owner_says_so(room):
    account = room.site_account()
    target = room.schedule(account)
    room.sql(f"UPDATE target SET held_at = 1 WHERE id = '{target}'")
    room.tick()
    assert room.state(target) == "scheduled"
    assert room.tick("--target", target, check=False).returncode == 1
    room.sql(f"UPDATE target SET held_at = NULL WHERE id = '{target}'")
    room.tick()
    assert room.state(target) == "posted"


def test_waiting_for_an_account_is_not_lateness(room):
    account = room.site_account()
    room.sql("UPDATE account SET status = 'expired', late_ms = 60000")
    target = room.schedule(account)
    for _ in range(4):
        room.tick()
        room.advance(500)
    room.sql("UPDATE account SET status = 'active'")
    room.tick()
    assert room.state(target) == "posted"


def test_a_clock_that_went_back_stops_publishing(room):
    account = room.site_account()
    room.tick()
    target = room.schedule(account, seconds=-hours(2))
    room.advance(-hours(1))
    said = room.tick().stderr
    assert "went back" in said
    assert room.state(target) == "scheduled"
    assert '"clock_back"' in room.meta("clock_doubt")
    room.advance(hours(1))
    room.tick()
    assert room.state(target) == "posted"
    assert room.meta("clock_doubt") is None


def test_a_jump_changes_no_row_until_the_operator_says_so(room):
    account = room.site_account()
    room.tick()
    due = room.schedule(account, seconds=hours(10))
    room.advance(hours(11))
    before = room.sql("SELECT * FROM target")
    for _ in range(2):
        assert "clock accept" in room.tick().stderr
    assert room.sql("SELECT * FROM target") == before
    assert '"clock_forward"' in room.meta("clock_doubt")
    room.admin("clock", "accept")
    room.tick()
    assert room.state(due) == "posted"


def test_a_jump_within_a_tick_ends_it(open_newsroom):
    room = open_newsroom({"tick_seconds": 30})
    account = room.site_account()
    target = room.schedule(account, seconds=hours(10))
    tick = room.start_tick()
    room.wait_for(lambda: room.meta("tick_last"))
    room.advance(hours(11))
    assert tick.wait(25) == 0
    assert room.state(target) == "scheduled"


# -------------------------------------------------------------------- stops

def test_an_emergency_stop_stops_a_tick_at_work(open_newsroom):
    room = open_newsroom({"tick_seconds": 4})
    account = room.site_account()
    target = room.schedule(account, seconds=3.5)
    tick = room.start_tick()
    room.admin("emergency-stop")
    assert tick.wait(20) == 0
    assert room.state(target) == "scheduled" and not room.attempts(target)
    assert "halted" in room.tick().stderr
    assert room.state(target) == "scheduled"
    room.admin("resume")
    room.tick()
    assert room.state(target) == "posted"


def test_sigterm_gives_back_what_was_not_sent(open_newsroom):
    room = open_newsroom({"tick_seconds": 30})
    stand, account = room.mastodon("gotosocial")
    stand.fault("slow", path="/api/v1/accounts", seconds=1.5)
    target = room.schedule(account)
    tick = room.start_tick()
    room.wait_for(room.workers)
    tick.send_signal(signal.SIGTERM)
    assert tick.wait(25) == 0
    row = room.target(target)
    assert row["state"] == "scheduled" and row["crashes"] == 0
    assert room.outcomes(target) == ["released"]
    assert stand.ledger() == []
    room.tick()
    assert room.state(target) == "posted"


def test_sigterm_waits_for_the_answer_to_what_was_sent(open_newsroom):
    room = open_newsroom({"tick_seconds": 30})
    stand, account = room.mastodon()
    stand.fault("slow", path="/api/v1/statuses", method="POST", seconds=2)
    target, later = room.schedule(account, "a"), room.schedule(account, "b")
    tick = room.start_tick()
    room.wait_until_sent(target)
    tick.send_signal(signal.SIGTERM)
    assert tick.wait(25) == 0
    assert room.states(target, later) == ["posted", "scheduled"]
    assert stand.texts() == ["a"]


def test_a_worker_that_hangs_when_asked_to_stop_is_ended(open_newsroom):
    room = open_newsroom({"tick_seconds": 60, "http_seconds": 60})
    stand, account = room.mastodon("gotosocial")
    stand.fault("hang_before", path="/api/v1/accounts", seconds=60)
    target = room.schedule(account)
    tick = room.start_tick()
    room.wait_for(room.workers)
    began = time.time()
    tick.send_signal(signal.SIGTERM)
    assert tick.wait(55) == 0           # before the network's 60 seconds
    assert time.time() - began > 20
    room.wait_for(lambda: not room.workers())
    room.tick()
    assert room.state(target) == "posted"
    assert room.outcomes(target) == ["crashed", "posted"]


def test_what_comes_back_to_an_account_that_is_gone_is_cancelled(
        open_newsroom):
    room = open_newsroom({"tick_seconds": 30})
    stand, account = room.mastodon("gotosocial")
    stand.fault("slow", path="/api/v1/accounts", seconds=1.5)
    target = room.schedule(account)
    tick = room.start_tick()
    room.wait_for(room.workers)
    room.sql("UPDATE account SET status = 'disconnected'")
    tick.send_signal(signal.SIGTERM)
    assert tick.wait(25) == 0
    assert room.state(target) == "cancelled"
    assert room.events(target) == ["post.cancelled"]


def test_an_unknown_send_of_an_account_that_is_gone_is_uncertain(
        open_newsroom):
    room = open_newsroom({"settle_seconds": 60})
    stand, account = room.mastodon()
    stand.fault("drop", path="/api/v1/statuses", method="POST")
    target = room.schedule(account)
    room.tick()
    room.sql("UPDATE account SET status = 'disconnected'")
    room.tick()
    assert room.state(target) == "uncertain"


# ---------------------------------------------------------------- full disk

def test_nothing_is_claimed_while_the_disk_is_full(open_newsroom):
    room = open_newsroom({"minimum_free_mb": 1000000})
    account = room.site_account()
    target = room.schedule(account)
    assert "free" in room.tick().stderr
    assert room.state(target) == "scheduled" and not room.attempts(target)
    assert room.meta("tick_last") is None


def test_an_answer_that_cannot_be_stored_waits_in_the_spool(open_newsroom):
    room = open_newsroom({"tick_seconds": 2})
    stand, account = room.mastodon()
    stand.fault("slow", path="/api/v1/statuses", method="POST", seconds=2)
    target = room.schedule(account)
    tick = room.start_tick(restore_signals=False)
    room.wait_until_sent(target)
    room.limit_files(room.workers()[0], 8192)
    assert tick.wait(90) == 0
    assert "waits in" in tick.stderr.read()
    assert room.state(target) == "publishing"
    room.tick()
    row = room.target(target)
    assert row["state"] == "posted" and row["crashes"] == 0
    assert row["remote_id"] == stand.ledger()[0]["id"]
    assert room.outcomes(target) == ["posted"]
    assert room.events(target) == ["post.published"]
    assert not [path for path in (room.dir / "data/run").iterdir()
                if "worker" in path.name]


# ------------------------------------------------------------------ options

def test_one_target_at_once(room):
    stand, account = room.mastodon()
    first = room.schedule(account, "first", seconds=60)
    second = room.schedule(account, "second", seconds=hours(50))
    room.tick("--target", second)
    assert room.states(first, second) == ["scheduled", "posted"]
    assert room.target(second)["due_at"] <= room.now()
    assert room.tick("--target", second, check=False).returncode == 1
    assert stand.texts() == ["second"]


def test_one_target_waits_for_another_in_flight(open_newsroom):
    room = open_newsroom({"settle_seconds": 60})
    stand, account = room.mastodon()
    stand.fault("drop", path="/api/v1/statuses", method="POST")
    room.schedule(account, "first")
    room.tick()
    second = room.schedule(account, "second")
    assert room.tick("--target", second, check=False).returncode == 1
    assert room.state(second) == "scheduled"


def test_one_target_obeys_an_emergency_stop(room):
    target = room.schedule(room.site_account())
    room.admin("emergency-stop")
    assert room.tick("--target", target, check=False).returncode == 1
    assert room.state(target) == "scheduled"


def test_a_dry_run_tells_and_changes_nothing(room):
    stand, alice = room.mastodon()
    ana = room.site_account()
    room.tick()
    one = room.schedule(alice, "One\nand more", seconds=100)
    two = room.schedule(alice, "Two", seconds=300)
    far = room.schedule(ana, "Far", seconds=hours(30))
    room.sql(f"UPDATE target SET next_at = next_at + 900000, failures = 1"
             f" WHERE id = '{one}'")
    before = room.sql("SELECT * FROM target"), room.sql("SELECT * FROM meta")
    lines = [line.split("\t") for line in
             room.tick("--dry-run").stdout.splitlines()]
    assert [line[3] for line in lines] == [one, two]
    assert lines[0][1:3] == ["mastodon", room.sql(
        f"SELECT handle FROM account WHERE id = '{alice}'")[0]["handle"]]
    assert lines[0][4] == "One and more"
    assert lines[0][0] == lines[1][0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", lines[0][0])
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(
        time.time() + hours(60)))
    said = room.tick("--dry-run", "--until", later).stdout
    assert [line.split("\t")[3] for line in said.splitlines()] == [
        one, two, far]
    said = room.tick("--dry-run", "--now", later).stdout
    assert [line.split("\t")[0] for line in said.splitlines()] == [
        "held", "held", "held"]
    assert before == (room.sql("SELECT * FROM target"),
                      room.sql("SELECT * FROM meta"))


@pytest.mark.parametrize("words", [
    ["--what"], ["--target"], ["--target", "7"], ["--dry-run", "--now"],
    ["--dry-run", "--now", "soon"], ["--dry-run", "--since", "2026-01-01"]])
def test_words_it_does_not_know_are_refused(room, words):
    done = room.tick(*words, check=False)
    assert done.returncode == 64 and "usage:" in done.stderr


# ------------------------------------------------------------- media by URL

def png(width=4, height=3):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(
            ">I", zlib.crc32(body))
    rows = b"".join(b"\0" + b"\x80\x20\x40" * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0,
                                         0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


@pytest.fixture
def files():
    """A server of /picture.png, /page.html; anything else is 404; asked
    counts; while down is set it answers 503."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked += 1
            known = {"/picture.png": png(),
                     "/page.html": b"<!doctype html><title>no</title>"}
            status = 503 if server.down else \
                200 if self.path in known else 404
            body = known.get(self.path, b"") if status == 200 else b"no"
            self.send_response(status)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.down = 0, False
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def test_media_by_url_is_fetched_once_and_posted(room, files):
    stand, account = room.mastodon()
    target = room.schedule(account, media=[files.url + "/picture.png"])
    room.sql("UPDATE attachment SET alt = 'A stamp'")
    room.tick()
    assert room.state(target) == "posted"
    [entry] = stand.ledger()
    assert [m["description"] for m in entry["media"]] == ["A stamp"]
    [media] = room.sql("SELECT m.type, m.width, m.height, m.source_url,"
                       " m.bytes FROM media m JOIN attachment x"
                       " ON x.media = m.id")
    assert media == {"type": "image/png", "width": 4, "height": 3,
                     "source_url": files.url + "/picture.png",
                     "bytes": len(png())}
    assert files.asked == 1


def test_media_that_is_no_picture_fails_the_post(room, files):
    stand, account = room.mastodon()
    ids = [room.schedule(account, media=[files.url + path])
           for path in ("/page.html", "/gone.png")]
    ids.append(room.schedule(account, media=["http://127.0.0.2/x.png"]))
    room.tick()
    assert room.states(*ids) == ["failed"] * 3
    assert {room.target(id)["category"] for id in ids} == {"media_error"}
    assert stand.ledger() == [] and room.sql("SELECT id FROM media") == []
    assert list((room.dir / "data/media").iterdir()) == []


def test_media_is_fetched_again_when_its_server_is_back(room, files):
    stand, account = room.mastodon()
    files.down = True
    target = room.schedule(account, media=[files.url + "/picture.png"])
    room.tick()
    row = room.target(target)
    assert row["state"] == "scheduled" and row["category"] == "media_error"
    files.down = False
    room.advance(80)
    room.tick()
    assert room.state(target) == "posted"


def test_a_tick_sweeps_what_sign_ins_left(room):
    run = room.dir / "data/run"
    names = {"rate-signin-old": 3 * 3600, "rate-signin-new": 3600,
             "rate-0190": 3 * 3600}
    for name, age in names.items():
        (run / name).touch()
        os.chown(run / name, run.stat().st_uid, run.stat().st_gid)
        os.utime(run / name, (time.time() - age,) * 2)
    room.tick()
    assert {p.name for p in run.glob("rate-*")} == {"rate-signin-new",
                                                    "rate-0190"}
