"""LinkedIn, members and pages, the whole way through the publisher: what
stands in its ledger when all is done, and how often what was asked."""

import hashlib
import json

import pytest

from test_collector import COUNTS, collect, later, snapshots
from web_files import FILES, mp4, schedule

ALICE, PAGE = "urn:li:person:alice-Id1", "urn:li:organization:2414183"
POSTS = "/api.linkedin.com/rest/posts"
VIDEOS = "/api.linkedin.com/rest/videos"
UPLOADS = "/www.linkedin.com/dms-uploads"
SENDING = {"path": POSTS + r"\Z", "method": "POST"}
MEMBER = ["openid", "profile", "w_member_social"]

PICTURE = b"\x89PNG\r\n\x1a\n" + b"a picture" * 20    # of the card's page

# LinkedIn takes none under three seconds or 75 KB.
PART = 16384
FILES["/parts.mp4"] = ("video/mp4", mp4(4500) + bytes(75000))


class Desk:
    """A newsroom with an account on LinkedIn: a page's, or a member's whose
    token may do what every application's may."""

    def __init__(self, room, author=PAGE, **set):
        self.room = room
        self.stand, self.account = room.oauth("linkedin", author)
        self.stand.order(set={"quota": 1000, "part_bytes": PART, **set})
        if author == ALICE:
            tokens = self.stand.order(call="token", account="alice",
                                      scopes=MEMBER)
            self.account = room.add_account(
                "linkedin", "--offline", "--handle", ALICE,
                secret=json.dumps(tokens))

    def until_done(self, target, seconds=16):
        return self.room.until_done(target, seconds)


@pytest.fixture(params=[PAGE, ALICE], ids=["page", "member"])
def either(request, room):
    return Desk(room, request.param)


@pytest.fixture
def page(room):
    return Desk(room)


@pytest.fixture
def member(room):
    return Desk(room, ALICE)


def test_a_text_stands_there_as_it_was_written(either):
    text = (r"All of \ | { } @ [ ] ( ) < > # * _ ~ here, #hash_tag #é2,"
            " https://127.0.0.1:1/a_b?c=(d)#e and"
            " @[DevTestCo](urn:li:organization:2414183): the end")
    target = either.room.schedule(either.account, text,
                                  settings={"visibility": "LOGGED_IN"})
    row = either.until_done(target)
    assert row["state"] == "posted", row
    [entry] = either.stand.ledger()
    assert entry["text"] == text and entry["visibility"] == "LOGGED_IN"
    assert row["remote_id"] == entry["id"]
    assert row["permalink"] == \
        f"https://www.linkedin.com/feed/update/{entry['id']}/"
    assert either.stand.refused() == []


def test_one_picture_and_several(either, files):
    one = schedule(either.room, either.account, "one", files, ["1.png"],
                   ["a dot"])
    assert either.until_done(one)["state"] == "posted"
    two = schedule(either.room, either.account, "", files,
                   ["1.png", "2.png"], ["first", ""])
    assert either.until_done(two)["state"] == "posted"
    first, second = either.stand.ledger()
    assert [item["alt"] for item in first["media"]] == ["a dot"]
    assert [item["alt"] for item in second["media"]] == ["first", None]
    assert [item["sha256"] for item in second["media"]] == [
        hashlib.sha256(FILES[name][1]).hexdigest()
        for name in ("/1.png", "/2.png")]
    assert either.room.target(two)["failures"] == 0
    assert {one["status"] for one in either.stand.refused()} <= {403}


