"""Reddit, the whole way through the publisher: which posts stand there when
all is done, and what their owners are told."""

import json

import pytest

from newsroom import quote
from web_files import FILES, png, sums

API = "/oauth.reddit.com"
SUBMIT = {"path": f"{API}/api/submit$", "method": "POST"}
SUBMITTED = f"{API}/user/alice/submitted"
LEASE = f"{API}/api/media/asset.json"
STORE = "/reddit-uploaded-media.s3-accelerate.amazonaws.com"
TOKEN = "/www.reddit.com/api/v1/access_token"
NEWS = "0f0c5d1e-8a77-11ee-b9d1-0242ac120002"
HELP = "1a0c5d1e-8a77-11ee-b9d1-0242ac120002"
FILES["/reddit.3.png"] = ("image/png", png(3))
DONE = ("posted", "failed", "uncertain")


class Desk:
    """A newsroom with an account of alice's, in r/test if nothing is said."""

    def __init__(self, room, files, place="alice/test"):
        self.room, self.files = room, files
        self.stand, self.account = room.oauth("reddit", place)
        self.apart_accounts = 0

    def schedule(self, text="All of it", title="A title", media=(),
                 seconds=0, **settings):
        target = self.room.schedule(
            self.account, text, seconds, settings=settings,
            media=[f"{self.files}/{name}" for name in media])
        self.room.write([
            f"UPDATE post SET title = {quote(title)} WHERE id ="
            f" (SELECT post FROM target WHERE id = {quote(target)})"])
        return target

    def apart(self, **how):
        """The same by an account of its own, so that it waits for no other:
        still in r/test if nothing is said."""
        self.apart_accounts += 1
        self.account = self.room.oauth_account(
            self.stand, f"alice/apart{self.apart_accounts}")
        return self.schedule(**{"subreddit": "test", **how})

    def run(self, *targets, seconds=61):
        """Ticks until these are done; their rows."""
        for _ in range(30):
            if all(state in DONE for state in self.room.states(*targets)):
                break
            self.room.tick()
            self.room.advance(seconds)
        return [self.room.target(target) for target in targets]

    def once(self, *how, **more):
        """A new post after one tick: its row."""
        target = self.schedule(*how, **more)
        self.room.tick()
        return self.room.target(target)

    def submits(self):
        return self.stand.requests("POST", f"{API}/api/submit")

    def last(self, row):
        return self.room.attempts(row["id"])[-1]


@pytest.fixture
def desk(room, files):
    return Desk(room, files)


# ------------------------------------------------------------------- forms


