"""YouTube, the whole way through the publisher: which videos exist when all is
done, and how often what was asked."""

import datetime
import hashlib
import struct
import zoneinfo

import pytest

from newsroom import quote
from web_files import FILES, mp4

CHANNEL = "UCalice0000000000000000A"
UPLOAD = "/www.googleapis.com/upload/youtube/v3/videos"
THUMBNAILS = "/www.googleapis.com/upload/youtube/v3/thumbnails/set"
GRAIN = 256 * 1024


def film(length):
    """A video of so many bytes, none of whose pieces are alike."""
    start = mp4() + bytes(8)
    return start + b"".join(struct.pack(">I", number) for number in
                            range((length - len(start)) // 4))


# Of two whole pieces and a rest; of more than one request's piece; of two
# whole pieces and no rest, where the last of them is the end.
FILES["/film.youtube.mp4"] = ("video/mp4", film(700_000))
FILES["/long.youtube.mp4"] = ("video/mp4", film(9_000_000))
FILES["/even.youtube.mp4"] = ("video/mp4", film(2 * GRAIN + 3)[:2 * GRAIN])


class Studio:
    """A newsroom with a channel."""

    def __init__(self, room, files, **set):
        self.room, self.files = room, files
        self.stand, self.account = room.oauth("youtube", CHANNEL)
        if set:
            self.stand.order(set=set)

    def schedule(self, text="All of it", name="film", title="A film", **how):
        target = self.room.schedule(
            self.account, text, media=[f"{self.files}/{name}.youtube.mp4"],
            settings=how)
        self.room.write([
            f"UPDATE post SET title = {quote(title)} WHERE id ="
            f" (SELECT post FROM target WHERE id = {quote(target)})"])
        return target

    def until_done(self, target, seconds=61):
        return self.room.until_done(target, seconds)

    def asked(self):
        """How many sessions were begun, and how many PUTs there were."""
        return [self.stand.requests(method, UPLOAD)
                for method in ("POST", "PUT")]


@pytest.fixture
def studio(room, files):
    return Studio(room, files)


def sum_of(name):
    return hashlib.sha256(FILES[f"/{name}.youtube.mp4"][1]).hexdigest()


def test_a_video_stands_there_as_it_was_described(studio):
    text = "Grüße & \"more\" https://example.com/?a=b\nthe end"
    target = studio.schedule(
        text, "long", privacyStatus="unlisted", categoryId="27",
        tags=["launch", "two words"], language="de", madeForKids=False,
        containsSyntheticMedia=True, embeddable=True, license="youtube",
        notifySubscribers=False, thumbnailUrl=f"{studio.files}/1.png")
    plain = studio.schedule("", "even")
    row = studio.until_done(target)
    assert row["state"] == "posted", row
    assert studio.until_done(plain)["state"] == "posted"
    first, second = studio.stand.ledger()
    assert {name: first[name] for name in (
        "title", "text", "tags", "category", "language", "notify")} == {
        "title": "A film", "text": text, "tags": ["launch", "two words"],
        "category": "27", "language": "de", "notify": False}
    assert first["status"] == {
        "privacyStatus": "unlisted", "selfDeclaredMadeForKids": False,
        "containsSyntheticMedia": True, "embeddable": True,
        "license": "youtube"}
    assert second["status"] == {"privacyStatus": "public"}
    assert second["notify"] and second["category"] == "22"
    assert [first["sha256"], second["sha256"]] == [sum_of("long"),
                                                   sum_of("even")]
    assert row["remote_id"] == first["id"]
    assert row["permalink"] == \
        f"https://www.youtube.com/watch?v={first['id']}"
    assert studio.stand.order(call="show", id=first["id"])["thumbnail"] == \
        hashlib.sha256(FILES["/1.png"][1]).hexdigest()
    assert studio.asked() == [2, 3 + 2]
    assert [studio.room.attempts(one)[-1]["detail"]
            for one in (target, plain)] == [None, None]
    assert studio.stand.refused() == []


def test_what_was_not_done_as_asked_is_told_and_harms_nothing(studio):
    """A video that Google locked; a thumbnail it refused; one that is none."""
    studio.stand.order(set={"thumbnails": False})
    told = []
    for order, link in (({"locked": True}, None),
                        ({"locked": False}, "1.png"),
                        ({"locked": False}, "film.youtube.mp4")):
        studio.stand.order(set=order)
        target = studio.schedule(**({"thumbnailUrl": f"{studio.files}/{link}"}
                                    if link else {}))
        row = studio.until_done(target)
        assert (row["state"], row["reason"], row["failures"]) == (
            "posted", None, 0)
        told.append(studio.room.attempts(target)[-1]["detail"])
    assert "private" in told[0]
    assert "thumbnail" in told[1] and "forbidden" in told[1]
    assert "no JPEG" in told[2]
    assert len(studio.stand.ledger()) == 3
    assert studio.stand.requests("POST", THUMBNAILS) == 1


def test_a_death_at_each_request_makes_one_video(studio):
    """A kill while each of an upload's answers is on its way: the session's,
    those of two pieces that are kept in part, and that of the last, after
    which the session tells that the video is there."""
    studio.stand.order(set={"keeps": GRAIN})
    for number, (sessions, puts) in enumerate(((2, 3), (1, 4), (1, 4),
                                               (1, 4))):
        before, seen = studio.asked(), len(studio.stand.order()["requests"])
        target = studio.schedule(f"film {number}")
        studio.stand.fault("hang", path=UPLOAD, skip=number, seconds=30)
        tick = studio.room.start_tick()
        studio.room.wait_for(
            lambda: len(studio.stand.order()["requests"]) > seen + number)
        studio.room.kill_worker()
        tick.communicate()
        assert studio.room.attempts(target)[0]["sent_at"] is None \
            or number == 3
        assert studio.until_done(target)["state"] == "posted", number
        assert [a - b for a, b in zip(studio.asked(), before)] == [
            sessions, puts], number
    assert [entry["text"] for entry in studio.stand.ledger()] == [
        f"film {number}" for number in range(4)]
    assert {entry["sha256"] for entry in studio.stand.ledger()} == {
        sum_of("film")}


def test_the_session_tells_what_became_of_the_end(studio):
    """Told that the end did not arrive, it is sent once more; where it arrives
    after that was told, the video is found before it is sent. A request that
    a fault answers is not counted."""
    for number, (text, puts, *faults) in enumerate((
            ("lost answer", 3, ("drop", {})),
            ("half an answer", 3, ("truncate", {})),
            ("a 503", 3, ("status_after", {"status": 503})),
            ("never arrived", 4, ("drop_before", {})),
            ("not taken", 3, ("status", {"status": 308})),
            ("arrived late", 3, ("drop", {}), ("status", {"status": 308})))):
        before = studio.asked()
        for fault, how in faults:
            studio.stand.fault(fault, path=UPLOAD, method="PUT", skip=1,
                               **how)
        row = studio.until_done(studio.schedule(text))
        assert len(studio.stand.ledger()) == number + 1, text
        entry = studio.stand.ledger()[-1]
        assert (row["state"], row["remote_id"]) == ("posted", entry["id"]), row
        assert entry["text"] == text
        assert [a - b for a, b in zip(studio.asked(), before)] == [
            1, puts], text
    assert studio.stand.refused() == []


def test_a_session_that_ended(studio):
    """Before the end was sent another takes its place, as for one of which
    nothing is known but that it may have been begun; after it nobody can tell,
    whether the video is there or not, and it is not sent again."""
    studio.stand.fault("drop", path=UPLOAD, method="POST")
    target = studio.schedule("begun twice")
    assert studio.until_done(target)["state"] == "posted"
    assert studio.asked() == [2, 2]
    assert [entry["text"] for entry in studio.stand.ledger()] == [
        "begun twice"]
    studio.stand.fault("status", path=UPLOAD, method="PUT", status=503)
    target = studio.schedule()
    studio.room.tick()
    assert studio.room.target(target)["category"] == "platform_5xx"
    [row] = studio.room.sql(f"SELECT resume FROM target WHERE id = '{target}'")
    assert "upload_id" not in row["resume"] and "sealed" in row["resume"]
    studio.stand.order(call="end_sessions")
    assert studio.until_done(target)["state"] == "posted"
    assert studio.stand.requests("POST", UPLOAD) == 4
    for number, fault in enumerate(("drop_before", "drop")):
        studio.stand.fault(fault, path=UPLOAD, method="PUT", skip=1)
        studio.stand.fault("status", path=UPLOAD, method="PUT", skip=1,
                           status=503)
        target = studio.schedule(fault)
        studio.room.tick()
        assert studio.room.state(target) == "verifying"
        studio.stand.order(call="end_sessions")
        assert studio.until_done(target, 400)["state"] == "uncertain"
        assert len(studio.stand.ledger()) == 2 + number
        assert studio.stand.requests("POST", UPLOAD) == 5 + number


def test_an_ended_token_is_renewed_and_the_old_refresh_token_kept(studio):
    """Google gives no new one; before the upload, and for its end."""
    kept = studio.stand.order(call="tokens")["unspent"]
    studio.stand.order(call="end_access", account="alice")
    assert studio.until_done(studio.schedule())["state"] == "posted"
    studio.stand.order(set={"token_puts": 1})
    assert studio.until_done(studio.schedule())["state"] == "posted"
    tokens = studio.stand.order(call="tokens")
    assert (tokens["unspent"], tokens["refreshed"]) == (kept, {kept[0]: 2})
    assert len(studio.stand.ledger()) == 2


def refusal(reason):
    return {"error": {"message": "No.", "errors": [{"reason": reason}]}}


def test_refusals_go_by_their_reason(studio):
    """Each on an account of its own, since some of them stop it."""
    for number, (status, reason, state, category, account) in enumerate((
            (403, "rateLimitExceeded", "scheduled", "rate_limited", "active"),
            (400, "uploadLimitExceeded", "scheduled", "rate_limited",
             "active"),
            (403, "accessNotConfigured", "scheduled", "paused", "active"),
            (403, "insufficientPermissions", "scheduled", "auth_error",
             "expired"),
            (400, "mediaBodyRequired", "failed", "media_error", "active"),
            (403, "forbidden", "failed", "platform_rejected", "active"))):
        studio.account = studio.room.oauth_account(studio.stand,
                                                   f"UC{number}")
        studio.stand.fault("status", path=UPLOAD, status=status,
                           body=refusal(reason))
        target = studio.schedule()
        studio.room.tick()
        row = studio.room.target(target)
        assert (row["state"], row["category"]) == (state, category), row
        assert studio.room.account(studio.account)["status"] == account
        if category == "paused":
            studio.room.admin("resume", "youtube")
            studio.room.write([f"UPDATE target SET state = 'cancelled' WHERE"
                               f" id = {quote(target)}",
                               f"INSERT INTO event SELECT {quote(target)},"
                               " profile, 'post.cancelled', id, NULL, '{}', 1"
                               f" FROM target WHERE id = {quote(target)}"])
    assert studio.stand.ledger() == []


def test_a_used_up_quota_waits_for_midnight_in_los_angeles(studio):
    studio.stand.order(set={"uploads": 0})
    target = studio.schedule()
    studio.room.tick()
    row = studio.room.target(target)
    assert (row["state"], row["category"], row["failures"]) == (
        "scheduled", "paused", 0)
    assert studio.room.account(studio.account)["not_before"] == 0
    at = studio.room.sql("SELECT until_at FROM network_pause"
                         " WHERE extent = 'posts'")[0]["until_at"]
    there = datetime.datetime.fromtimestamp(
        at / 1000, zoneinfo.ZoneInfo("America/Los_Angeles"))
    assert (there.hour, there.minute, there.second) == (0, 0, 0)
    assert -60_000 < at - studio.room.now() <= 25 * 3600_000


def test_a_video_is_measured_edited_and_deleted(open_newsroom,
                                                files):
    room = open_newsroom({"posts_an_hour": 0})
    studio = Studio(room, files)
    target = studio.schedule("Before", tags=["one"], language="en")
    id = studio.until_done(target)["remote_id"]
    for after, statistics, row in (
            (3700, None, {"views": 120, "likes": 7, "comments": 3,
                          "shares": None}),
            (6 * 3600, {"viewCount": "130"}, {
                "views": 130, "likes": None, "comments": None,
                "shares": None})):
        if statistics:
            studio.stand.order(set={"statistics": statistics})
        room.advance(after)
        room.admin("clock", "accept")
        room.run("collector")
        assert room.sql("SELECT views, likes, comments, shares FROM metric"
                        " ORDER BY taken_at DESC LIMIT 1") == [row]
    room.start("lighttpd")
    answer = room.post(f"/api/v1/posts/post_{target}/edit",
                       {"caption": "After"})
    assert answer.status == 200, answer
    video = studio.stand.order(call="show", id=id)
    assert video["snippet"] == {
        "title": "A film", "description": "After", "tags": ["one"],
        "categoryId": "22", "defaultLanguage": "en"}
    answer = room.request("DELETE",
                          f"/api/v1/posts/post_{target}?everywhere=true")
    assert answer.json["deleted"] is True, answer
    assert studio.stand.order(call="show", id=id) == {}
    assert {one["status"] for one in studio.stand.refused()} <= {401}


REJECTED = {"uploadStatus": "rejected", "rejectionReason": "copyright"}
LIST = ("GET", "/www.googleapis.com/youtube/v3/videos")


def test_a_video_that_youtube_throws_away_has_failed(studio):
    """While it is processed, and after it was posted: with YouTube's reason,
    told once more to its owner, and never sent again."""
    room, stand = studio.room, studio.stand
    stand.order(set={"processing": 2, "ends": {
        "uploadStatus": "failed", "failureReason": "codec"}})
    target = studio.schedule()
    room.tick()
    assert room.state(target) == "verifying"
    row = studio.until_done(target, 130)
    assert (row["state"], row["category"]) == ("failed", "media_error"), row
    assert "codec" in row["reason"]
    assert stand.requests(*LIST) == 3
    stand.order(set={"processing": 0, "ends": {"uploadStatus": "processed"}})
    late = studio.schedule("late")
    assert studio.until_done(late)["state"] == "posted"
    stand.order(set={"ends": REJECTED})
    room.advance(3700)
    room.admin("clock", "accept")
    room.run("collector")
    row = room.target(late)
    assert (row["state"], row["category"], row["remote_id"]) == (
        "failed", "platform_rejected", None), row
    assert "copyright" in row["reason"]
    assert room.events(late)[-2:] == ["post.published", "post.failed"]
    assert room.outcomes(late) == ["posted", "failed"]
    room.advance(7 * 3600)
    room.admin("clock", "accept")
    room.run("collector")
    room.tick()
    assert room.states(target, late) == ["failed"] * 2
    assert len(stand.ledger()) == 2 and studio.asked()[0] == 2
    stand.order(set={"ends": {"uploadStatus": "processed"}})
    room.start("lighttpd")
    answer = room.post(f"/api/v1/posts/post_{late}/retry")
    assert answer.status == 200, answer
    row = studio.until_done(late)
    assert row["state"] == "posted", row["reason"]
    assert len(stand.ledger()) == 3
    assert room.broken() == []


def test_a_video_that_is_processed_for_long_is_posted_all_the_same(studio):
    """Few questions, and none where the day's units are used up."""
    studio.stand.order(set={"processing": 99})
    target = studio.schedule()
    row = studio.until_done(target, 130)
    assert row["state"] == "posted", row
    assert "still processing" in studio.room.attempts(target)[-1]["detail"]
    assert studio.stand.requests(*LIST) <= 7
    asked = studio.stand.requests(*LIST)
    studio.stand.order(set={"units": 0})
    assert studio.until_done(studio.schedule("more"))["state"] == "posted"
    assert studio.stand.requests(*LIST) == asked + 1


def test_the_token_goes_to_googles_hosts_alone(studio):
    studio.stand.order(set={"away": "http://127.0.0.1:9/www.googleapis.com"})
    target = studio.schedule()
    studio.room.tick()
    row = studio.room.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "platform_5xx")
    assert "at Google" in row["reason"]
    studio.stand.order(set={"away": None})
    assert studio.until_done(target)["state"] == "posted"
