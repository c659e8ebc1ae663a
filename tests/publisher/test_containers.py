"""Threads and Instagram, whose posts are containers until one call publishes
them: what stands in each network's ledger when all is done."""

from collections import namedtuple

import pytest

from web_files import FILES

Kind = namedtuple("Kind", "name path account error")
THREADS = Kind("threads", "/graph.threads.net/v1.0", "17841400000000000",
               "FAILED_DOWNLOADING_VIDEO")
INSTAGRAM = Kind("instagram", "/graph.instagram.com/v25.0",
                 "17841400000000000", "Error: 2207003")
BOTH = pytest.mark.parametrize("kind", [THREADS, INSTAGRAM],
                               ids=lambda kind: kind.name)
WAITING = {"scheduled", "verifying", "publishing"}
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300" + "01" * 64
    + "ffc0000b080002000201011100ffc40014000100000000000000000000000000000000"
    "ffc40014100100000000000000000000000000000000ffda0008010100003f00d2cf20"
    "ffd9")
FILES["/1.jpg"] = FILES["/2.jpg"] = ("image/jpeg", JPEG)


def publish_path(kind):
    word = {"threads": "threads_publish", "instagram": "media_publish"}
    return f"{kind.path}/{kind.account}/{word[kind.name]}"


def end(room, *targets, steps=8):
    for _ in range(steps):
        if not WAITING & set(room.states(*targets)):
            break
        room.tick()
        room.advance(65)
    return room.states(*targets)


def opened(open_newsroom, kind, **settings):
    """The double cannot fetch our files (no web server runs here)."""
    room = open_newsroom({"settle_seconds": 60, **settings})
    stand, account = room.oauth(kind.name, kind.account)
    stand.order(set={"fetches": False})
    return room, stand, account


def collect(room, seconds):
    room.advance(seconds)
    room.admin("clock", "accept")
    room.run("collector")


def test_a_container_that_is_gone_is_made_anew(
        open_newsroom, files):  # noqa: F811
    room, stand, account = opened(open_newsroom, THREADS)
    stand.order(set={"polls": 9})
    target = room.schedule(account, "x", media=[f"{files}/1.jpg"])
    room.tick()
    stand.order(call="forget")
    stand.order(set={"polls": 0})
    room.advance(65)
    assert end(room, target) == ["posted"]
    assert len(stand.ledger()) == 1


def alts(room, *words):
    for place, word in enumerate(words):
        room.sql(f"UPDATE attachment SET alt = '{word}' WHERE position ="
                 f" {place}")


def test_every_form_on_threads(open_newsroom, files):
    room, stand, account = opened(open_newsroom, THREADS)
    targets = [
        room.schedule(account, "Hello 🌞 & more", settings={
            "replyControl": "followers_only", "topicTag": "sun",
            "linkAttachment": "https://example.org/a"}),
        room.schedule(account, "one", media=[f"{files}/1.jpg"]),
        room.schedule(account, "film", media=[f"{files}/film.mp4"],
                      settings={"spoiler": True}),
        room.schedule(account, "both", media=[f"{files}/1.jpg",
                                              f"{files}/film.mp4"])]
    alts(room, "a bowl", "a film")
    assert end(room, *targets, steps=16) == ["posted"] * 4
    posts = {post["text"]: post for post in stand.ledger()}
    assert len(stand.ledger()) == 4
    form = posts["Hello 🌞 & more"]["form"]
    assert (form["reply_control"], form["topic_tag"],
            form["link_attachment"]) == ("followers_only", "sun",
                                         "https://example.org/a")
    assert posts["one"]["kind"] == "IMAGE"
    assert posts["one"]["alts"] == ["a bowl"]
    assert posts["film"]["kind"] == "VIDEO"
    assert posts["film"]["form"]["is_spoiler_media"] == "true"
    assert posts["both"]["kind"] == "CAROUSEL"
    assert posts["both"]["alts"] == ["a bowl", "a film"]
    for target, text in zip(targets, posts):
        row = room.target(target)
        assert row["remote_id"] in [post["id"] for post in stand.ledger()]
        assert row["permalink"].startswith("https://www.threads.com/@alice/")
    assert "/api/media/serve?key=" in posts["one"]["media"][0]
    assert stand.refused() == []


