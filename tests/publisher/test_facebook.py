"""Facebook Pages: what stands on the Page when all is done."""

import json
import struct

import pytest

from test_containers import alts, end
from web_files import FILES, mp4, sums

PAGE = "100100000000000001"
V = "/graph.facebook.com/v25.0"
UPRIGHT = mp4(5000).replace(struct.pack(">II", 640 << 16, 360 << 16),
                            struct.pack(">II", 1080 << 16, 1920 << 16))
FILES["/upright.mp4"] = ("video/mp4", UPRIGHT)
FILES["/film.mov"] = ("video/quicktime",
                      mp4().replace(b"isom0000isom", b"qt  0000qt  "))
REEL = {"videoType": "reel"}


def edge(name):
    return f"{V}/{PAGE}/{name}"


def opened(open_newsroom, **settings):
    room = open_newsroom(settings)
    return room, *room.oauth("facebook", PAGE)


def four(room, account, files):
    """A text, two pictures, a video, a reel."""
    return [room.schedule(account, "text\nin lines"),
            room.schedule(account, "two", media=[f"{files}/1.png",
                                                 f"{files}/2.png"]),
            room.schedule(account, "film", media=[f"{files}/film.mp4"]),
            room.schedule(account, "reel", media=[f"{files}/upright.mp4"],
                          settings=REEL)]


def test_every_form_stands_on_the_page(open_newsroom, files):
    room, stand, account = opened(open_newsroom)
    targets = four(room, account, files) + [
        room.schedule(account, "Look 🌞 & see", settings={
            "link": "https://example.org/a?b=c"}),
        room.schedule(account, "", media=[f"{files}/1.png"])]
    alts(room, "a bowl", "a spoon")
    assert end(room, *targets, steps=24) == ["posted"] * 6
    posts = {post["text"]: post for post in stand.ledger()}
    assert len(stand.ledger()) == 6
    assert posts["two"]["media"] == sums("/1.png", "/2.png")
    assert posts["two"]["alts"] == ["a bowl", "a spoon"]
    assert posts[""]["media"] == sums("/1.png")
    assert posts["reel"]["kind"] == "reel"
    assert posts["reel"]["media"] == sums("/upright.mp4")
    assert posts["film"]["kind"] == "video"
    assert posts["film"]["media"] == sums("/film.mp4")
    assert posts["Look 🌞 & see"]["link"] == "https://example.org/a?b=c"
    text, two, film, reel = (room.target(one) for one in targets[:4])
    assert text["remote_id"] == posts["text\nin lines"]["id"]
    assert text["permalink"] == (f"https://www.facebook.com/{PAGE}/posts/"
                                 + text["remote_id"].split("_")[1])
    assert two["remote_id"] == posts["two"]["id"]
    assert film["remote_id"] == posts["film"]["video"]
    assert film["permalink"] == (f"https://www.facebook.com/{PAGE}/videos/"
                                 f"{film['remote_id']}/")
    assert reel["permalink"] == ("https://www.facebook.com/reel/"
                                 + posts["reel"]["video"])
    assert stand.refused() == []


@pytest.mark.parametrize("fault, stale, state", [
    ("drop", 0, "posted"), ("truncate", 0, "posted"),
    ("status_after", 0, "posted"), ("drop_before", 0, "uncertain"),
    ("drop", 9, "uncertain")])