def test_every_form_stands_there(desk):
    link = "https://example.org/p?a=1&b=%20"
    forms = {
        "self": dict(text="**Hi** there & <more>\n\n* one", title="Launch & <"
                     "co>"),
        "bare": dict(text="", url=link, resubmit=False),
        "link": dict(text="why", url=link + "#2", kind="link"),
        "image": dict(text="seen", media=["1.png"], nsfw=True),
        "gallery": dict(text="a trip", media=["1.png", "2.png"],
                        flairText="News"),
        "film": dict(media=["reddit.3.png", "film.mp4"], text=""),
        "loop": dict(media=["film.mp4"], kind="videogif",
                     coverUrl=f"{desk.files}/2.png"),
        "own": dict(subreddit="u_alice", spoiler=True, sendReplies=False),
    }
    targets = {name: desk.apart(**{"title": f"The {name}", **form})
               for name, form in forms.items()}
    rows = dict(zip(targets, desk.run(*targets.values())))
    assert {row["state"] for row in rows.values()} == {"posted"}, [
        (name, row["reason"]) for name, row in rows.items()]
    posts = {post["id"]: post for post in desk.stand.ledger()}
    got = {name: posts[row["remote_id"]] for name, row in rows.items()}
    assert len(posts) == len(forms)
    assert {name: post["kind"] for name, post in got.items()} == {
        "self": "self", "bare": "link", "link": "link", "image": "image",
        "gallery": "gallery", "film": "video", "loop": "videogif",
        "own": "self"}
    assert (got["self"]["title"], got["self"]["text"]) == (
        "Launch & <co>", "**Hi** there & <more>\n\n* one")
    assert {name: post["url"] for name, post in got.items()
            if post["url"] and not post["media"]} == {
                "bare": link, "link": link + "#2"}
    assert {name: (post["media"], post["poster"]) for name, post
            in got.items() if post["media"]} == {
        "image": (sums("/1.png"), None),
        "gallery": (sums("/1.png", "/2.png"), None),
        "film": (sums("/film.mp4"), *sums("/reddit.3.png")),
        "loop": (sums("/film.mp4"), *sums("/2.png"))}
    assert got["gallery"]["captions"] == ["a trip", ""]
    assert [name for name, post in got.items() if post["flair"]] == ["gallery"]
    assert [name for name, post in got.items() if post["nsfw"]] == ["image"]
    assert [name for name, post in got.items() if post["spoiler"]] == ["own"]
    assert [name for name, post in got.items()
            if not post["sendreplies"]] == ["own"]
    assert {name: post["sr"] for name, post in got.items()
            if post["sr"] != "test"} == {"own": "u_alice"}
    for name, row in rows.items():
        where = "user/alice" if name == "own" else "r/test"
        assert row["permalink"] == (
            f"https://www.reddit.com/{where}/comments/"
            f"{row['remote_id'][3:]}/a_title/")
    assert desk.stand.refused() == []


def test_a_flair_goes_by_its_text_or_its_id(desk):
    targets = [desk.apart(title=str(i), subreddit="flaired", **settings)
               for i, settings in enumerate((
                   {"flairText": "Help"}, {"flairId": NEWS},
                   {"flairId": HELP, "flairText": "Help me"},
                   {"flairId": NEWS, "flairText": "News"}))]
    assert {row["state"] for row in desk.run(*targets)} == {"posted"}
    assert [(post["flair"], post["flair_text"]) for post in sorted(
            desk.stand.ledger(), key=lambda post: post["title"])] == [
        (HELP, None), (NEWS, None), (HELP, "Help me"), (NEWS, None)]
    assert desk.stand.refused() == []


RULES = [
    ({"subreddit": "nowhere"}, "no subreddit r/nowhere"),
    ({"subreddit": "private"}, "private"),
    ({"subreddit": "locked"}, "has banned"),
    ({"subreddit": "links"}, "text alone"),
    ({"subreddit": "words", "url": "https://example.org/"}, "text alone"),
    ({"subreddit": "words", "media": ["1.png"]}, "text alone"),
    ({"subreddit": "flaired"}, "It has: News, Help"),
    ({"flairText": "Nothing"}, "It has: News, Help"),
    ({"flairId": NEWS, "flairText": "Old"}, "cannot be changed"),
    ({"subreddit": "strict", "flairText": "x", "text": "", "media":
      ["1.png"]}, "none that you may set"),
    ({"subreddit": "strict", "title": "four"}, "5 to 20 characters"),
    ({"subreddit": "strict"}, "takes no text"),
    ({"subreddit": "strict", "url": "https://a.bad.example/x", "text": ""},
     "no links to this site"),
]


def test_what_a_subreddit_does_not_take_is_found_before(desk):
    targets = [desk.apart(**{"title": "A title", **settings})
               for settings, _ in RULES]
    for row, (settings, words) in zip(desk.run(*targets), RULES):
        assert (row["state"], row["category"]) == NEVER, (settings, row)
        assert words in row["reason"], (settings, row["reason"])
        assert desk.last(row)["sent_at"] is None
    assert desk.stand.ledger() == []
    assert desk.submits() == 0 and desk.stand.requests("POST", LEASE) == 0


# ----------------------------------------------------------------- refusals


def says(code, words):
    """A failure as it comes from Reddit: with 200."""
    return dict(status=200, body={"json": {"errors": [[code, words, "sr"]]}})