def test_every_form_on_instagram(open_newsroom, files):
    room, stand, account = opened(open_newsroom, INSTAGRAM)
    targets = [
        room.schedule(account, "one", media=[f"{files}/1.jpg"], settings={
            "collaborators": ["bob"], "locationId": "7640348500",
            "userTags": [{"username": "ann.b", "x": 0.5, "y": 1}],
            "aiGenerated": True}),
        room.schedule(account, "reel", media=[f"{files}/film.mp4"], settings={
            "coverUrl": "https://example.org/c.jpg", "shareToFeed": True,
            "thumbOffset": 1500, "audioName": "My sound",
            "trialReel": "MANUAL", "userTags": [{"username": "ann"}]}),
        room.schedule(account, "two", media=[f"{files}/1.jpg",
                                             f"{files}/2.jpg"]),
        room.schedule(account, "", media=[f"{files}/1.jpg"],
                      settings={"type": "story",
                                "userTags": [{"username": "ann"}]})]
    alts(room, "a bowl")
    assert end(room, *targets, steps=16) == ["posted"] * 4
    posts = {post["text"]: post for post in stand.ledger()}
    assert len(stand.ledger()) == 4
    assert posts["one"]["kind"] == "IMAGE"
    assert posts["one"]["alts"] == ["a bowl"]
    assert posts["reel"]["kind"] == "REELS"
    assert (posts["reel"]["form"]["cover_url"],
            posts["reel"]["form"]["share_to_feed"],
            posts["reel"]["form"]["thumb_offset"]) == (
                "https://example.org/c.jpg", "true", "1500")
    form = posts["one"]["form"]
    assert (form["collaborators"], form["location_id"], form["user_tags"],
            form["is_ai_generated"]) == (
        '["bob"]', "7640348500",
        '[{"username":"ann.b","x":0.5,"y":1}]', "true")
    form = posts["reel"]["form"]
    assert (form["audio_name"], form["trial_params"], form["user_tags"]) == (
        "My sound", '{"graduation_strategy":"MANUAL"}',
        '[{"username":"ann"}]')
    assert posts["two"]["kind"] == "CAROUSEL"
    assert posts[""]["kind"] == "STORIES"
    assert posts[""]["form"]["user_tags"] == '[{"username":"ann"}]'
    assert room.target(targets[1])["permalink"].startswith(
        "https://www.instagram.com/reel/")
    assert stand.refused() == []


@BOTH
@pytest.mark.parametrize("fault, order, state, posts", [
    ("drop", {}, "posted", 1), ("truncate", {}, "posted", 1),
    ("status_after", {}, "posted", 1), ("drop_before", {}, "posted", 1),
    ("drop", {"quiet": True}, "posted", 1)])
def test_a_lost_answer_is_resolved_by_the_container(
        open_newsroom, files, kind, fault, order,
        state, posts):
    """One container is published once, whatever becomes of the call."""
    room, stand, account = opened(open_newsroom, kind)
    stand.order(set=order)
    stand.order(call="hand", account="alice", text="other")
    stand.fault(fault, path=publish_path(kind), method="POST")
    target = room.schedule(account, "x", media=[f"{files}/1.jpg"])
    assert end(room, target, steps=20) == [state]
    assert len(stand.ledger()) == posts
    post, row = stand.ledger()[0], room.target(target)
    if order:
        assert (row["remote_id"], row["permalink"]) == (post["container"],
                                                        None)
        stand.order(set={"quiet": False})
        collect(room, 3700)
        row = room.target(target)
        assert row["remote_id"] == post["id"] and row["permalink"]
        assert room.sql("SELECT count(*) AS n FROM metric") == [{"n": 1}]
    else:
        assert row["remote_id"] == post["id"]
        assert row["permalink"]


