"""TikTok, the whole way through the publisher: what is public when all is
done."""

import struct

import pytest

from test_containers import end
from web_files import FILES, sums

ANA = "_000alice"
API = "/open.tiktokapis.com/v2"
PIECES = {"path": "/open-upload.tiktokapis.com/video/", "method": "PUT"}
PHOTOS = {"path": API + "/post/publish/content/init/", "method": "POST"}
INIT = {"path": API + "/post/publish/video/init/", "method": "POST"}
STATUS = {"path": API + "/post/publish/status/fetch/", "method": "POST"}
PUBLIC = {"privacyLevel": "PUBLIC_TO_EVERYONE"}
REST = bytes(range(256)) * 137000               # 35 million bytes, 3 pieces
FILES["/hour.mp4"] = ("video/mp4", FILES["/film.mp4"][1] + struct.pack(
    ">I", 8 + len(REST)) + b"free" + REST)


@pytest.fixture
def desk(open_newsroom):
    """A room with an account on TikTok. Nothing here waits for the clock."""
    room = open_newsroom({"settle_seconds": 60})
    room.stand_in, room.ana = room.oauth("tiktok", ANA)
    return room


def schedule(desk, base, *names, text="Hello", settings=PUBLIC,
             title="A title"):
    target = desk.schedule(desk.ana, text, settings=settings,
                           media=[base + name for name in names])
    desk.sql(f"UPDATE post SET title = '{title}' WHERE id = (SELECT post"
             f" FROM target WHERE id = '{target}')")
    return target


def count(desk, what):
    return desk.stand_in.requests(what["method"], what["path"])


def test_every_form(desk, files):
    """What TikTok told a week ago keeps none back: it is asked anew."""
    stand = desk.stand_in
    desk.sql("UPDATE account SET limits = '{\"privacy_levels\":"
             "[\"FOLLOWER_OF_CREATOR\"],\"video_seconds\":1}'")
    stand.order(set={"duet_disabled": True})
    targets = [
        schedule(desk, files, "/film.mp4", text="Film 🌞 \"now\"", settings={
            **PUBLIC, "disableComment": True, "videoCoverTimestampMs": 1500,
            "isAigc": True,
            "commercialContentDisclosure": True, "brandContentOptIn": True}),
        schedule(desk, files, "/hour.mp4", text="", title="The long one",
                 settings={"privacyLevel": "SELF_ONLY"}),
        schedule(desk, files, "/1.jpg", "/2.jpg", text="Two of them",
                 title="Photos", settings={**PUBLIC, "photoCoverIndex": 1,
                                           "autoAddMusic": False,
                                           "brandOrganicOptIn": True,
                                           "commercialContentDisclosure":
                                           False})]
    assert end(desk, *targets, steps=20) == ["posted"] * 3
    posts = {post["text"]: post for post in stand.ledger()}
    assert set(posts) == {"Film 🌞 \"now\"", "The long one", "Photos"}
    film, long, photos = [posts[text] for text in (
        "Film 🌞 \"now\"", "The long one", "Photos")]
    assert film["info"] == {
        "title": "Film 🌞 \"now\"", "privacy_level": "PUBLIC_TO_EVERYONE",
        "disable_comment": True, "disable_duet": True,
        "disable_stitch": False, "video_cover_timestamp_ms": 1500,
        "is_aigc": True,
        "brand_content_toggle": True, "brand_organic_toggle": False}
    assert [film["media"], long["media"]] == sums("/film.mp4", "/hour.mp4")
    assert photos["info"]["description"] == "Two of them"
    assert photos["info"]["auto_add_music"] is False and photos["first"] == 1
    assert photos["info"]["brand_organic_toggle"] is False
    assert all("/api/media/serve?key=" in url for url in photos["media"])
    rows = [desk.target(target) for target in targets]
    assert rows[0]["remote_id"] == film["id"]       # 64 bits, to the last
    assert [row["permalink"] for row in rows] == [
        f"https://www.tiktok.com/@alice/video/{film['id']}", None,
        f"https://www.tiktok.com/@alice/photo/{photos['id']}"]
    assert rows[1]["remote_id"].startswith("v_pub_file~")
    assert count(desk, PIECES) == 1 + 3
    assert stand.refused() == []
    logs = desk.logs() + str(rows) + str(
        desk.sql("SELECT detail, remote_id FROM attempt"))
    assert "upload_token" not in logs and "secret-" not in logs