def test_a_lost_answer_is_looked_for_and_never_repeated(
        open_newsroom, files, fault, stale, state):
    """But for a reel: that says itself what became of it, and is published
    once however often it is finished."""
    room, stand, account = opened(open_newsroom)
    stand.order(call="hand", page=PAGE, text="film")
    stand.order(call="hand", page=PAGE, text="two")
    room.advance(120)
    stand.order(set={"stale_lists": stale})
    for name, more in (("feed", {"count": 2}), ("videos", {}),
                       ("video_reels", {"skip": 1})):
        stand.fault(fault, path=edge(name), method="POST", **more)
    targets = four(room, account, files)
    assert end(room, *targets, steps=24) == [state] * 3 + ["posted"]
    posts = {post["text"]: post for post in stand.ledger()}
    there = 0 if fault == "drop_before" else 3
    assert len(stand.ledger()) == len(posts) == there + 1
    reached = 1 if fault == "drop_before" else 3
    assert stand.requests("POST", edge("feed")) == reached - 1
    assert stand.requests("POST", edge("videos")) == reached // 3
    assert stand.requests("POST", edge("video_reels")) == 2
    ids = [room.target(one)["remote_id"] for one in targets]
    assert ids[3] == posts["reel"]["video"]
    if state == "posted":
        assert ids[:3] == [posts["text\nin lines"]["id"],
                           posts["two"]["id"], posts["film"]["video"]]
    assert room.broken() == []


def test_pictures_are_uploaded_once_over_a_death(
        open_newsroom, files):
    room, stand, account = opened(open_newsroom)
    stand.fault("hang", path=edge("photos"), method="POST", skip=1,
                seconds=30)
    target = room.schedule(account, "x", media=[f"{files}/1.png",
                                                f"{files}/2.png"])
    tick = room.start_tick()
    room.wait_for(lambda: stand.requests("POST", edge("photos")) == 2)
    room.kill_worker()
    tick.communicate()
    assert end(room, target) == ["posted"]
    assert stand.requests("POST", edge("photos")) == 3
    [post] = stand.ledger()
    assert post["media"] == sums("/1.png", "/2.png")


def test_a_reel_goes_on_where_it_was_cut_off(
        open_newsroom, files):
    room, stand, account = opened(open_newsroom)
    stand.order(set={"cut": 50})
    target = room.schedule(account, "x", media=[f"{files}/upright.mp4"],
                           settings=REEL)
    assert end(room, target) == ["posted"]
    assert stand.ledger()[0]["media"] == sums("/upright.mp4")
    assert stand.refused() == []
    stand.order(set={"cut": 50, "retriable": False})
    final = room.schedule(account, "y", media=[f"{files}/upright.mp4"],
                          settings=REEL)
    assert end(room, final) == ["failed"]
    assert room.target(final)["category"] == "media_error"
    assert len(stand.ledger()) == 1


UPLOADS = f"{V}/the-client-id/uploads"
SESSION = f"{V}/upload:"


def test_a_video_goes_up_before_it_is_published(open_newsroom, files):
    """Anew where Facebook does not know the upload that was cut off, did not
    say the handle, or wants it once more."""
    room, stand, account = opened(open_newsroom, retry_seconds=30)

    def publish(text):
        before = stand.requests("POST", UPLOADS)
        target = room.schedule(account, text, media=[f"{files}/film.mp4"])
        if text == "forgotten":
            for _ in range(8):
                if stand.order()["settings"]["cut"]:
                    room.tick()
            stand.order(call="forget")
            room.advance(65)
        assert end(room, target) == ["posted"]
        assert stand.requests("POST", UPLOADS) - before == 2
        assert room.target(target)["remote_id"] == \
            stand.order(call="posts")["posts"][-1]["video"]

    stand.order(set={"cut": 50})
    publish("forgotten")
    stand.fault("drop", path=SESSION, method="POST")
    publish("no handle")
    stand.fault("status", path=edge("videos"), status=400, body={"error": {
        "code": 1363030, "message": "Video upload timed out"}})
    publish("once more")
    assert stand.requests("POST", edge("videos")) == 3
    assert [(post["text"], post["media"]) for post in stand.ledger()] == [
        (text, sums("/film.mp4"))
        for text in ("forgotten", "no handle", "once more")]
    assert [one["status"] for one in stand.refused()] == [400]  # forgotten
    assert room.broken() == []


