"""X, the whole way through the publisher: what stands in its ledger when all
is done, and how often what was asked."""

import hashlib

import pytest

from web_files import FILES, mp4, png, schedule

ALICE = "2244994945000000001"
POSTS = "/api.x.com/2/tweets"
UPLOADS = "/api.x.com/2/media/upload"
SENDING = {"path": POSTS + r"\Z", "method": "POST"}
SEGMENT = 1024 * 1024

FILES["/moving.gif"] = ("image/gif", b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff"
                        b"\xff!\xf9\4\0\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;")
FILES["/long.mp4"] = ("video/mp4", mp4() + bytes(4 * SEGMENT))
for shade in (3, 4):
    FILES[f"/{shade}.png"] = ("image/png", png(shade))


class Desk:
    """A newsroom with an account on X."""

    def __init__(self, room, **more):
        self.room = room
        self.stand, self.account = room.oauth("x", ALICE, **more)

    def until_done(self, target, seconds=3):
        return self.room.until_done(target, seconds)


@pytest.fixture
def desk(room):
    return Desk(room)


@pytest.fixture
def quick(open_newsroom):
    return Desk(open_newsroom({"retry_seconds": 1}))


def test_a_text_stands_there_as_it_was_written(desk):
    text = "Grüße 👩‍👩‍👧 & <b>more</b> https://example.com/?a=b&c=d"
    target = desk.room.schedule(desk.account, text, settings={
        "replySettings": "following", "madeWithAi": True,
        "paidPartnership": None})
    desk.room.tick()
    row = desk.room.target(target)
    assert row["state"] == "posted", row
    [entry] = desk.stand.ledger()
    assert entry["text"] == text and entry["user"] == "alice"
    assert entry["reply_settings"] == "following" and entry["made_with_ai"]
    assert "paid_partnership" not in entry
    assert row["remote_id"] == entry["id"]
    assert row["permalink"] == f"https://x.com/i/status/{entry['id']}"
    assert desk.stand.refused() == []


def test_four_pictures_and_their_alt_text(desk, files):
    names = ["1.png", "2.png", "3.png", "4.png"]
    target = schedule(desk.room, desk.account, "", files, names,
                      ["the first", "", "a third"])
    desk.room.tick()
    assert desk.room.state(target) == "posted", desk.room.target(target)
    [entry] = desk.stand.ledger()
    assert [one["alt"] for one in entry["media"]] == ["the first", None,
                                                      "a third", None]
    assert [one["sha256"] for one in entry["media"]] == [
        hashlib.sha256(FILES["/" + name][1]).hexdigest() for name in names]
    assert desk.stand.requests("POST", "/api.x.com/2/media/metadata") == 2


def test_a_gif_goes_alone(desk, files):
    alone = schedule(desk.room, desk.account, "moves", files, ["moving.gif"],
                     ["a dot"])
    beside = schedule(desk.room, desk.account, "both", files,
                      ["moving.gif", "1.png"])
    desk.room.tick()
    assert desk.room.states(alone, beside) == ["posted", "failed"]
    assert desk.room.target(beside)["category"] == "media_error"
    [entry] = desk.stand.ledger()
    assert entry["media"][0]["type"] == "image/gif"
    assert entry["media"][0]["alt"] == "a dot"


def test_a_video_goes_up_in_segments_and_is_waited_for(quick,
                                                       files):
    target = schedule(quick.room, quick.account, "A film", files,
                      ["long.mp4"])
    row = quick.until_done(target)
    assert row["state"] == "posted", row
    [entry] = quick.stand.ledger()
    assert entry["media"][0]["sha256"] == hashlib.sha256(
        FILES["/long.mp4"][1]).hexdigest()
    assert set(quick.room.outcomes(target)) == {"released", "posted"}
    assert row["failures"] == 0
    assert quick.stand.refused() == []


def test_a_video_that_cannot_be_processed_fails(quick, files):
    quick.stand.order(set={"processing_error": "This user is not allowed to"
                           " post a video longer than 2 minutes"})
    target = schedule(quick.room, quick.account, "A film", files,
                      ["film.mp4"])
    row = quick.until_done(target)
    assert (row["state"], row["category"]) == ("failed", "media_error")
    assert "longer than 2 minutes" in row["reason"]
    assert quick.stand.ledger() == []


def segments(stand):
    return sum(method == "POST" and path.endswith("/append")
               for method, path in stand.order()["requests"])