@pytest.mark.parametrize("order, category, state, word", [
    ({"levels": ["SELF_ONLY"]}, "platform_rejected", "failed", "SELF_ONLY"),
    ({"most_seconds": 3}, "media_error", "failed", "at most 3 seconds"),
    ({"cannot": "spam_risk_user_banned_from_posting"}, "platform_rejected",
     "failed", "banned"),
    ({"cannot": "spam_risk_too_many_posts"}, "rate_limited", "scheduled",
     "too_many_posts"),
    ({"audited": False}, "platform_rejected", "failed", "unaudited_client")])
def test_what_the_creator_may_not_is_never_sent(
        desk, files, order, category, state, word):
    desk.stand_in.order(set=order)
    target = schedule(desk, files, "/film.mp4")
    desk.tick()
    row = desk.target(target)
    assert (row["state"], row["category"]) == (state, category), row
    assert word in row["reason"]
    assert desk.attempts(target)[-1]["sent_at"] is None
    assert count(desk, PIECES) == 0 and desk.stand_in.ledger() == []
    assert (desk.account(desk.ana)["not_before"] > desk.now()) \
        == (state == "scheduled")


def test_pieces_that_arrived_are_not_sent_again_over_a_death(
        desk, files):
    """The second piece is there, but we died before we knew."""
    desk.stand_in.fault("hang", skip=1, seconds=60, **PIECES)
    target = schedule(desk, files, "/hour.mp4")
    tick = desk.start_tick()
    desk.wait_for(lambda: count(desk, PIECES) == 2, 60)
    desk.kill_worker()
    tick.communicate()
    assert desk.attempts(target)[-1]["sent_at"] is None
    assert end(desk, target) == ["posted"]
    [post] = desk.stand_in.ledger()
    assert [post["media"]] == sums("/hour.mp4")
    assert count(desk, INIT) == 1
    assert [one["status"] for one in desk.stand_in.refused()] == [416]


def test_an_upload_whose_url_ended_is_begun_anew(desk, files):
    desk.stand_in.fault("status", skip=1, status=503, **PIECES)
    target = schedule(desk, files, "/hour.mp4")
    desk.tick()
    row = desk.target(target)
    assert row["state"] == "scheduled"
    assert "upload_token" not in row["resume"] and "sealed" in row["resume"]
    desk.advance(3700)
    assert end(desk, target) == ["posted"]
    assert count(desk, INIT) == 2 and len(desk.stand_in.ledger()) == 1
    assert desk.stand_in.refused() == []


@pytest.mark.parametrize("fault", ["drop", "truncate", "drop_before",
                                   "status_after"])
def test_a_last_piece_without_answer_is_asked_about(
        desk, files, fault):
    desk.stand_in.fault(fault, **PIECES)
    target = schedule(desk, files, "/film.mp4")
    desk.tick()
    assert desk.state(target) == "verifying"
    assert end(desk, target) == ["posted"]
    [post] = desk.stand_in.ledger()
    assert desk.target(target)["remote_id"] == post["id"]
    assert count(desk, INIT) == 1
    assert count(desk, PIECES) == 1     # that a fault kept away is not seen


def test_a_death_at_the_last_piece_posts_once(desk, files):
    desk.stand_in.fault("hang", seconds=60, **PIECES)
    target = schedule(desk, files, "/film.mp4")
    tick = desk.start_tick()
    desk.wait_for(lambda: desk.stand_in.ledger(), 60)
    desk.kill_worker()
    tick.communicate()
    assert end(desk, target) == ["posted"]
    assert len(desk.stand_in.ledger()) == count(desk, PIECES) == 1


@pytest.mark.parametrize("fault, level, state, posts", [
    ("drop", "PUBLIC_TO_EVERYONE", "posted", 1),
    ("drop", "SELF_ONLY", "uncertain", 1),
    ("drop_before", "PUBLIC_TO_EVERYONE", "uncertain", 0)])