def test_facebook_fetches_what_it_does_not_take(open_newsroom, files):
    """From people without a role in the application, or whose own token has
    died, was never kept or was given to another application (whose proof we
    cannot make), and what is no MP4: the account stays."""
    room, stand, account = opened(open_newsroom)
    dead, mute, other = (room.add_account(
        "facebook", "--offline", "--handle", PAGE[:-1] + page,
        secret=json.dumps({**stand.order(
            call="token", account="alice", page=PAGE[:-1] + page,
            foreign=page == "2"), **more}))
        for page, more in (("3", {"user_token": "dead"}),
                           ("5", {"user_token": ""}), ("2", {})))
    stand.order(set={"role": False, "proof": False})
    targets = [room.schedule(one, text, media=[f"{files}/film.{kind}"])
               for one, text, kind in (
                   (account, "mov", "mov"), (account, "no role", "mp4"),
                   (dead, "dead", "mp4"), (mute, "mute", "mp4"),
                   (other, "other", "mp4"))]
    assert end(room, *targets) == ["posted"] * 5
    assert {post["text"] for post in stand.ledger()
            if "/api/media/serve?key=" in post["media"][0]} == {
        "mov", "no role", "dead", "mute", "other"}
    assert stand.requests("POST", UPLOADS) == 3
    for one in account, dead, mute, other:
        assert room.account(one)["status"] == "active"


@pytest.mark.parametrize("call, file, upload", [
    ("feed", "1.png", edge("photos")), ("videos", "film.mp4", UPLOADS)])
def test_what_waits_a_day_is_uploaded_anew(
        open_newsroom, files, call, file, upload):
    room, stand, account = opened(open_newsroom)
    stand.fault("status", path=edge(call), status=400, body={"error": {
        "code": 80001, "message": "Slow"}}, headers={
        "X-Business-Use-Case-Usage": '{"%s":[{"type":"pages",'
        '"estimated_time_to_regain_access":18}]}' % PAGE})
    target = room.schedule(account, "x", media=[f"{files}/{file}"])
    room.tick()
    assert room.state(target) == "scheduled"
    wait = room.account(account)["not_before"] - room.now()
    assert 17 * 60000 < wait <= 18 * 60000 + 1000
    room.write(["UPDATE account SET late_ms = 172800000"])
    room.advance(23 * 3600)
    room.admin("clock", "accept")
    assert end(room, target) == ["posted"]
    assert stand.requests("POST", upload) == 2


@pytest.mark.parametrize("subcode", [463, 492])
def test_a_dead_token_expires_the_account(open_newsroom, subcode):
    room, stand, account = opened(open_newsroom)
    stand.order(set={"subcode": subcode})
    stand.order(call="revoke", account="alice")
    target = room.schedule(account, "x")
    room.tick()
    row = room.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "auth_error"), row
    assert room.account(account)["status"] == "expired"
    assert stand.ledger() == []


@pytest.mark.parametrize("age, state", [(0, "posted"), (300, "failed")])
def test_a_duplicate_is_ours_or_refused(open_newsroom, age, state):
    """An earlier try may have been what Facebook means."""
    room, stand, account = opened(open_newsroom)
    hand = stand.order(call="hand", page=PAGE, text="x")["id"]
    room.advance(age)
    target = room.schedule(account, "x")
    room.tick()
    row = room.target(target)
    assert row["state"] == state, row
    if state == "posted":
        assert row["remote_id"] == hand
    else:
        assert row["category"] == "duplicate"
    assert stand.ledger() == []