def test_a_death_costs_one_segment_of_a_video(quick, files):
    """A kill while each of the requests of an upload is answered: begin, five
    segments, end."""
    room, stand = quick.room, quick.stand
    stand.order(set={"polls": 0})
    for number in range(7):
        target = schedule(room, quick.account, f"film {number}", files,
                          ["long.mp4"])
        before, seen = segments(stand), len(stand.order()["requests"])
        stand.fault("hang", path=UPLOADS, skip=number, seconds=20)
        tick = room.start_tick()
        room.wait_for(lambda: len(stand.order()["requests"]) > seen + number)
        room.kill_worker()
        tick.communicate()
        assert quick.until_done(target)["state"] == "posted", number
        assert segments(stand) - before == (6 if 0 < number < 6 else 5)
    assert [entry["media"][0]["sha256"] for entry in stand.ledger()] == [
        hashlib.sha256(FILES["/long.mp4"][1]).hexdigest()] * 7


def test_an_upload_that_x_forgot_is_made_anew_once(quick,
                                                   files):
    """The uploads are there until the post itself is sent."""
    bad = {"title": "Invalid Request", "type":
           "https://api.twitter.com/2/problems/invalid-request",
           "detail": "One or more parameters to your request was invalid."}
    quick.stand.fault("status", status=400, body=bad, **SENDING)
    target = schedule(quick.room, quick.account, "A dot", files, ["1.png"])
    assert quick.until_done(target)["state"] == "posted"
    assert quick.stand.requests("POST", UPLOADS) == 2
    quick.stand.fault("status", status=400, body=bad, count=2, **SENDING)
    target = schedule(quick.room, quick.account, "Two", files, ["2.png"])
    row = quick.until_done(target)
    assert (row["state"], row["category"]) == ("failed", "platform_rejected")
    assert quick.stand.requests("POST", UPLOADS) == 4


def test_old_uploads_are_not_attached(quick, files):
    quick.stand.order(set={"posts_per_15_minutes": 0, "media_seconds": 1190})
    target = schedule(quick.room, quick.account, "A dot", files, ["1.png"])
    quick.room.tick()
    assert quick.room.target(target)["category"] == "rate_limited"
    quick.stand.order(set={"posts_per_15_minutes": 100})
    quick.room.advance(905)
    assert quick.until_done(target)["state"] == "posted"
    assert quick.stand.requests("POST", UPLOADS) == 2
    assert not any(one["status"] == 400 for one in quick.stand.refused())


# ------------------------------------------------------------ sent, and then?

@pytest.mark.parametrize("fault", ["drop", "truncate", "status_after"])
def test_a_post_without_an_answer_is_found(desk, files, fault):
    text = "one & two <three> example.com https://example.org/a?b=c 👍"
    desk.stand.fault(fault, status=503, **SENDING)
    target = schedule(desk.room, desk.account, text, files, ["1.png"])
    assert desk.until_done(target)["state"] == "posted"
    [entry] = desk.stand.ledger()
    assert desk.room.target(target)["remote_id"] == entry["id"]
    assert len(desk.room.attempts(target)) == 1


def test_media_alone_is_found_by_its_upload(desk, files):
    desk.stand.fault("drop", **SENDING)
    target = schedule(desk.room, desk.account, "", files, ["1.png", "2.png"])
    assert desk.until_done(target)["state"] == "posted"
    assert desk.room.target(target)["remote_id"] == \
        desk.stand.ledger()[0]["id"]


def test_what_is_not_found_is_looked_for_twice_then_uncertain(open_newsroom):
    desk = Desk(open_newsroom({"settle_seconds": 120}))
    room, looks = desk.room, f"/api.x.com/2/users/{ALICE}/tweets"
    desk.stand.fault("drop_before", **SENDING)
    target = room.schedule(desk.account, "never arrived")
    room.tick()
    assert room.state(target) == "verifying"
    room.advance(100)
    room.tick()
    assert desk.stand.requests("GET", looks) == 0
    room.advance(21)
    room.tick()
    assert room.state(target) == "verifying"
    assert desk.stand.requests("GET", looks) == 1
    room.advance(480)
    room.tick()
    assert room.state(target) == "uncertain"
    assert desk.stand.requests("GET", looks) == 2
    assert desk.stand.requests("POST", POSTS) == 0


def test_a_timeline_that_lags_is_asked_again(open_newsroom):
    desk = Desk(open_newsroom({"settle_seconds": 120}))
    desk.stand.fault("drop", **SENDING)
    desk.stand.order(set={"stale_timelines": 1})
    target = desk.room.schedule(desk.account, "shown late")
    desk.room.tick()
    desk.room.advance(121)
    desk.room.tick()
    assert desk.room.state(target) == "verifying"
    desk.room.advance(481)
    desk.room.tick()
    assert desk.room.state(target) == "posted"


def test_two_hundred_with_errors_is_not_taken_for_a_post(desk):
    desk.stand.order(set={"errors_with_200": True})
    target = desk.room.schedule(desk.account, "Hello")
    desk.room.tick()
    assert desk.until_done(target)["state"] == "uncertain"
    assert desk.stand.requests("POST", POSTS) == 1