def test_what_a_refused_call_published_all_the_same_is_found(
        open_newsroom, files):
    """The network said "not ready", and published it."""
    room, stand, account = opened(open_newsroom, THREADS)
    stand.fault("status_after", path=publish_path(THREADS), method="POST",
                status=400, body={"error": {"code": 9007, "message": "x",
                                            "error_subcode": 2207027}})
    target = room.schedule(account, "x", media=[f"{files}/1.jpg"])
    assert end(room, target) == ["posted"]
    (post,), row = stand.ledger(), room.target(target)
    assert row["remote_id"] == post["id"] and row["permalink"]


@BOTH
def test_a_container_that_fails_begins_anew_and_ends(
        open_newsroom, files, kind):
    room, stand, account = opened(open_newsroom, kind)
    stand.order(set={"error": kind.error, "polls": 0})
    passing = room.schedule(account, "x", media=[f"{files}/1.jpg"])
    room.tick()
    assert room.state(passing) == "scheduled"
    assert room.target(passing)["category"] == "media_error" or \
        room.attempts(passing)[-1]["category"] == "media_error"
    stand.order(set={"error": None})
    assert end(room, passing) == ["posted"]
    stand.order(set={"error": "Error: 2207026" if kind is INSTAGRAM
                     else "INVALID_DURATION"})
    final = room.schedule(account, "y", media=[f"{files}/1.jpg"])
    assert end(room, final) == ["failed"]
    assert room.target(final)["category"] == "media_error"
    assert len(stand.ledger()) == 1


@BOTH
def test_quota_not_ready_and_dead_tokens(open_newsroom, files,
                                         kind):
    room, stand, account = opened(open_newsroom, kind)
    stand.order(set={"quota_usage": 250, "polls": 0})
    target = room.schedule(account, "x", media=[f"{files}/1.jpg"])
    room.tick()
    row = room.target(target)
    assert row["state"] == "scheduled"
    assert room.account(account)["not_before"] > room.now() + 3000000
    stand.order(set={"quota_usage": 0, "not_ready": 1})
    room.advance(3700)
    assert end(room, target) == ["posted"]
    assert room.outcomes(target).count("posted") == 1
    stand.order(call="revoke", account="alice")
    late = room.schedule(account, "y", media=[f"{files}/1.jpg"])
    room.tick()
    assert room.state(late) == "scheduled"
    assert room.account(account)["status"] == "expired"
    assert len(stand.ledger()) == 1


def test_a_refused_tag_is_left_out(open_newsroom):
    room, stand, account = opened(open_newsroom, THREADS)
    stand.order(set={"bad_tag": "not good", "polls": 0})
    target = room.schedule(account, "x", settings={"topicTag": "not good"})
    assert end(room, target) == ["posted"]
    assert "topic_tag" not in stand.ledger()[0]["form"]


def test_a_container_is_made_once_over_a_death(
        open_newsroom, files):
    room, stand, account = opened(open_newsroom, INSTAGRAM)
    stand.order(set={"polls": 0})
    path = f"{INSTAGRAM.path}/{INSTAGRAM.account}/media"
    stand.fault("hang", path=path + "$", method="POST", skip=2, seconds=30)
    target = room.schedule(account, "x", media=[f"{files}/1.jpg",
                                                f"{files}/2.jpg"])
    tick = room.start_tick()
    room.wait_for(lambda: stand.requests("POST", path) == 3)
    room.kill_worker()
    tick.communicate()
    assert end(room, target) == ["posted"]
    assert stand.requests("POST", path) == 4
    assert len(stand.ledger()) == 1


@pytest.mark.parametrize("kind, insights, counts", [
    (THREADS, {"views": 9, "likes": 5, "replies": 1, "reposts": 2,
               "quotes": 3, "shares": 4},
     {"views": 9, "likes": 5, "comments": 1, "shares": 9, "saves": None}),
    (INSTAGRAM, {"views": 9, "likes": 5, "comments": 1, "saved": 2,
                 "shares": 3},
     {"views": 9, "likes": 5, "comments": 1, "shares": 3, "saves": 2})],
    ids=lambda one: getattr(one, "name", None))