def test_posts_are_edited_measured_and_taken_away(
        open_newsroom, files):
    room, stand, account = opened(open_newsroom)
    stand.order(set={
        "numbers": {"comments": 5, "reactions": 12, "shares": 3},
        "insights": {"post_media_view": 90, "post_clicks": 7,
                     "post_video_views": 40}, "lacks": ["post_clicks"]})
    room.start("lighttpd")
    text = room.schedule(account, "x")
    reel = room.schedule(account, "reel", media=[f"{files}/upright.mp4"],
                         settings=REEL)
    assert end(room, text, reel) == ["posted"] * 2
    room.advance(3700)
    room.admin("clock", "accept")
    room.run("collector")
    what = "likes, comments, shares, views, clicks, saves"
    [row] = room.sql(f"SELECT {what} FROM metric WHERE target = '{text}'")
    assert row == {"likes": 12, "comments": 5, "shares": 3, "views": 90,
                   "clicks": None, "saves": None}
    [row] = room.sql(f"SELECT {what} FROM metric WHERE target = '{reel}'")
    assert row == {"likes": 12, "comments": 5, "shares": None, "views": 40,
                   "clicks": None, "saves": None}
    for target in text, reel:
        answer = room.post(f"/api/v1/posts/post_{target}/edit",
                           {"caption": "Better"})
        assert answer.status == 200, answer
    posts = stand.order(call="posts")["posts"]
    assert [post["text"] for post in posts] == ["Better"] * 2
    path = f"{V}/{room.target(text)['remote_id']}"
    stand.fault("drop", path=path, method="DELETE")
    for target in text, reel:
        room.request("DELETE", f"/api/v1/posts/post_{target}"
                     "?everywhere=true")
    for _ in range(4):          # the first is gone, and its answer was lost
        room.advance(3600)
        room.tick()
    posts = stand.order(call="posts")["posts"]
    assert [post["gone"] for post in posts] == [True] * 2
    assert stand.requests("DELETE", path) == 2
    for target in text, reel:
        outcomes = room.sql("SELECT outcome FROM attempt WHERE kind = 'delete'"
                            f" AND target = '{target}' ORDER BY number")
        assert outcomes[-1] == {"outcome": "done"}


def test_a_right_that_was_taken_back_is_not_the_page(open_newsroom):
    """What it was for is not done, and says so; the Page stays."""
    room, stand, account = opened(open_newsroom)
    room.start("lighttpd")
    target = room.schedule(account, "x")
    assert end(room, target) == ["posted"]
    for scope in "pages_read_engagement", "pages_manage_posts":
        stand.order(call="withdraw", account=PAGE, scope=scope)
    room.advance(3700)
    room.admin("clock", "accept")
    room.run("collector")
    assert room.sql("SELECT * FROM metric") == []
    assert room.target(target)["measure_at"]
    assert room.account(account)["status"] == "active"
    answer = room.request("DELETE", f"/api/v1/posts/post_{target}"
                          "?everywhere=true")
    assert "the right pages_manage_posts" in str(answer.json), answer
    assert room.account(account)["status"] == "active"


STORY = {"type": "story"}


def test_stories(open_newsroom, files):  # noqa: F811
    """A picture, and a video that Facebook takes its time with; one whose
    answer was lost nobody can be asked about."""
    room, stand, account = opened(open_newsroom)
    stand.order(set={"uploading": 2})
    picture = room.schedule(account, "not shown", settings=STORY,
                            media=[f"{files}/1.png"])
    video = room.schedule(account, "", settings=STORY,
                          media=[f"{files}/upright.mp4"])
    assert end(room, picture, video, steps=24) == ["posted"] * 2
    assert stand.refused() == []
    assert [(post["kind"], post["media"]) for post in stand.ledger()] == [
        ("story", sums("/1.png")), ("story", sums("/upright.mp4"))]
    ids = [post["id"] for post in stand.order(call="posts")["posts"]]
    for target, id in zip((picture, video), ids):
        row = room.target(target)
        assert (row["remote_id"], row["permalink"]) == (
            id, f"https://www.facebook.com/stories/{id}")
    stand.fault("drop", path=edge("photo_stories"), method="POST")
    lost = room.schedule(account, "", settings=STORY,
                         media=[f"{files}/2.png"])
    assert end(room, lost) == ["uncertain"]
    assert stand.requests("POST", edge("photo_stories")) == 2


