"""First comments, from POST /api/v1/posts to what stands under the post on
each network that has one call for them."""

import json

import pytest

from newsroom import quote
from test_containers import JPEG
from test_facebook import UPRIGHT
from test_parts import create, get, rows, run, statuses
from web_files import FILES

FILES["/comment.jpg"] = ("image/jpeg", JPEG)
FILES["/comment.upright.mp4"] = ("video/mp4", UPRIGHT)
PAGE = "100100000000000001"
G = "/graph.facebook.com/v25.0"

# Of each network: the account's id, what a post needs, and the path of the
# call that comments on it.
NETWORKS = {
    "facebook": (PAGE, {}, lambda id: f"{G}/{id}/comments"),
    "instagram": ("17841400000000000", {"mediaUrls": ["/comment.jpg"]},
                  lambda id: f"/graph.instagram.com/v25.0/{id}/comments"),
    "youtube": ("UCalice0000000000000000A", {
        "title": "A film", "mediaUrls": ["/film.mp4"]}, lambda id:
        "/www.googleapis.com/youtube/v3/commentThreads"),
    "linkedin": ("urn:li:organization:2414183", {}, lambda id:
                 f"/api.linkedin.com/rest/socialActions/{id}/comments"),
    "reddit": ("alice/test", {"title": "A title"}, lambda id:
               "/oauth.reddit.com/api/comment"),
}
ALL = list(NETWORKS)
COMMENT = "More [here] (_now_)\nhttps://example.org/a?b=c&d 🌞"


class Desk:
    """A newsroom with accounts on these networks, behind a web server."""

    def __init__(self, open_newsroom, files, *names, **settings):
        self.room = open_newsroom({"posts_an_hour": 0, **settings})
        self.files, self.stands, self.accounts = files, {}, {}
        for name in names:
            self.stands[name], self.accounts[name] = self.room.oauth(
                name, NETWORKS[name][0])
        if "instagram" in names:
            self.stands["instagram"].order(set={"fetches": False,
                                                     "polls": 0})
            self.room.write(["UPDATE account SET handle = 'alice'"
                             " WHERE network = 'instagram'"])
        self.room.start("lighttpd")

    def create(self, name, comment=COMMENT, text="One", **more):
        fields = dict(NETWORKS[name][1])
        if "mediaUrls" in fields:
            fields["mediaUrls"] = [self.files + path
                                   for path in fields["mediaUrls"]]
        return create(self.room, name, caption=text, firstComment=comment,
                      **{**fields, **more})

    def create_all(self):
        """One on each, whose comments are due at once: YouTube is first asked
        about a video when it has had a minute. Their ids."""
        ids = {"youtube": self.create("youtube")}
        run(self.room)
        return {**ids, **{name: self.create(name) for name in ALL
                          if name != "youtube"}}

    def ledger(self, name):
        """The posts, and the comments, that stand on a network."""
        lines = self.stands[name].ledger()
        return ([one for one in lines if "comment_on" not in one],
                [one for one in lines if "comment_on" in one])

    def post(self, id):
        return rows(self.room, id)[0]

    def comment(self, id):
        return rows(self.room, id)[1]

    def calls(self, name, id):
        return self.stands[name].requests(
            "POST", NETWORKS[name][2](self.post(id)["remote_id"]))

    def spoil(self, name, kind, **how):
        """A fault for the next call that comments."""
        self.stands[name].fault(kind, method="POST",
                                path=NETWORKS[name][2]("[^/]+"), **how)


LINKS = {
    "facebook": lambda post, one: "https://www.facebook.com/x?comment_id="
    + one["id"].split("_")[1],
    "instagram": lambda post, one: None,
    "youtube": lambda post, one: "https://www.youtube.com/watch?v="
    f"{post['id']}&lc={one['id']}",
    "linkedin": lambda post, one: None,
    "reddit": lambda post, one: "https://www.reddit.com/r/test/comments/"
    f"{post['id'][3:]}/a_title/{one['id'][3:]}/"}
OWN = {"facebook": [PAGE], "instagram": ["alice"], "youtube": [
    "UCalice0000000000000000A"], "linkedin": ["urn:li:organization:2414183"],
    "reddit": ["alice"]}