def status(number, body=None, **headers):
    return dict(status=number, body=body or "<html>no</html>",
                headers={name.replace("_", "-"): value
                         for name, value in headers.items()})


FORBIDDEN = {"message": "Forbidden", "error": 403}
SCOPE = 'Bearer realm="reddit", error="insufficient_scope"'
LIMIT = ("scheduled", "rate_limited")
AUTH = ("scheduled", "auth_error")
NEVER = ("failed", "platform_rejected")
LATER = ("scheduled", "platform_rejected")
REFUSALS = [    # what Reddit answers; what becomes of the post; the seconds
                # until it is tried again; words that its owner reads
    (says("RATELIMIT", "Take a break for 5 minutes before trying again."),
     LIMIT, 301, "RATELIMIT"),
    (says("RATELIMIT", "Take a break for 45 seconds."), LIMIT, 46, "45 sec"),
    (says("RATELIMIT", "Wait for 90000 milliseconds."), LIMIT, 91, "90000"),
    (says("RATELIMIT", "Take a break."), LIMIT, 600, "RATELIMIT"),
    (says("QUOTA_FILLED", "that was too much"), LIMIT, 3600, "QUOTA_FILLED"),
    (says("USER_REQUIRED", "please log in"), AUTH, None, "USER_REQUIRED"),
    (says("DOMAIN_BANNED", "RATELIMIT: wait 5 minutes"), NEVER, None,
     "DOMAIN_BANNED"),
    (says("SUBMIT_VALIDATION_FLAIR_REQUIRED", "flair"), NEVER, None,
     "SUBMIT_VALIDATION_FLAIR_REQUIRED"),
    (says("ALREADY_SUB", "it stands there"), ("failed", "duplicate"), None,
     "ALREADY_SUB"),
    (status(403, {**FORBIDDEN, "reason": "quarantined"}), NEVER, None,
     "quarantined"),
    (status(403, FORBIDDEN, WWW_Authenticate=SCOPE), AUTH, None,
     "connect it again"),
    (status(403), LATER, None, "turned the request away"),
    (status(404, {"message": "Not Found", "error": 404}), NEVER, None,
     "Not Found"),
    (status(429, X_Ratelimit_Reset="240.5"), LIMIT, 241, "wait"),
    (status(429, Retry_After="240"), LIMIT, 240, "wait"),
]


def test_refusals_go_by_their_code_or_status(desk):
    """Reddit's words only say how long to wait. Nothing of it is public, and
    the account waits or expires, one for each case."""
    room = desk.room
    desk.stand.order(set={"refuse": {
        f"Case {i}": case[0] for i, case in enumerate(REFUSALS)}})
    targets = [desk.apart(title=f"Case {i}") for i in range(len(REFUSALS))]
    before = room.now()
    while any(not room.attempts(target) for target in targets):
        room.tick()
    for case, target in zip(REFUSALS, targets):
        _, end, wait, words = case
        row = room.target(target)
        there = room.account(row["account"])
        assert (row["state"], row["category"]) == end, (case, row)
        assert words in row["reason"], (case, row["reason"])
        assert there["status"] == ("expired" if end == AUTH else "active")
        until = there["not_before"]
        if wait is None:
            assert until == 0, case
        else:
            assert before + wait * 1000 <= until <= room.now() + wait * 1000
            assert row["next_at"] == until and row["failures"] == 0
    assert desk.stand.ledger() == []
    assert desk.submits() == len(REFUSALS)


def test_an_emptied_window_is_waited_for(desk):
    """X-Ratelimit-Remaining has a fraction; nothing is sent where none is
    left, and the account's other posts wait too."""
    desk.stand.order(set={"remaining": 0.0, "window": 240})
    row = desk.once()
    assert (row["state"], row["category"]) == ("scheduled", "rate_limited")
    assert desk.last(row)["sent_at"] is None and row["failures"] == 0
    assert desk.submits() == 0
    wait = desk.room.account(desk.account)["not_before"] - desk.room.now()
    assert 100000 < wait <= 241000
    desk.stand.order(set={"remaining": 900.0})
    desk.room.advance(242)
    desk.room.tick()
    assert desk.room.state(row["id"]) == "posted"