@pytest.mark.parametrize("late", [False, True])
def test_a_video_that_facebook_throws_away_has_failed(
        open_newsroom, files, late):  # noqa: F811
    """While it processes it, or long after; it is never sent again."""
    room, stand, account = opened(open_newsroom)
    throws = ("processing_phase", 1363024, "Unsupported video format")
    stand.order(set={"processing": 0 if late else 2,
                     "throws": None if late else throws})
    film, reel = (room.schedule(account, text, settings=settings, media=[
        f"{files}/upright.mp4"]) for text, settings in (("film", {}),
                                                        ("reel", REEL)))
    room.tick()
    if late:
        assert end(room, film, reel) == ["posted"] * 2
        stand.order(set={"throws": throws})
        room.advance(3700)
        room.admin("clock", "accept")
        room.run("collector")
    else:
        assert room.state(film) == "verifying"
    assert end(room, film, reel, steps=16) == ["failed"] * 2
    for target in film, reel:
        row = room.target(target)
        assert row["category"] == "media_error", row
        assert "1363024" in row["reason"] and "Unsupported" in row["reason"]
        assert room.events(target)[-1] == "post.failed"
        assert room.events(target).count("post.published") == late
    assert len(stand.ledger()) == 2
    assert stand.requests("POST", edge("videos")) == 1
    assert stand.requests("POST", edge("video_reels")) == 2
    assert room.broken() == []


def test_covers_and_what_takes_long(open_newsroom, files):  # noqa: F811
    room, stand, account = opened(open_newsroom)
    film, reel, bad = (room.schedule(
        account, text, media=[f"{files}/upright.mp4"],
        settings={**more, "coverUrl": f"{files}/{name}"})
        for text, more, name in (("film", {}, "1.png"), ("reel", REEL, "2.png"),
                                 ("bad", {}, "film.mp4")))
    assert end(room, film, reel, bad) == ["posted"] * 3
    posts = {post["text"]: post for post in stand.order(call="posts")["posts"]}
    assert [posts["film"]["cover"], posts["reel"]["cover"]] == sums("/1.png",
                                                                    "/2.png")
    assert posts["bad"]["cover"] is None
    assert "without its cover" in room.attempts(bad)[-1]["detail"]
    stand.order(set={"processing": 99})
    slow = room.schedule(account, "slow", media=[f"{files}/upright.mp4"],
                         settings={"coverUrl": f"{files}/1.png"})
    assert end(room, slow, steps=14) == ["posted"]
    assert "still processing" in room.attempts(slow)[-1]["detail"]
    video = room.target(slow)["remote_id"]
    assert stand.requests("POST", f"{V}/{video}/thumbnails") == 1
    assert stand.refused() == []


def test_pictures_of_a_refused_post_are_taken_away(
        open_newsroom, files):  # noqa: F811
    room, stand, account = opened(open_newsroom)
    stand.fault("status", path=edge("feed"), status=400, body={"error": {
        "code": 1346003, "message": "Abusive"}})
    target = room.schedule(account, "x", media=[f"{files}/1.png",
                                                f"{files}/2.png"])
    assert end(room, target) == ["failed"]
    assert room.target(target)["category"] == "platform_rejected"
    assert stand.order(call="photos") == {}


def test_refusals_go_by_their_numbers(open_newsroom):
    """Each on an account of its own, since some of them stop it."""
    room, stand, account = opened(open_newsroom, settle_seconds=60)
    for number, (code, subcode, state, category, status) in enumerate((
            (1609010, 0, "scheduled", "platform_rejected", "active"),
            (390, 0, "scheduled", "media_error", "active"),
            (1, 2207077, "scheduled", "media_error", "active"),
            (100, 2207082, "verifying", "platform_5xx", "active"),
            (1609008, 0, "failed", "platform_rejected", "active"),
            (368, 1390008, "scheduled", "rate_limited", "active"),
            (368, 4854002, "scheduled", "auth_error", "expired"))):
        account = room.oauth_account(stand, f"10010000000000010{number}")
        stand.fault("status", path=f"{V}/.*/feed", status=400, body={"error": {
            "code": code, "error_subcode": subcode, "message": "No."}})
        target = room.schedule(account, f"text {number}")
        room.tick()
        row = room.target(target)
        assert (row["state"], row["category"]) == (state, category), row
        assert room.account(account)["status"] == status
    assert stand.ledger() == []