IDS = {"linkedin": lambda one: "urn:li:comment:(%s,%s)" % (one["comment_on"],
                                                          one["id"])}


def test_a_comment_stands_under_its_post_on_each_network(
        open_newsroom, files):
    desk = Desk(open_newsroom, files, *ALL)
    ids = desk.create_all()
    run(desk.room)
    for name, id in ids.items():
        posts, comments = desk.ledger(name)
        assert statuses(desk.room, id) == ["posted"] * 2, (name, comments)
        [post], [one] = posts, comments
        assert one["comment_on"] == post["id"], name
        assert one["text"] == COMMENT, name
        [part] = get(desk.room, id)["thread"]
        assert part["permalink"] == LINKS[name](post, one)
        assert desk.comment(id)["remote_id"] \
            == IDS.get(name, lambda one: one["id"])(one)
        assert desk.calls(name, id) == 1
        assert desk.stands[name].refused() == [], name


@pytest.mark.parametrize("fault", ["drop", "drop_before"])
def test_a_comment_whose_answer_was_lost_is_looked_for(
        open_newsroom, files, fault):
    """Twice, since lists lag; and neither others' words, nor older ones, nor
    those under another post are taken for it. It is never said again."""
    desk = Desk(open_newsroom, files, *ALL, settle_seconds=60)
    hand = desk.stands["reddit"].order(call="make_post", account="alice",
                                       sr="test", title="Another")["id"]
    ids = desk.create_all()
    for name in ALL:
        desk.spoil(name, fault)
        desk.stands[name].order(set={"stale_comments": 1})
    run(desk.room)
    assert {statuses(desk.room, id)[0] for id in ids.values()} == {"posted"}
    run(desk.room, 61)
    for name, id in ids.items():
        assert desk.comment(id)["state"] == "verifying", name
        there = desk.post(id)["remote_id"]
        stand, [ours] = desk.stands[name], OWN[name]
        if fault == "drop_before":
            stand.order(call="comment", on=there, text=COMMENT)
            stand.order(call="comment", on=there, text="Else", account=ours)
            stand.order(call="comment", on=there, text=COMMENT, ago=3600,
                        account=ours)
        stand.order(set={"stale_comments": 0})
    if fault == "drop_before":
        desk.stands["reddit"].order(call="comment", on=hand, text=COMMENT,
                                    account="alice")
    run(desk.room, 300)
    for name, id in ids.items():
        row, comments = desk.comment(id), desk.ledger(name)[1]
        if fault == "drop":
            assert row["state"] == "posted", (name, row)
            assert row["remote_id"] == IDS.get(
                name, lambda one: one["id"])(comments[0]), name
        else:
            assert (row["state"], comments) == ("uncertain", []), (name, row)
    run(desk.room, 3600)
    for name, id in ids.items():
        made = 1 if fault == "drop" else 0
        assert len(desk.ledger(name)[1]) == desk.calls(name, id) == made


def error(code, subcode=0):
    return {"status": 400, "body": {"error": {
        "code": code, "error_subcode": subcode, "message": "No"}}}


def reason(status, reason):
    return {"status": status, "body": {"error": {
        "code": status, "message": "No", "errors": [{"reason": reason}]}}}


def told(code, words="No"):
    return {"status": 200, "body": {"json": {"errors": [[code, words, ""]]}}}