@pytest.mark.parametrize("author", [PAGE, ALICE], ids=["page", "member"])
def test_the_first_link_becomes_a_card(room, author):
    """Its page is asked for once, whatever becomes of the post."""
    desk, pages = Desk(room, author), room.stand("bluesky")
    desk.stand.fault("status", status=429, body={}, **SENDING)
    link = f"{pages.url}/page/caf%C3%A9"
    target = room.schedule(desk.account, f"Read {link}, or {pages.url}/b.")
    row = desk.until_done(target, 61)
    assert row["state"] == "posted", row
    [entry] = desk.stand.ledger()
    thumbnail = entry["article"].pop("thumbnail")
    assert entry["article"] == {"source": link, "title": "café & more",
                                "description": 'What it "says"'}
    [picture] = entry["media"]
    assert thumbnail.startswith("urn:li:image:") and picture["sha256"] == \
        hashlib.sha256(PICTURE).hexdigest()
    assert [path for method, path in pages.order()["requests"]] == [
        "/page/café", "/image.png"]


def article(page, pages):
    """What a post with a link became, all but its source; or None."""
    before = page.stand.ledger()
    row = page.until_done(page.room.schedule(
        page.account, f"{len(before)}: {pages.url}/page/a"), 61)
    assert row["state"] == "posted", row
    [entry] = page.stand.ledger()[len(before):]
    return entry["article"] and set(entry["article"]) - {"source"}


def test_a_card_costs_no_post(page, files):
    """Neither its page, nor its picture, nor what LinkedIn thinks of it."""
    room, pages = page.room, page.room.stand("bluesky")
    words = {"title", "description"}
    pages.fault("status", path="/page/", status=404)
    assert article(page, pages) is None
    pages.fault("status", path="/image.png", status=500)
    assert article(page, pages) == words
    page.stand.fault("status", path=".*/rest/images", method="POST",
                     status=400, body={})
    assert article(page, pages) == words
    page.stand.order(set={"failure": "No picture."})
    assert article(page, pages) == words
    page.stand.fault("status", status=422, body={"message": "no such article"},
                     **SENDING)
    assert article(page, pages) is None
    page.stand.order(set={"failure": None})
    asked = len(pages.order()["requests"])
    target = schedule(room, page.account, f"See {pages.url}/page/a", files,
                      ["1.png"])
    assert page.until_done(target)["state"] == "posted"
    assert page.stand.ledger()[-1]["article"] is None
    assert len(pages.order()["requests"]) == asked


def test_a_video_goes_up_in_parts_without_a_token(either,
                                                  files):
    target = schedule(either.room, either.account, "A film", files,
                      ["parts.mp4"])
    row = either.until_done(target, 31)
    assert row["state"] == "posted", row
    [entry] = either.stand.ledger()
    assert entry["id"].startswith("urn:li:ugcPost:")
    assert entry["media"][0]["sha256"] == hashlib.sha256(
        FILES["/parts.mp4"][1]).hexdigest()
    assert row["failures"] == 0


def test_what_cannot_be_processed_fails(either, files):
    """A page's token may ask; a member's post is refused."""
    either.stand.order(set={"failure": "The film is no film."})
    target = schedule(either.room, either.account, "A film", files,
                      ["parts.mp4"])
    row = either.until_done(target, 61)
    assert (row["state"], row["category"]) == ("failed", "media_error")
    posts = either.stand.requests("POST", POSTS)
    assert (posts, "no film" in row["reason"]) in ((0, True), (1, False))
    assert ("it has failed" in row["reason"]) == bool(posts)
    assert either.stand.ledger() == []


def test_an_upload_that_expired_is_made_anew(page, files):
    page.stand.order(set={"expired": 1})
    target = schedule(page.room, page.account, "x", files, ["1.png"])
    assert page.until_done(target, 61)["state"] == "posted"
    assert page.stand.requests("POST", POSTS) == 2 == parts(page.stand)
    [entry] = page.stand.ledger()
    assert len(entry["media"]) == 1


def test_a_member_waits_again_where_a_file_was_not_ready(member,
                                                         files):
    member.stand.order(set={"busy": 1})
    target = schedule(member.room, member.account, "x", files, ["1.png"])
    assert member.until_done(target, 30)["state"] == "posted"
    posts = member.stand.order()["requests"].count(["POST", POSTS])
    assert posts == 2 and len(member.stand.ledger()) == 1


