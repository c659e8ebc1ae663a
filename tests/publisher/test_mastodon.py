"""Mastodon and its compatibles, the whole way through the publisher: what
stands in the server's ledger when all is done."""

import hashlib
from urllib.request import urlopen

import pytest

from servers import multipart
from web_files import FILES, png, schedule

FLAVOURS = ["mastodon", "gotosocial", "pleroma", "pixelfed", "snac"]
STATUSES = {"path": "/api/v1/statuses", "method": "POST"}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_post_stands_there_as_it_was_written(room, files, flavour):
    stand, account = room.mastodon(flavour)
    target = schedule(
        room, account, "Grüße 👩‍👩‍👧 & <b>more</b> https://example.com/?a=b",
        files, ["1.png", "2.png"], ["the first", ""],
        settings={"visibility": "unlisted", "contentWarning": "cats & dogs",
                  "language": "de"})
    room.tick()
    row = room.target(target)
    assert row["state"] == "posted", row
    [entry] = stand.ledger()
    assert entry["text"] == ("Grüße 👩‍👩‍👧 & <b>more</b>"
                             " https://example.com/?a=b")
    assert entry["visibility"] == "unlisted" and entry["language"] == "de"
    assert entry["spoiler_text"] == "cats & dogs" and entry["sensitive"]
    assert [one["description"] for one in entry["media"]] == ["the first", ""]
    assert [one["sha256"] for one in entry["media"]] == [
        hashlib.sha256(FILES[name][1]).hexdigest()
        for name in ("/1.png", "/2.png")]
    assert row["remote_id"] == entry["id"]
    assert row["permalink"].startswith(stand.url)
    assert entry["id"] in row["permalink"]
    assert entry["idempotency_key"] == row["remote_key"]
    assert [one for one in stand.refused() if one["method"] == "POST"] == []


def test_a_video_is_processed_before_it_is_attached(open_newsroom, files):
    room = open_newsroom({"tick_seconds": 5})
    stand, account = room.mastodon()
    target = schedule(room, account, "A film", files, ["film.mp4"],
                      ["a bird"])
    room.tick()
    assert room.state(target) == "posted"
    [entry] = stand.ledger()
    assert entry["media"][0]["type"] == "video/mp4"
    assert entry["media"][0]["description"] == "a bird"
    assert set(room.outcomes(target)) == {"released", "posted"}
    assert stand.requests("POST", "/api/v2/media") == 1
    assert room.target(target)["failures"] == 0


def test_a_video_that_cannot_be_processed_fails(open_newsroom, files):
    room = open_newsroom({"tick_seconds": 5})
    stand, account = room.mastodon()
    stand.order(set={"processing_fails": True})
    target = schedule(room, account, "A film", files, ["film.mp4"])
    room.tick()
    row = room.target(target)
    assert (row["state"], row["category"]) == ("failed", "media_error")
    assert stand.ledger() == []


def test_an_upload_is_not_repeated_after_a_death(room, files):
    stand, account = room.mastodon()
    stand.fault("hang", path="/api/v2/media", skip=1, seconds=30)
    target = schedule(room, account, "Two", files, ["1.png", "2.png"])
    tick = room.start_tick()
    room.wait_for(lambda: stand.requests("POST", "/api/v2/media") == 2)
    room.kill_worker()
    tick.communicate()
    room.tick()
    assert room.state(target) == "posted"
    assert stand.requests("POST", "/api/v2/media") == 3
    assert len(stand.ledger()) == 1


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_unknown_send_ends_once_or_uncertain(open_newsroom, files,
                                                flavour):
    room = open_newsroom({"retry_seconds": 1})
    stand, account = room.mastodon(flavour)
    for fault in ("drop", "drop_before", "truncate", "status_after"):
        before = len(stand.ledger())
        stand.fault(fault, **STATUSES)
        target = schedule(room, account, f"after {fault}", files, ["1.png"])
        while room.state(target) in ("scheduled", "verifying"):
            room.tick()
            room.advance(3)
        sent, state = len(stand.ledger()) - before, room.state(target)
        if fault == "drop_before" and flavour in ("pixelfed", "snac"):
            assert (fault, sent, state) == (fault, 0, "uncertain")
            continue
        assert (fault, sent, state) == (fault, 1, "posted")
        assert room.target(target)["remote_id"] == stand.ledger()[-1]["id"]