def test_what_fails_before_the_send_is_tried_again(desk):
    """Rules that cannot be read are Reddit's to hold the post against."""
    desk.stand.fault("status", path=f"{API}/r/test/about", status=503)
    target = desk.schedule()
    desk.room.tick()
    row = desk.room.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "platform_5xx")
    assert desk.last(row)["sent_at"] is None
    desk.stand.fault("status", path=f"{API}/api/v1/test/post_requirements",
                     status=503)
    [row] = desk.run(target)
    assert row["state"] == "posted", row
    assert len(desk.stand.ledger()) == 1


# ------------------------------------------------------- answers that are lost


@pytest.mark.parametrize("fault, stale, how, state, posts", [
    ("drop", 0, {}, "posted", 1),
    ("truncate", 0, {"url": "https://example.org"}, "posted", 1),
    ("status_after", 0, {"text": " Cats & <dogs>\r\nbirds\n"}, "posted", 1),
    ("drop_before", 0, {}, "uncertain", 0),
    ("drop", 1, {}, "uncertain", 1)])
def test_an_unknown_send_is_looked_for_and_never_repeated(
        open_newsroom, files, fault, stale, how, state, posts):
    """Others of the same title stand there: an older one, one elsewhere, and
    one with another text."""
    desk = Desk(open_newsroom({"settle_seconds": 120}), files)
    title, text = "Cats & <dogs>", how.get("text", "All of it")
    desk.stand.order(call="make_post", account="alice", sr="test",
                     title=title, **{"text": text, **how})
    desk.room.advance(600)
    desk.stand.order(call="make_post", account="alice", sr="words",
                     title=title, **{"text": text, **how})
    desk.stand.order(call="make_post", account="alice", sr="test",
                     title=title, text="another")
    desk.stand.order(set={"stale": stale})
    desk.stand.fault(fault, status=502, body="<html>", **SUBMIT)
    row = desk.once(title=title, **how)
    assert row["state"] == "verifying", row
    for seconds in (121, 500):
        if desk.room.state(row["id"]) == "verifying":
            desk.room.advance(seconds)
            desk.room.tick()
    row = desk.room.target(row["id"])
    assert row["state"] == state, row
    assert len(desk.stand.ledger()) == posts and desk.submits() == posts
    assert desk.stand.requests("GET", SUBMITTED) == (
        1 if state == "posted" else 2)
    if state == "posted":
        assert row["remote_id"] == desk.stand.ledger()[0]["id"]
        assert "/r/test/comments/" in row["permalink"]


def test_media_show_late_and_are_submitted_once(desk):
    desk.stand.order(set={"processing_seconds": 700})
    target = desk.schedule(media=["1.png"])
    desk.room.tick()
    row = desk.room.target(target)
    assert (row["state"], row["category"]) == ("verifying",
                                               "media_processing")
    [row] = desk.run(target, seconds=180)
    assert row["state"] == "posted", row
    assert row["remote_id"] == desk.stand.ledger()[0]["id"]
    assert row["published_at"] > desk.stand.ledger()[0]["at"] * 1000 + 600000
    assert desk.submits() == 1 and len(desk.stand.ledger()) == 1
    assert desk.stand.requests("GET", SUBMITTED) > 2


def test_media_that_never_show_are_uncertain(desk):
    desk.stand.order(set={"processing_seconds": 86400})
    target = desk.schedule(media=["1.png"])
    desk.room.tick()
    for seconds, state in ((700, "verifying"), (1200, "uncertain")):
        desk.room.advance(seconds)
        desk.room.tick()
        assert desk.room.state(target) == state
    assert desk.submits() == 1