def parts(stand):
    return sum(method == "PUT" for method, path
               in stand.order()["requests"])


def test_a_death_costs_one_part_of_a_video(page, files):
    """A kill while each of an upload's requests is answered: begin, a few of
    the parts, and the end, which makes it begin anew."""
    room, stand = page.room, page.stand
    stand.order(set={"polls": 0})
    count = -(-len(FILES["/parts.mp4"][1]) // PART)
    for number, cost in ((0, 0), (1, 1), (2, 1), (count, 1),
                         (count + 1, count)):
        target = schedule(room, page.account, f"film {number}", files,
                          ["parts.mp4"])
        before, seen = parts(stand), len(stand.order()["requests"])
        stand.fault("hang", path=f"{VIDEOS}\\Z|{UPLOADS}", skip=number,
                    seconds=20)
        tick = room.start_tick()
        room.wait_for(lambda: len(stand.order()["requests"]) > seen + number)
        room.kill_worker()
        tick.communicate()
        assert page.until_done(target, 61)["state"] == "posted", number
        assert parts(stand) - before == count + cost, number
    assert {entry["media"][0]["sha256"] for entry in stand.ledger()} == {
        hashlib.sha256(FILES["/parts.mp4"][1]).hexdigest()}
    assert len(stand.ledger()) == 5


# ------------------------------------------------------------ sent, and then?

@pytest.mark.parametrize("fault", ["drop", "status_after"])
def test_a_pages_post_without_an_answer_is_found(page, files,
                                                 fault):
    page.stand.fault(fault, status=503, **SENDING)
    target = schedule(page.room, page.account, "one (two) #three", files,
                      ["1.png", "2.png"])
    assert page.until_done(target)["state"] == "posted"
    [entry] = page.stand.ledger()
    assert page.room.target(target)["remote_id"] == entry["id"]


def test_a_members_post_without_an_answer_is_uncertain(member):
    member.stand.fault("drop", **SENDING)
    target = member.room.schedule(member.account, "who knows")
    assert member.until_done(target)["state"] == "uncertain"
    assert member.stand.requests("POST", POSTS) == 1


def test_what_is_not_found_is_looked_for_twice_then_uncertain(open_newsroom):
    page = Desk(open_newsroom({"settle_seconds": 120}))
    page.stand.fault("drop_before", **SENDING)
    target = page.room.schedule(page.account, "never arrived")
    page.room.tick()
    page.room.advance(100)
    page.room.tick()
    assert page.stand.requests("GET", POSTS) == 0
    page.room.advance(21)
    page.room.tick()
    assert page.room.state(target) == "verifying"
    page.room.advance(480)
    page.room.tick()
    assert page.room.state(target) == "uncertain"
    assert page.stand.requests("GET", POSTS) == 2
    assert page.stand.requests("POST", POSTS) == 0


def test_a_201_without_an_id_is_a_post(either):
    """Never sent again; a page's id is found."""
    either.stand.order(set={"id_header": False})
    target = either.room.schedule(either.account, "nameless")
    row = either.until_done(target)
    [entry] = either.stand.ledger()
    assert row["state"] == "posted"
    assert row["remote_id"] in (entry["id"], "unknown")
    assert (row["remote_id"] == "unknown") == (entry["author"] == ALICE)


def duplicate_of(urn):
    return {"message": "com.linkedin.content.Post: Content is a duplicate of "
            + urn, "status": 422, "errorDetails": {"inputErrors": [
                {"description": "Duplicate post is detected",
                 "code": "DUPLICATE_POST"}]}}


def test_a_duplicate_is_resolved_to_what_stands_there(page):
    old = page.stand.order(call="publish", author=PAGE, text="Old")["id"]
    page.room.advance(300)
    new = page.stand.order(call="publish", author=PAGE, text="New")["id"]
    states = []
    for urn in (old, new, "urn:li:share:404"):
        page.stand.fault("status", status=422, body=duplicate_of(urn),
                         **SENDING)
        row = page.until_done(page.room.schedule(page.account, urn))
        states.append((row["state"], row["category"], row["remote_id"]))
        assert row["state"] == "posted" or urn == "urn:li:share:404" \
            or urn in row["reason"]
    assert states == [("failed", "duplicate", None), ("posted", None, new),
                      ("failed", "duplicate", None)]


def test_a_members_duplicate_cannot_be_looked_at(member):
    urn = member.stand.order(call="publish", author=ALICE, text="x")["id"]
    member.stand.fault("status", status=422, body=duplicate_of(urn),
                       **SENDING)
    row = member.until_done(member.room.schedule(member.account, "x"))
    assert (row["state"], row["remote_id"]) == ("posted", urn)


# ------------------------------------------------------------ tokens, limits

def test_an_ended_token_is_renewed(page):
    page.stand.order(call="end_access", account="alice")
    target = page.room.schedule(page.account)
    assert page.until_done(target)["state"] == "posted"
    assert len(page.stand.ledger()) == 1


def test_a_lost_role_expires_the_account(page):
    page.stand.order(call="lose_page", urn=PAGE)
    target = page.room.schedule(page.account)
    page.room.tick()
    assert page.room.account(page.account)["status"] == "expired"
    assert page.room.state(target) == "scheduled"


def test_an_ended_version_waits_and_names_the_operator(page):
    page.stand.order(set={"versions": ["203001"]})
    target = page.room.schedule(page.account)
    page.room.tick()
    row = page.room.target(target)
    assert row["state"] == "scheduled" and "api_version" in row["reason"]
    [pause] = page.room.sql("SELECT network, extent FROM network_pause")
    assert pause == {"network": "linkedin", "extent": "all"}
    assert row["failures"] == 0
    with open(page.room.conf, "a") as conf:
        conf.write("api_version.linkedin = 203001\n")
    page.room.advance(3601)
    page.room.tick()
    assert page.room.state(target) == "posted"


def test_without_a_time_waits_grow(page):
    """1, 5 and 30 minutes, then the next day of UTC."""
    page.stand.order(set={"quota": 0})
    target = page.room.schedule(page.account)
    for minutes in (1, 5, 30):
        page.room.tick()
        wait = page.room.account(page.account)["not_before"] \
            - page.room.now()
        assert (minutes - 1) * 60_000 < wait <= minutes * 60_000
        page.room.advance(minutes * 60)
    page.room.tick()
    row = page.room.target(target)
    assert row["category"] == "rate_limited"
    assert page.room.account(page.account)["not_before"] % 86400_000 == 0


def test_a_page_has_no_connections(page):
    target = page.room.schedule(page.account,
                                settings={"visibility": "CONNECTIONS"})
    page.room.tick()
    assert page.room.state(target) == "failed"
    assert page.stand.requests("POST", POSTS) == 0


def test_a_members_numbers_are_asked_for_one_by_one(member):
    """One that is refused is not known, and keeps no other back."""
    room, stand = member.room, member.stand
    tokens = stand.order(call="token", account="alice",
                         scopes=MEMBER + ["r_member_postAnalytics"])
    account = room.add_account("linkedin", "--offline", "--handle", ALICE,
                               secret=json.dumps(tokens))
    target = room.schedule(account, "Counted")
    urn = member.until_done(target)["remote_id"]
    stand.order(call="metrics", urn=urn, IMPRESSION=9, REACTION=4, RESHARE=2,
                POST_SAVE=3)
    later(room, 3600)
    collect(room)
    [told] = snapshots(room, target)
    assert [told[name] for name in COUNTS] \
        == [4, None, 2, None, 9, None, 3]