# network, what it answers, and what becomes of the comment; last on each what
# makes the account wait
REFUSALS = [
    ("facebook", error(200), "failed", "platform_rejected",
     "pages_manage_engagement"),
    ("facebook", error(100), "failed", "platform_rejected", ""),
    ("facebook", error(368), "scheduled", "rate_limited", ""),
    ("instagram", error(10), "failed", "platform_rejected",
     "instagram_business_manage_comments"),
    ("instagram", error(4, 2207051), "failed", "platform_rejected", ""),
    ("instagram", error(24, 2207006), "scheduled", "media_processing", ""),
    ("youtube", reason(403, "commentsDisabled"), "failed",
     "platform_rejected", "takes no comments"),
    ("youtube", reason(400, "processingFailure"), "scheduled",
     "media_processing", ""),
    ("linkedin", {"status": 403, "body": {"code": "ACCESS_DENIED"}},
     "failed", "platform_rejected", "Community Management"),
    ("linkedin", {"status": 404, "body": {"message": "Gone"}}, "failed",
     "platform_rejected", "Gone"),
    ("linkedin", {"status": 429, "body": {}}, "scheduled", "rate_limited",
     ""),
    ("reddit", told("THREAD_LOCKED"), "failed", "platform_rejected",
     "THREAD_LOCKED"),
    ("reddit", {"status": 403, "body": {"reason": "banned"}}, "failed",
     "platform_rejected", "banned"),
    ("reddit", told("RATELIMIT", "Wait for 5 minutes before"), "scheduled",
     "rate_limited", ""),
]


def test_refusals_are_told_by_number_and_cost_no_account(
        open_newsroom, files):
    """The n-th call on a network gets its n-th refusal, whichever post's
    comment that is."""
    desk = Desk(open_newsroom, files, *ALL)
    ids = {name: [] for name in ALL}
    for name, answer, *_ in sorted(REFUSALS, key=lambda row: row[0],
                                   reverse=True):
        text = f"Post {len(ids[name])}"
        ids[name].append(desk.create(name, text=text, title=text))
        desk.spoil(name, "status", **answer)
        if name == "youtube" and len(ids[name]) == 1:
            run(desk.room)              # it is asked about after a minute
    run(desk.room)
    for name in sorted(ALL):            # YouTube's at the last
        if name == "youtube":
            run(desk.room, 61)
        told = sorted(((row["state"], row["category"], row["reason"])
                       for row in map(desk.comment, ids[name])))
        meant = sorted(row[2:] for row in REFUSALS if row[0] == name)
        assert [one[:2] for one in told] == [one[:2] for one in meant], told
        said = " ".join(one[2] for one in told)
        assert all(one[2] in said for one in meant), told
    assert {row["status"] for row in desk.room.sql(
        "SELECT status FROM account")} == {"active"}


def test_facebooks_videos_and_a_token_that_died(open_newsroom, files):
    """A video goes by PAGE_VIDEO at times; it may not be there yet. What
    waits for a token goes out with the next one."""
    desk = Desk(open_newsroom, files, "facebook")
    desk.stands["facebook"].order(set={"pair": True, "unseen": 2})

    def film(kind):
        return desk.create("facebook", text=kind, mediaUrls=[
            files + "/comment.upright.mp4"], platformMeta={
                "facebook": {"videoType": kind}})

    id = film("video")
    run(desk.room)
    assert statuses(desk.room, id) == ["posted", "scheduled"]
    assert desk.comment(id)["category"] == "media_processing"
    desk.spoil("facebook", "status", **error(190, 463))
    run(desk.room, 120)
    assert desk.room.account(desk.accounts["facebook"])["status"] == "expired"
    assert desk.ledger("facebook")[1] == []
    desk.room.write(["UPDATE account SET status = 'active'"])
    reel = film("reel")
    run(desk.room)
    assert statuses(desk.room, id) == statuses(desk.room, reel) \
        == ["posted"] * 2
    posts, comments = desk.ledger("facebook")
    videos = {post["text"]: post["video"] for post in posts}
    assert [one["comment_on"] for one in comments] == [
        f"{PAGE}_{videos['video']}", videos["reel"]]


def test_members_comments_cannot_be_looked_for(open_newsroom, files):
    desk = Desk(open_newsroom, files)
    stand, _ = desk.room.oauth("linkedin", "urn:li:person:alice-Id1")
    desk.stands["linkedin"] = stand
    id = desk.create("linkedin")
    desk.spoil("linkedin", "drop")
    run(desk.room)
    assert desk.comment(id)["state"] == "uncertain"
    assert len(desk.ledger("linkedin")[1]) == 1