def test_a_key_older_than_50_minutes_is_not_sent_again(open_newsroom):
    room = open_newsroom({"settle_seconds": 60})
    stand, account = room.mastodon()
    stand.fault("drop_before", **STATUSES)
    lost = room.schedule(account, "never arrived")
    room.tick()
    room.advance(51 * 60)
    room.tick()
    assert room.state(lost) == "uncertain"
    room.advance(61)
    stand.fault("drop", **STATUSES)
    there = room.schedule(account, "is there")
    room.tick()
    room.advance(51 * 60)
    room.tick()
    assert room.state(there) == "posted"
    assert stand.texts() == ["is there"]
    assert stand.requests("POST", "/api/v1/statuses") == 1


def test_absence_is_proven_only_after_time_and_on_gotosocial(open_newsroom):
    room = open_newsroom({"settle_seconds": 120, "retry_seconds": 1})
    stand, account = room.mastodon("gotosocial")
    stand.fault("drop_before", **STATUSES)
    target = room.schedule(account, "Good morning")
    room.tick()
    room.advance(125)
    room.tick()
    assert room.state(target) == "verifying" and stand.ledger() == []
    room.advance(480)
    room.tick()
    room.advance(3)
    room.tick()
    assert room.state(target) == "posted"
    assert stand.texts() == ["Good morning"]


def test_pleroma_gets_a_new_key_after_a_refusal(open_newsroom):
    """Under the old one it would repeat its refusal for hours."""
    room = open_newsroom({"retry_seconds": 1})
    stand, account = room.mastodon("pleroma")
    target = room.schedule(account, "once")
    stand.order(fault="status", status=429, headers={"Retry-After": "2"},
                **STATUSES)
    room.tick()
    first = room.target(target)["remote_key"]
    room.advance(3)
    room.tick()
    assert room.state(target) == "posted"
    assert room.target(target)["remote_key"] != first
    assert stand.ledger()[0]["idempotency_key"] \
        == room.target(target)["remote_key"]


def test_a_rate_limit_is_waited_out(room):
    stand, account = room.mastodon()
    target = room.schedule(account, "patient")
    stand.order(set={"rate_limit": 0})
    room.tick()
    row = room.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "rate_limited")
    assert 280_000 < room.account(account)["not_before"] - room.now() \
        <= 300_000
    stand.order(set={"rate_limit": 300})
    room.advance(301)
    room.tick()
    assert room.state(target) == "posted"


def test_the_servers_own_limits_hold(room, files):
    stand = room.stand("mastodon")
    stand.order(set={"max_characters": 10, "description_limit": 5})
    account = room.mastodon_account(stand)
    long = room.schedule(account, "eleven char")
    fits = room.schedule(account, "👩‍👩‍👧 @bob@a-long-host.example")
    room.tick()
    assert room.states(long, fits) == ["failed", "posted"]
    alt = schedule(room, account, "x", files, ["1.png"], ["longer"])
    room.tick()
    assert room.state(alt) == "failed"
    assert stand.requests("POST", "/api/v1/statuses") == 1


def test_text_alone_is_refused_before_pixelfed_does(room):
    stand, account = room.mastodon("pixelfed")
    target = room.schedule(account, "text alone")
    room.tick()
    assert room.state(target) == "failed"
    assert stand.requests("POST", "/api/v1/statuses") == 0


def test_from_an_api_call_to_a_page_on_the_server(room):
    """The whole way: a program uploads, publishes and reads the permalink,
    which leads to the post."""
    stand, account = room.mastodon()
    room.start("lighttpd")
    kind, body = multipart(("alt", "one dot"),
                           ("file", png(7), "dot.png", "image/png"))
    media = room.post("/api/v1/media", body, headers={"Content-Type": kind})
    assert media.status == 200, media
    made = room.post("/api/v1/publish", {
        "platforms": ["mastodon"], "profileIds": [account],
        "caption": "Hello from a program", "mediaId": media.json["mediaId"],
        "platformMeta": {"mastodon": {"visibility": "unlisted"}}})
    assert made.status in (200, 201, 202), made
    room.advance(61)
    room.tick()
    post = room.get(f"/api/v1/posts/{made.json['postIds'][0]}").json
    assert post["status"] == "posted", post
    with urlopen(post["permalink"]) as page:
        assert "Hello from a program" in page.read().decode()
    [entry] = stand.ledger()
    assert entry["visibility"] == "unlisted"
    assert entry["media"][0]["description"] == "one dot"