def test_photos_without_answer_are_looked_for_and_never_repeated(
        desk, files, fault, level, state, posts):
    desk.stand_in.fault(fault, **PHOTOS)
    target = schedule(desk, files, "/1.jpg", title="Photos",
                      settings={"privacyLevel": level})
    assert end(desk, target, steps=16) == [state]
    assert len(desk.stand_in.ledger()) == posts
    assert count(desk, PHOTOS) == posts
    if state == "posted":
        assert desk.target(target)["remote_id"] \
            == desk.stand_in.ledger()[0]["id"]


@pytest.mark.parametrize("reason, category", [
    ("file_format_check_failed", "media_error"),
    ("spam_risk_text", "platform_rejected")])
def test_what_processing_refuses_fails_and_is_not_doubted(
        desk, files, reason, category):
    desk.stand_in.order(set={"fail_reason": reason})
    target = schedule(desk, files, "/film.mp4")
    assert end(desk, target) == ["failed"]
    row = desk.target(target)
    assert row["category"] == category and reason in row["reason"], row
    assert desk.outcomes(target) == ["failed"]
    assert desk.events(target)[-1] == "post.failed"
    assert count(desk, INIT) == 1 and desk.stand_in.ledger() == []


def test_a_failure_of_theirs_is_tried_again(desk, files):
    desk.stand_in.order(set={"fail_reason": "internal", "polls": 0})
    target = schedule(desk, files, "/film.mp4")
    desk.tick()
    desk.advance(65)
    desk.tick()
    assert desk.state(target) == "scheduled", desk.target(target)
    desk.stand_in.order(set={"fail_reason": None})
    desk.advance(200)
    assert end(desk, target) == ["posted"]
    assert count(desk, INIT) == 2 and len(desk.stand_in.ledger()) == 1


def test_an_id_that_moderation_holds_back_is_waited_for(
        desk, files):
    desk.stand_in.order(set={"polls": 0, "moderation": 1})
    target = schedule(desk, files, "/film.mp4")
    assert end(desk, target) == ["posted"]
    assert desk.target(target)["permalink"]
    desk.stand_in.order(set={"moderation": 99})
    target = schedule(desk, files, "/film.mp4", text="another")
    assert end(desk, target, steps=10) == ["posted"]
    assert desk.target(target)["permalink"] is None
    desk.stand_in.order(call="moderate")
    desk.advance(3700)
    desk.admin("clock", "accept")
    desk.run("collector")
    row = desk.target(target)
    id = desk.stand_in.ledger()[-1]["id"]
    assert (row["remote_id"], row["permalink"]) == (
        id, f"https://www.tiktok.com/@{ANA}/video/{id}")
    assert len(desk.sql("SELECT * FROM metric")) == 2


def test_an_expired_token_is_renewed_once(desk, files):
    stand = desk.stand_in
    [old] = stand.order(call="tokens")["unspent"]
    stand.order(call="end_access", account="alice")
    target = schedule(desk, files, "/film.mp4")
    assert end(desk, target) == ["posted"]
    assert stand.order(call="tokens")["refreshed"] == {old: 1}
    assert desk.account(desk.ana)["credentials_version"] == 2


def test_a_grant_taken_back_is_its_owners_affair(desk, files):
    """The token endpoint refuses with status 200."""
    desk.stand_in.order(call="revoke", account="alice")
    target = schedule(desk, files, "/film.mp4")
    desk.tick()
    row = desk.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "auth_error")
    assert desk.account(desk.ana)["status"] == "expired"


def test_a_rate_limit_waits_a_minute(desk, files):
    desk.stand_in.order(set={"inits": 0})
    target = schedule(desk, files, "/film.mp4")
    desk.tick()
    row = desk.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "rate_limited")
    assert desk.account(desk.ana)["not_before"] > desk.now() + 40000
    desk.stand_in.order(set={"inits": 6})
    desk.advance(61)
    assert end(desk, target) == ["posted"]
    assert count(desk, INIT) == 2


def test_counters_are_read(desk, files):
    target = schedule(desk, files, "/film.mp4")
    assert end(desk, target) == ["posted"]
    desk.advance(3700)
    desk.admin("clock", "accept")
    desk.run("collector")
    [row] = desk.sql("SELECT * FROM metric")
    assert (row["views"], row["likes"], row["comments"], row["shares"]) \
        == (3, 4, 5, 6)