def test_tokens_are_renewed_and_posts_measured(
        open_newsroom, files, kind, insights, counts):
    room, stand, account = opened(open_newsroom, kind)
    stand.order(set={"polls": 0, "insights": insights})
    one, two = (room.schedule(account, text, media=[f"{files}/1.jpg"])
                for text in ("x", "y"))
    assert end(room, one, two) == ["posted"] * 2
    renewal = f"/{kind.path.split('/')[1]}/refresh_access_token"
    room.write([f"UPDATE account SET refresh_at = {room.now()}"])
    collect(room, 3700)
    assert stand.requests("GET", renewal) == 1
    assert room.account(account)["credentials_version"] == 2
    for target in one, two:
        [row] = room.sql("SELECT likes, comments, shares, views, saves FROM"
                         f" metric WHERE target = '{target}'")
        assert row == counts
    stand.order(set={"lacks": ["views" if kind is THREADS else "saved"],
                     **({"shares_fail": True} if kind is THREADS else {})})
    collect(room, 6 * 3600)             # asks for each metric by itself
    newest = "SELECT likes, comments, views, saves, shares FROM metric" \
        " ORDER BY taken_at DESC LIMIT 2"
    row = {"likes": 5, "comments": 1, "views": 9, "saves": None, "shares": 3}
    if kind is THREADS:
        row["views"], row["shares"] = None, 5
    assert room.sql(newest) == [row] * 2
    assert room.sql("SELECT measure_after FROM account") == [
        {"measure_after": 0}]
    stand.order(set={"lacks": [], "usage": 85})
    if kind is INSTAGRAM:               # without the right to insights
        stand.fault("status", path=f"{INSTAGRAM.path}/.*/insights", status=403,
                    count=2,
                    body={"error": {"code": 10, "message": "No"}})
        row = {"likes": None, "comments": 3, "views": None, "saves": None,
               "shares": None}
    else:
        row["views"] = 9
    before = room.sql("SELECT count(*) AS n FROM metric")[0]["n"]
    collect(room, 24 * 3600)
    assert room.sql(newest)[0] == row
    if kind is THREADS:                 # many calls are used: one is enough
        assert room.sql("SELECT count(*) AS n FROM metric") == [
            {"n": before + 1}]
        [row] = room.sql("SELECT measure_after FROM account")
        assert row["measure_after"] > room.now() + 3000000


def test_only_a_dead_token_that_is_not_renewed_ends_an_account(
        open_newsroom):
    """Meta's code counts, not the status, which is 400 for everything."""
    room, threads, _ = opened(open_newsroom, THREADS)
    instagram, _ = room.oauth(INSTAGRAM.name, INSTAGRAM.account)
    errors = [{"code": code, "message": "No"} for code in (4, 17, 1, 2, 10)] \
        + [{"code": 999, "is_transient": True, "message": "Later"}, None,
           {"code": 190, "error_subcode": 463, "message": "Session ended"}]
    for error in errors:
        for stand in threads, instagram:
            stand.fault("status", status=400, method="GET",
                        path="/[^/]+/refresh_access_token",
                        body={"error": error} if error else "<p>no JSON</p>")
        room.write([f"UPDATE account SET refresh_at = {room.now()}"])
        collect(room, 1)
        assert [stand.order()["faults"] for stand in (threads, instagram)] \
            == [0, 0], error
        dead = error is not None and error["code"] == 190
        assert room.sql("SELECT status, credentials_version AS version FROM"
                        " account") == [
            {"status": "expired" if dead else "active", "version": 1}] * 2, \
            error