def test_a_death_costs_no_second_upload_and_no_second_post(desk):
    target = desk.schedule(media=["1.png", "2.png"])
    for path, skip in ((LEASE, 1), (f"{API}/api/submit_gallery", 0)):
        desk.stand.fault("hang", path=path, skip=skip, seconds=30)
        tick = desk.room.start_tick()
        desk.room.wait_for(lambda: desk.stand.order()["faults"] == 0)
        desk.room.kill_worker()
        tick.communicate()
    [row] = desk.run(target)
    assert row["state"] == "posted", row
    assert desk.stand.requests("POST", STORE) == 2
    assert desk.stand.requests("POST", LEASE) == 3
    assert len(desk.stand.ledger()) == 1
    assert desk.room.outcomes(target)[0] == "crashed"


def test_a_link_that_stands_there_already(desk):
    """One is an older post, the other this one, whose answer was lost."""
    link = {"url": "https://example.org/p", "resubmit": False}
    desk.stand.order(call="make_post", account="alice", sr="test",
                     title="A title", url=link["url"])
    desk.room.advance(600)
    row = desk.once(**link)
    assert (row["state"], row["category"]) == ("failed", "duplicate"), row
    made = desk.stand.order(call="make_post", account="alice", sr="test",
                            title="A title", url=link["url"])
    row = desk.once(text="Again", **link)
    assert (row["state"], row["remote_id"]) == ("posted", made["id"]), row


def test_what_a_moderators_program_removed_is_told(desk):
    desk.stand.order(set={"automod": "automod_filtered"})
    row = desk.once()
    assert row["state"] == "posted", row
    assert "automod_filtered" in desk.last(row)["detail"]
    desk.stand.fault("status", path=f"{API}/api/info", status=500)
    row = desk.once("Another")
    assert row["state"] == "posted" and desk.last(row)["detail"] is None


@pytest.mark.parametrize("answer, category", [
    (dict(status=400, body="<Error><Code>EntityTooLarge</Code></Error>"),
     "media_error"), (dict(status=503, body="<Error/>"), "media_error")])
def test_the_store_refuses_a_file(desk, answer, category):
    desk.stand.fault("status", path=STORE, **answer)
    row = desk.once(media=["1.png"])
    assert row["category"] == category
    assert row["state"] == ("failed" if answer["status"] == 400
                            else "scheduled")
    if row["state"] == "scheduled":
        assert desk.run(row["id"])[0]["state"] == "posted"


# ------------------------------------------------------------------- tokens


def test_an_expired_token_is_renewed_and_the_refresh_token_stays(desk):
    """The answer holds no new one; later a grant that was taken back is told
    with 200."""
    [refresh] = desk.stand.order(call="tokens")["unspent"]
    desk.room.advance(86401)
    desk.room.admin("clock", "accept")
    row = desk.once()
    assert row["state"] == "posted", row
    desk.room.advance(86401)
    desk.room.admin("clock", "accept")
    assert desk.once("Another")["state"] == "posted"
    assert desk.stand.order(call="tokens")["refreshed"] == {refresh: 2}
    assert desk.room.account(desk.account)["credentials_version"] == 3
    desk.stand.order(call="revoke", account="alice")
    desk.room.advance(61)       # after an outage one goes out a minute
    row = desk.once("One more")
    assert (row["state"], row["category"]) == ("scheduled", "auth_error")
    assert "invalid_grant" in row["reason"]
    assert desk.room.account(desk.account)["status"] == "expired"


def test_an_application_without_a_secret_and_one_with_a_wrong_one(desk):
    """An "installed" one names itself by Basic all the same. One that Reddit
    does not know is its operator's to mend: the account stays, and what it
    posts waits until he has."""
    conf = desk.room.conf.read_text()
    line = "client_secret.reddit = the-client-secret\n"
    assert line in conf
    desk.room.advance(86401)
    desk.room.admin("clock", "accept")
    desk.room.conf.write_text(conf.replace(line, line.replace("the", "no")))
    row = desk.once()
    assert row["state"] == "scheduled", row
    assert "operator" in row["reason"] and "401" in row["reason"]
    assert desk.room.account(desk.account)["status"] == "active"
    desk.room.conf.write_text(conf.replace(line, ""))
    desk.stand.order(set={"secret": ""})
    desk.room.admin("resume", "reddit")
    [row] = desk.run(row["id"])
    assert row["state"] == "posted", row