def test_a_worker_that_dies_at_a_comment_says_it_once(
        open_newsroom, files):
    desk = Desk(open_newsroom, files, "reddit")
    id = desk.create("reddit")
    desk.spoil("reddit", "hang", seconds=30)
    desk.room.advance(61)
    tick = desk.room.start_tick()
    desk.room.wait_for(lambda: desk.ledger("reddit")[1])
    desk.room.kill_worker()
    tick.communicate()
    run(desk.room)
    assert statuses(desk.room, id) == ["posted"] * 2
    assert len(desk.ledger("reddit")[1]) == 1 == desk.calls("reddit", id)


LONG = {"facebook": 8000, "instagram": 2200, "youtube": 10000,
        "linkedin": 1250, "reddit": 10000}
NEVER = {
    "tiktok": "TikTok's API has no call that comments.",
    "pinterest": "Pinterest's API has no call that comments."}


def test_what_cannot_be_commented_is_refused_before_it_is_stored(
        room, files):
    room.start("lighttpd")
    for name in [*LONG, *NEVER]:
        room.add_account(name, "--offline", "--handle", "ana",
                         secret=json.dumps({"access_token": "x"}))
    desk = Desk.__new__(Desk)
    desk.room, desk.files = room, files
    told = {row["platform"]: row for row in
            room.get("/api/v1/platforms").json["platforms"]}

    def refused(name, **fields):
        said = desk.create(name, status=400, **fields)
        return said["field"], said["code"], said["error"]

    for name, most in LONG.items():
        if most < 10000:        # the longest that any request may have
            field, code, words = refused(name, comment="x" * (most + 1))
            assert (field, code) == ("firstComment", "caption_too_long")
            assert f"allows {most} characters" in words
        assert desk.create(name, comment="x" * most)
        fields = dict(NETWORKS[name][1])
        if "mediaUrls" in fields:
            fields["mediaUrls"] = [files + fields["mediaUrls"][0]]
        said = create(room, name, status=400, thread=["Two"], **fields)
        assert said["field"] == "thread"
        assert said["error"].endswith("has no threads: thread cannot go"
                                      " there, but a firstComment can.")
        assert (told[name]["firstComment"], told[name]["thread"]) \
            == (True, False)
    for name, words in NEVER.items():
        said = create(room, name, status=400, firstComment="Two",
                      title="A", mediaUrls=[files + "/comment.jpg"],
                      platformMeta={"tiktok": {"privacyLevel": "SELF_ONLY"}}
                      if name == "tiktok" else {})
        assert said["field"] == "firstComment"
        assert said["error"].endswith(words), said
        assert told[name]["firstComment"] is False
    for name, option, words in (
            ("facebook", {"type": "story"}, "A story"),
            ("instagram", {"type": "story"}, "A story"),
            ("youtube", {"privacyStatus": "private"}, "A private video"),
            ("youtube", {"madeForKids": True}, "made for kids")):
        media = {"mediaUrls": [files + "/comment.jpg"]} \
            if name == "facebook" else {}
        field, code, said = refused(name, platformMeta={name: option},
                                    **media)
        assert (field, code) == ("firstComment", "invalid_field")
        assert words in said


def test_a_comment_goes_with_a_video_that_is_thrown_away(open_newsroom,
                                                         files):
    """It waits again, and goes out under the video that its owner sends
    anew."""
    desk = Desk(open_newsroom, files, "youtube")
    room, stand = desk.room, desk.stands["youtube"]
    id = desk.create("youtube")
    run(room)
    run(room)
    assert statuses(room, id) == ["posted"] * 2
    stand.order(set={"ends": {"uploadStatus": "rejected",
                              "rejectionReason": "copyright"}})
    room.advance(3700)
    room.admin("clock", "accept")
    room.run("collector")
    assert [row["state"] for row in rows(room, id)] == ["failed", "draft"]
    assert desk.comment(id)["remote_id"] is None
    assert room.broken() == []
    stand.order(set={"ends": {"uploadStatus": "processed"}})
    answer = room.post(f"/api/v1/posts/{id}/retry")
    assert answer.status == 200, answer
    run(room)
    run(room)
    assert statuses(room, id) == ["posted"] * 2
    posts, comments = desk.ledger("youtube")
    assert [one["comment_on"] for one in comments] == \
        [post["id"] for post in posts]
    assert len(posts) == 2 and room.broken() == []