def test_a_post_whose_answer_has_an_empty_id_is_found(desk):
    desk.stand.fault("status_after", method="POST", path=POSTS, status=201,
                     body={"data": {"id": ""}})
    target = desk.room.schedule(desk.account, "Hello")
    desk.room.tick()
    row = desk.until_done(target)
    assert row["state"] == "posted" and row["remote_id"].isdigit()
    assert desk.stand.requests("POST", POSTS) == 1


def test_a_duplicate_is_resolved_to_what_stands_there(desk):
    """Posted since this one was due: it is this one. Posted before: it is
    named, and this one has failed."""
    old = desk.stand.order(call="publish", account="alice", text="Morning!")
    desk.room.advance(3600)
    target = desk.room.schedule(desk.account, "Morning!")
    desk.room.tick()
    row = desk.room.target(target)
    assert (row["state"], row["category"]) == ("failed", "duplicate")
    assert old["id"] in row["reason"]
    new = desk.stand.order(call="publish", account="alice", text="Evening!")
    target = desk.room.schedule(desk.account, "Evening!")
    desk.room.tick()
    row = desk.room.target(target)
    assert (row["state"], row["remote_id"]) == ("posted", new["id"])
    assert len(desk.stand.ledger()) == 2


def test_another_403_is_no_duplicate(desk):
    desk.stand.fault("status", status=403, body={
        "title": "Forbidden", "type": "about:blank", "status": 403,
        "detail": "You are not permitted to perform this action."},
        **SENDING)
    target = desk.room.schedule(desk.account, "Hello")
    desk.room.tick()
    row = desk.room.target(target)
    assert (row["state"], row["category"]) == ("failed", "platform_rejected")
    assert "not permitted" in row["reason"]


# ------------------------------------------------------------ tokens, limits

def test_an_ended_token_is_renewed_and_the_new_pair_kept(desk):
    first, second = (desk.room.schedule(desk.account, word)
                     for word in ("one", "two"))
    desk.stand.order(call="end_access", account="alice")
    desk.room.tick()
    assert desk.room.states(first, second) == ["posted", "posted"]
    tokens = desk.stand.order(call="tokens")
    assert list(tokens["refreshed"].values()) == [1]
    third = desk.room.schedule(desk.account, "three")
    desk.stand.order(call="end_access", account="alice")
    desk.room.tick()
    assert desk.room.state(third) == "posted"
    assert list(desk.stand.order(call="tokens")["refreshed"].values()) \
        == [1, 1]


def test_a_token_near_its_end_is_renewed_before_anything(room):
    desk = Desk(room, expires_at=room.now() + 30000)
    target = room.schedule(desk.account, "in time")
    room.tick()
    assert room.state(target) == "posted"
    assert desk.stand.requests("POST", "/api.x.com/2/oauth2/token") == 1
    assert desk.stand.refused() == []


def test_access_taken_away_expires_the_account(desk):
    desk.stand.order(call="revoke", account="alice")
    target = desk.room.schedule(desk.account)
    desk.room.tick()
    assert desk.room.account(desk.account)["status"] == "expired"
    assert desk.room.state(target) == "scheduled"
    assert desk.room.target(target)["category"] == "auth_error"


def test_a_suspended_account_waits_for_its_owner(desk):
    desk.stand.order(call="suspend", account="alice")
    target = desk.room.schedule(desk.account)
    desk.room.tick()
    assert desk.room.account(desk.account)["status"] == "expired"
    assert desk.room.state(target) == "scheduled"


def test_the_latest_of_the_used_up_windows_is_waited_for(desk):
    """The day's is used up while the quarter of an hour has some left."""
    desk.stand.order(set={"posts_per_24_hours": 1})
    desk.room.schedule(desk.account, "the only one")
    desk.room.tick()
    desk.room.advance(3600)
    target = desk.room.schedule(desk.account, "too many")
    desk.room.tick()
    row = desk.room.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "rate_limited")
    wait = desk.room.account(desk.account)["not_before"] - desk.room.now()
    assert 82000_000 < wait <= 82800_000
    assert row["failures"] == 0


def test_without_credits_posts_wait_and_say_why(desk):
    desk.stand.order(set={"credits": False})
    target = desk.room.schedule(desk.account)
    desk.room.tick()
    row = desk.room.target(target)
    assert row["state"] == "scheduled" and row["failures"] == 0
    assert "credits" in row["reason"]
    desk.stand.order(set={"credits": True})
    desk.room.advance(3601)
    desk.room.tick()
    assert desk.room.state(target) == "posted"


def test_what_x_would_count_as_too_long_is_not_sent(desk):
    fits = desk.room.schedule(
        desk.account, "語" * 128 + " https://example.com/" + "x" * 300)
    long = desk.room.schedule(desk.account, "語" * 141)
    desk.room.tick()
    assert desk.room.states(fits, long) == ["posted", "failed"]
    assert desk.stand.requests("POST", POSTS) == 1