def test_each_request_says_who_asks(desk):
    """The stand-in takes none without; an operator has words of their own,
    which it holds to the same form."""
    with open(desk.room.conf, "a") as conf:
        conf.write("user_agent.reddit = python-requests/2.31\n")
    row = desk.once()
    assert row["state"] == "scheduled" and desk.stand.ledger() == []
    assert "python-requests" in desk.stand.refused()[0]["reason"]
    conf = desk.room.conf.read_text()
    desk.room.conf.write_text(conf.replace(
        "python-requests/2.31", "linux:org.example:v1.0 (by /u/admin)"))
    assert desk.run(row["id"], seconds=400)[0]["state"] == "posted"


# --------------------------------------------------------- what comes after


def test_a_post_is_measured_edited_deleted_and_its_token_given_back(
        open_newsroom, files):
    desk = Desk(open_newsroom({"posts_an_hour": 0}), files)
    room, stand = desk.room, desk.stand
    room.start("lighttpd")
    own, link = desk.once(), desk.once("L", url="https://example.org/")
    assert {own["state"], link["state"]} == {"posted"}
    room.advance(3660)
    room.admin("clock", "accept")
    room.run("collector")
    rows = room.sql("SELECT likes, comments, shares, views, impressions,"
                    " clicks, saves FROM metric")
    assert rows == 2 * [{"likes": 0, "comments": 3, "shares": 1,
                         "views": None, "impressions": None, "clicks": None,
                         "saves": None}]
    outcomes = [room.post(f"/api/v1/posts/post_{row['id']}/edit",
                          {"caption": "Better & <more>"}).json["edit"]
                for row in (own, link)]
    assert [one["outcome"] for one in outcomes] == ["edited", "failed"]
    assert "only a post of text" in outcomes[1]["reason"]
    posts = {post["id"]: post for post in stand.order(call="posts")["posts"]}
    assert posts[own["remote_id"]]["text"] == "Better & <more>"
    assert posts[link["remote_id"]]["text"] == "L"
    answer = room.request("DELETE",
                          f"/api/v1/posts/post_{own['id']}?everywhere=true")
    assert answer.json["targets"][0]["outcome"] == "deleted", answer
    assert [post["deleted"] for post in stand.order(call="posts")["posts"]
            ] == [True, False]
    answer = room.request("DELETE", f"/api/v1/connections/{desk.account}")
    assert answer.status == 200, answer
    room.run("collector")
    assert stand.order(call="tokens")["unspent"] == []
    assert stand.requests("POST", "/www.reddit.com/api/v1/revoke_token") == 1
    assert [one for one in stand.refused() if one["status"] != 401] == []


def test_no_secret_is_in_a_log_an_answer_or_a_reason(desk):
    """Reddit may repeat what it was sent."""
    tokens = desk.stand.order(call="tokens")["unspent"]
    access = desk.stand.order(call="token", account="alice",
                              token="access-of-alice", refresh=tokens[0])
    desk.room.add_account("reddit", "--offline", "--handle", "alice/test",
                          secret=json.dumps(access))
    desk.stand.order(set={"refuse": {
        "one": status(403, {"message": "no access-of-alice", "error": 403}),
        "two": says("BAD_URL", f"no {tokens[0]}")}})
    for title in ("one", "two"):
        row = desk.once(title=title)
        assert row["state"] == "failed" and "no ***" in row["reason"], row
    seen = desk.room.logs().encode() + b"".join(
        path.read_bytes() for path in (desk.room.dir / "data").rglob("*")
        if path.is_file())
    for secret in (*tokens, "access-of-alice", "the-client-secret"):
        assert secret.encode() not in seen