@BOTH
def test_a_post_that_is_gone_keeps_its_last_numbers(open_newsroom, files,
                                                    kind):
    room, stand, account = opened(open_newsroom, kind)
    stand.order(set={"polls": 0, "insights": {"likes": 5}})
    target = room.schedule(account, "x", media=[f"{files}/1.jpg"])
    assert end(room, target) == ["posted"]
    collect(room, 3700)
    stand.order(call="remove", id=stand.ledger()[0]["id"])
    collect(room, 6 * 3600)
    assert room.sql("SELECT likes FROM metric") == [{"likes": 5}]
    assert room.target(target)["measure_at"] is None
    assert room.account(account)["status"] == "active"


def test_a_story_is_measured_before_it_ends(open_newsroom, files):
    room, stand, account = opened(open_newsroom, INSTAGRAM)
    stand.order(set={"polls": 0, "insights": {"views": 9, "replies": 2}})
    target = room.schedule(account, "", media=[f"{files}/1.jpg"],
                           settings={"type": "story"})
    assert end(room, target) == ["posted"]
    out = room.target(target)["published_at"]
    for hours in 1, 6, 23.5:
        assert room.target(target)["measure_at"] == out + hours * 3600_000
        collect(room, (out + hours * 3600_000 - room.now()) / 1000 + 1)
    assert room.target(target)["measure_at"] is None
    assert room.sql("SELECT likes, comments, shares, views FROM metric") == [
        {"likes": None, "comments": 2, "shares": 0, "views": 9}] * 3
    path = f"{INSTAGRAM.path}/{stand.ledger()[0]['id']}/insights"
    assert stand.requests("GET", path) == 3


def test_the_version_of_the_graph_is_its_operators_choice(open_newsroom,
                                                          files):
    room, instagram, one = opened(open_newsroom, INSTAGRAM)
    facebook, two = room.oauth("facebook", "100100000000000001")
    for stand in instagram, facebook:
        stand.order(set={"polls": 0, "version": "v27.0"})
    with open(room.conf, "a") as conf:
        for name in "instagram", "facebook":
            conf.write(f"api_version.{name} = v27.0\n")
    assert end(room, *(room.schedule(account, "x", media=[f"{files}/1.jpg"])
                       for account in (one, two))) == ["posted"] * 2
    assert instagram.refused() == facebook.refused() == []


def delete(room, target):
    return room.request("DELETE",
                        f"/api/v1/posts/post_{target}?everywhere=true").json


def test_a_right_that_measures_or_deletes_is_not_the_account(open_newsroom):
    """Without it posting goes on, and it is said what is missing."""
    room, stand, account = opened(open_newsroom, THREADS)
    stand.order(set={"polls": 0, "insights": {"likes": 5}})
    room.start("lighttpd")
    target = room.schedule(account, "x")
    assert end(room, target) == ["posted"]
    for scope in "threads_manage_insights", "threads_delete":
        stand.order(call="withdraw", account="alice", scope=scope)
    collect(room, 3700)
    collect(room, 3700)
    insights = f"{THREADS.path}/{stand.ledger()[0]['id']}/insights"
    assert room.account(account)["status"] == "active"
    assert stand.requests("GET", insights) == 1         # until tomorrow
    assert room.sql("SELECT * FROM metric") == []
    assert room.target(target)["measure_at"]
    answer = delete(room, target)
    assert answer["deleted"] is False, answer
    assert "did not give the right threads_delete" in str(answer), answer
    assert room.account(account)["status"] == "active"
    late = room.schedule(account, "y")
    assert end(room, late) == ["posted"]
    stand.order(call="allow", account="alice",
                scope="threads_manage_insights")
    collect(room, 24 * 3600)
    assert room.sql("SELECT likes FROM metric") == [{"likes": 5}] * 2


def test_a_post_on_threads_is_deleted(open_newsroom):
    room, stand, account = opened(open_newsroom, THREADS)
    stand.order(set={"polls": 0})
    room.start("lighttpd")
    target = room.schedule(account, "x")
    assert end(room, target) == ["posted"]
    assert delete(room, target)["deleted"] is True
    assert stand.requests("DELETE", f"{THREADS.path}/"
                          f"{stand.ledger()[0]['id']}") == 1
