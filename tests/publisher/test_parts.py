"""What follows a post: threads and first comments, each part a post of its own
on the network: through the API, the publisher, failures and crashes."""

import datetime
import json

import pytest

from newsroom import EMAIL, quote
from servers import multipart
from test_mastodon import png
from test_webhooks import examples

NATIVE = "/api/v1/posts"
STATUSES = {"path": "/api/v1/statuses", "method": "POST"}


@pytest.fixture
def room(open_newsroom):
    one = open_newsroom({"posts_an_hour": 0})
    one.start("lighttpd")
    return one


def moment(room, seconds):
    at = datetime.datetime.fromtimestamp(room.now() / 1000 + seconds,
                                         datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def create(room, platform, *, status=201, caption="One", **fields):
    """A post of one platform, due in a minute; its id."""
    answer = room.post(NATIVE, {
        "platforms": [platform], "caption": caption,
        "scheduledTime": moment(room, 60), **fields})
    assert answer.status == status, answer
    return answer.json["postIds"][0] if status == 201 else answer.json


def get(room, id):
    answer = room.get(f"{NATIVE}/{id}")
    assert answer.status == 200, answer
    return answer.json


def parts(room, id, *names):
    return [tuple(part[name] for name in names)
            for part in get(room, id)["thread"]]


def statuses(room, id):
    post = get(room, id)
    return [post["status"]] + [part["status"] for part in post["thread"]]


def rows(room, id):
    """The post's target and those of its parts, in order."""
    target = id.removeprefix("post_")
    return room.sql(f"SELECT * FROM target WHERE id = {quote(target)}"
                    f" OR root = {quote(target)} ORDER BY part")


def delete(room, id):
    """The post goes everywhere: what becomes of it, and of each part."""
    answer = room.request("DELETE", f"{NATIVE}/{id}?everywhere=true")
    assert answer.status == 200, answer
    return [(one.get("part"), one["outcome"])
            for one in answer.json["targets"]]


def run(room, seconds=61, ticks=1):
    """Some ticks, and then more until nothing is due: on a slow machine a tick
    of a second ends before it has done all."""
    room.advance(seconds)
    for tick in range(40):
        room.tick()
        if tick + 1 >= ticks and not room.sql(
                "SELECT t.id FROM target t JOIN account a ON a.id = t.account"
                " WHERE t.state IN ('scheduled', 'publishing', 'verifying')"
                "  AND t.held_at IS NULL AND a.status = 'active'"
                "  AND (t.worker IS NOT NULL OR max(t.next_at, t.due_at,"
                f"  a.not_before) <= {room.now()})"):
            return
    raise AssertionError("it never came to rest")


def chain(stand):
    """What is public: each text with the text that it answers."""
    ledger = stand.ledger()
    texts = {entry["id"]: entry["text"] for entry in ledger}
    return [(entry["text"], texts.get(entry["in_reply_to_id"]))
            for entry in ledger]


WHOLE = [("One", None), ("Two", "One"), ("Three", "Two")]


def test_a_thread_is_a_chain_of_replies(room):
    stand, _ = room.mastodon()
    id = create(room, "mastodon", thread=["Two", {"text": "Three"}],
                platformMeta={"mastodon": {"visibility": "unlisted"}})
    assert parts(room, id, "index", "text", "status", "permalink",
                 "reason") == [(1, "Two", "scheduled", None, None),
                               (2, "Three", "scheduled", None, None)]
    room.tick()
    assert stand.ledger() == []
    run(room)
    assert chain(stand) == WHOLE
    assert {entry["visibility"] for entry in stand.ledger()} == {"unlisted"}
    post = get(room, id)
    assert post["status"] == "posted" and post["warning"] is None
    assert [part["permalink"].split("/")[-1] for part in post["thread"]] \
        == [entry["id"] for entry in stand.ledger()[1:]]
    journal = room.get(f"{NATIVE}/{id}/attempts").json["attempts"]
    assert [(attempt["part"], attempt["outcome"]) for attempt in journal] \
        == [(0, "posted"), (1, "posted"), (2, "posted")]
    # the parts stand in no list, and are nobody's posts
    assert [row["id"] for row in room.get(NATIVE).json["posts"]] == [id]
    part = rows(room, id)[1]["id"]
    assert room.get(f"{NATIVE}/post_{part}").status == 404
    assert [row["measure_at"] is None for row in rows(room, id)] \
        == [False, True, True]


def test_a_post_of_which_a_part_failed_is_partial_in_every_dialect(room):
    """And webhooks hear of the post alone, and of what it lacks."""
    stand, account = room.mastodon()
    answer = room.post("/api/v1/webhooks", {"url": "http://127.0.0.1:9/"})
    assert answer.status == 201, answer
    stand.fault("status", status=422, skip=2, count=1, **STATUSES)
    answer = room.post("/socialsyncer/v1/posts", {
        "content": "One", "scheduledFor": moment(room, 60),
        "thread": ["Two", "Three", "Four"],
        "platforms": [{"platform": "mastodon", "accountId": account}]})
    assert answer.status == 201, answer
    path = "/socialsyncer/v1/posts/" + answer.json["id"]
    assert room.get(path).json["status"] == "scheduled"
    run(room)
    assert chain(stand) == WHOLE[:2]
    warning = "Part 2 of what follows this post is not published: "
    post = room.get(path).json
    assert post["status"] == "partial"
    assert [(one["status"], one["warning"].startswith(warning))
            for one in post["platforms"]] == [("published", True)]
    for wanted in ("partial", "published"):
        found = room.get(f"/socialsyncer/v1/posts?status={wanted}").json
        assert len(found["posts"]) == (wanted == "partial")
    listed, = room.get(NATIVE).json["posts"]
    assert listed["status"] == "posted"
    assert listed["warning"].startswith(warning)
    listed, = room.get("/socialrails/api/v1/posts").json["data"]
    assert listed["status"] == "posted"
    assert listed["warning"].startswith(warning)
    told = room.sql("SELECT e.type, t.part, e.data ->> '$.part' AS place,"
                    " e.data ->> '$.status' AS status,"
                    " e.data ->> '$.external_post_id' AS remote"
                    " FROM delivery d JOIN event e ON e.id = d.event"
                    " JOIN target t ON t.id = e.target ORDER BY d.id")
    remote = stand.ledger()[0]["id"]
    assert [tuple(row.values()) for row in told] == [
        ("post.scheduled", 0, None, "scheduled", None),
        ("post.published", 0, None, "posted", remote),
        ("post.partial", 0, 2, "partial", remote)]
    data = room.sql("SELECT data FROM event WHERE type = 'post.partial'")
    assert list(json.loads(data[0]["data"])) == list(
        examples()["post.partial"]["data"])
    # and each dialect's retry sends what is missing alone
    again = room.post(path + "/retry")
    assert again.status == 200, again
    assert room.get(path).json["status"] == "publishing"
    run(room, 1)
    assert chain(stand) == WHOLE + [("Four", "Three")]
    post = room.get(path).json
    assert (post["status"], post["platforms"][0]["warning"]) \
        == ("published", None)
    assert room.post(path + "/retry").status == 409


def test_a_thread_counts_as_one_post(room):
    room.mastodon()
    room.admin("user", "set", EMAIL, "--posts", "2")
    create(room, "mastodon", thread=["Two", "Three"])
    create(room, "mastodon", caption="Another", thread=["Two"])
    said = create(room, "mastodon", status=429, caption="Third")
    assert said["code"] == "quota_exceeded"


def test_socialrails_takes_threads(room):
    stand, _ = room.mastodon()
    room.site_account()
    rails = "/socialrails/api/v1/posts"
    kind, body = multipart(("file", png(1), "dot.png", "image/png"))
    key = room.post("/socialrails/api/v1/media/upload", body, headers={
        "Content-Type": kind}).json["data"]["key"]
    answer = room.post(rails, {
        "content": "One", "platform": "mastodon",
        "scheduled_for": moment(room, 60),
        "thread": ["Zwei", {"text": "Three", "mediaIds": [key]}]})
    assert answer.status == 201, answer
    id = answer.json["data"]["id"]
    answer = room.request("PATCH", f"{rails}/{id}", {
        "platform_settings": {"mastodon": {
            "thread": ["Two", {"text": "Three", "mediaIds": [key]}]}}})
    assert answer.status == 200, answer
    bare = room.post(rails, {
        "content": "Bare", "platform": "mastodon", "firstComment": "No",
        "scheduled_for": moment(room, 61)}).json["data"]["id"]
    answer = room.request("PATCH", f"{rails}/{bare}", {"firstComment": None})
    assert answer.status == 200, answer
    answer = room.post(rails + "/batch", {
        "content": "One", "platforms": ["mastodon", "site"],
        "scheduled_for": moment(room, 62), "firstComment": "Two"})
    assert answer.status == 400, answer
    assert "firstComment cannot go there" in str(answer.json)
    run(room, 63)
    assert chain(stand) == WHOLE + [("Bare", None)]
    assert [len(entry["media"]) for entry in stand.ledger()] == [0, 0, 1, 0]


def test_a_part_carries_its_own_files(room):
    stand, _ = room.mastodon()
    kind, body = multipart(("file", png(1), "dot.png", "image/png"))
    media = room.post("/api/v1/media", body,
                      headers={"Content-Type": kind}).json["mediaId"]
    create(room, "mastodon", thread=[{"text": "", "mediaIds": [media]}])
    run(room)
    assert [len(entry["media"]) for entry in stand.ledger()] == [0, 1]


REFUSED = [
    ({"thread": ["x" * 501]}, "thread[0]", "caption_too_long",
     "thread[0]: Mastodon allows 500 characters, and counts 501 here."),
    ({"thread": ["fine", "y" * 600]}, "thread[1]", "caption_too_long",
     "thread[1]: Mastodon allows 500 characters, and counts 600 here."),
    ({"thread": ["fine", " "]}, "thread[1]", "missing_content",
     "thread[1]: a part needs a text or a file."),
    ({"thread": ["fine", 7]}, "thread[1]", "invalid_field",
     "thread[1] must be a text, or an object with text and mediaIds."),
    ({"thread": [{"text": "a", "url": "b"}]}, "thread[0]", "invalid_field",
     "thread[0] takes text, a string, and mediaIds, a list."),
    ({"thread": [{"text": "a", "mediaIds": [
        "media_019d80a9-b1c4-7e20-9f6a-4d3c2b1a0e98"]}]}, "thread[0]",
     "media_not_found", None),
    ({"thread": ["a"], "firstComment": "b"}, "firstComment",
     "invalid_field", None),
    ({"firstComment": "z" * 501}, "firstComment", "caption_too_long",
     "firstComment: Mastodon allows 500 characters, and counts 501 here."),
    ({"thread": ["a"] * 26}, "thread", "invalid_field", None),
    ({"platformMeta": {"mastodon": {"thread": ["q" * 501]}}}, "thread[0]",
     "caption_too_long", None),
]


def test_what_does_not_fit_is_refused_by_its_place(room):
    room.mastodon()
    for fields, field, code, words in REFUSED:
        status = 404 if code == "media_not_found" else 400
        said = create(room, "mastodon", status=status, **fields)
        assert (said["field"], said["code"]) == (field, code)
        assert words is None or said["error"] == words
    assert room.sql("SELECT * FROM target") == []


def test_a_network_without_threads_says_so(room):
    room.site_account()
    said = create(room, "site", status=400, thread=["Two"])
    assert (said["field"], said["code"]) == ("thread", "invalid_field")
    assert said["error"] == "Crier cannot make a thread on Your own site:" \
        " thread cannot go there. A feed has neither comments nor replies."
    said = create(room, "site", status=400, firstComment="Two")
    assert said["field"] == "firstComment"
    answer = room.post(NATIVE + "/validate", {
        "platforms": ["site"], "caption": "One", "thread": ["Two"]})
    assert [error["field"] for error in answer.json["errors"]] == ["thread"]
    # among the options of a network its own come before the request's
    stand, _ = room.mastodon()
    answer = room.post(NATIVE, {
        "platforms": ["site", "mastodon"], "caption": "One",
        "scheduledTime": moment(room, 60), "thread": ["Two"],
        "platformMeta": {"site": {"thread": []}}})
    assert answer.status == 201, answer
    run(room)
    assert chain(stand) == WHOLE[:2]


def test_the_parts_of_a_post_that_waits_can_be_changed(room):
    stand, _ = room.mastodon()
    id = create(room, "mastodon", thread=["Zwei", "Drei", "Vier"])
    patch = room.request("PATCH", f"{NATIVE}/{id}", {"thread": ["Two"]})
    assert patch.status == 200, patch
    assert [part["text"] for part in patch.json["thread"]] == ["Two"]
    patch = room.request("PATCH", f"{NATIVE}/{id}", {
        "caption": "Eins", "scheduledTime": None})
    assert statuses(room, id) == ["draft", "draft"]
    patch = room.request("PATCH", f"{NATIVE}/{id}", {
        "caption": "One", "scheduledTime": moment(room, 60)})
    assert parts(room, id, "text", "status") == [("Two", "scheduled")]
    bad = room.request("PATCH", f"{NATIVE}/{id}", {"thread": ["x" * 501]})
    assert (bad.status, bad.json["field"]) == (400, "thread[0]")
    run(room)
    assert chain(stand) == WHOLE[:2]
    late = room.request("PATCH", f"{NATIVE}/{id}", {"thread": ["Late"]})
    assert late.status == 409
    id = create(room, "mastodon", caption="Alone", firstComment="Gone")
    patch = room.request("PATCH", f"{NATIVE}/{id}", {"firstComment": None})
    assert patch.json["thread"] == []
    run(room)
    assert stand.texts() == ["One", "Two", "Alone"]


def test_a_part_that_fails_ends_the_thread_and_is_sent_again_alone(room):
    stand, _ = room.mastodon()
    id = create(room, "mastodon", thread=["Two", "Three"])
    stand.fault("status", status=422, skip=1, count=1, **STATUSES)
    run(room)
    assert chain(stand) == WHOLE[:1]
    assert statuses(room, id) == ["posted", "failed", "failed"]
    post = get(room, id)
    assert post["warning"].startswith("Part 1 of what follows this post is"
                                      " not published: ")
    assert post["thread"][1]["reason"] == "What is before it was not" \
        " published."
    run(room, 600)
    assert len(stand.ledger()) == 1
    assert room.post(f"{NATIVE}/{id}/retry").status == 200
    assert statuses(room, id) == ["posted", "scheduled", "scheduled"]
    run(room, 1)
    assert chain(stand) == WHOLE
    assert get(room, id)["warning"] is None
    assert room.post(f"{NATIVE}/{id}/retry").status == 409


def test_what_follows_a_failed_post_waits_for_it(room):
    stand, _ = room.mastodon()
    id = create(room, "mastodon", thread=["Two", "Three"])
    stand.fault("status", status=422, count=1, **STATUSES)
    run(room)
    assert statuses(room, id) == ["failed"] * 3
    assert get(room, id)["warning"] is None
    assert room.post(f"{NATIVE}/{id}/retry").status == 200
    run(room, 1)
    assert chain(stand) == WHOLE


# ------------------------------------------------- answers that never came

def test_a_part_whose_answer_was_lost_is_there_once(room):
    """Each of three calls in turn: its key finds what it made."""
    stand, _ = room.mastodon()
    for lost in range(3):
        stand.fault("drop", skip=lost, count=1, **STATUSES)
        create(room, "mastodon", thread=["Two", "Three"])
        run(room, ticks=2)
        run(room, 1, ticks=2)
        stand.order(clear=True)
        assert chain(stand)[3 * lost:] == WHOLE, lost


def test_an_uncertain_part_is_its_owners_to_settle(room):
    """GoToSocial has no keys: after a lost answer its list is asked, which
    lags here until nothing can be proven."""
    stand, _ = room.mastodon("gotosocial")
    for outcome in ("posted", "found", "send_again"):
        stand.order(set={"stale_lists": 0})
        text = [f"{outcome} {n}" for n in (1, 2, 3)]
        id = create(room, "mastodon", caption=text[0], thread=text[1:])
        stand.fault("drop_before" if outcome == "send_again" else "drop",
                    skip=1, count=1, **STATUSES)
        stand.fault("status", status=404, count=99,
                    path="/api/v1/accounts/[^/]+/statuses")
        run(room, ticks=2)
        run(room, 3600, ticks=2)
        stand.order(clear=True)
        assert [row["state"] for row in rows(room, id)] \
            == ["posted", "uncertain", "draft"]
        post = get(room, id)
        assert post["thread"][0]["reason"].startswith("uncertain: ")
        assert post["warning"].startswith("Part 1 ")
        assert [part["status"] for part in post["thread"]] \
            == ["failed", "scheduled"]
        assert post["thread"][1]["reason"] == "It waits: what is before it" \
            " may be public."
        assert room.post(f"{NATIVE}/{id}/retry").status == 409
        assert room.request("DELETE", f"{NATIVE}/{id}").status == 409
        assert room.request("DELETE", f"{NATIVE}/{id}?everywhere=true") \
            .status == 409
        body = {"outcome": outcome, "permalink": "https://m.example/2"}
        if outcome == "found":      # it is that post, so its id is known
            body = {"outcome": "posted", "permalink": "/".join([
                *post["permalink"].split("/")[:-1],
                stand.ledger()[-1]["id"]])}
        for wrong in (0, 2):
            assert room.post(f"{NATIVE}/{id}/resolve",
                             {**body, "part": wrong}).status == 409
        answer = room.post(f"{NATIVE}/{id}/resolve", {**body, "part": 1})
        assert answer.status == 200, answer
        run(room, 1, ticks=2)
        public = [one for one in chain(stand) if one[0] in text]
        if outcome != "posted":
            assert public == [(text[0], None), (text[1], text[0]),
                              (text[2], text[1])]
            assert statuses(room, id) == ["posted"] * 3
        else:               # what it would answer, nobody told us by its id
            assert public == [(text[0], None), (text[1], text[0])]
            assert statuses(room, id) == ["posted", "posted", "failed"]
            assert "does not know the id" in get(room, id)["warning"]


def test_x_takes_no_answer_to_who_did_not_ask(room):
    """What its owner took for the post is another person's, whom X lets answer
    only who was mentioned there: that is for good."""
    stand, _ = room.oauth("x", "2244994945000000001")
    posts = "/api.x.com/2/tweets"
    id = create(room, "twitter", thread=["Two"])
    stand.fault("drop_before", count=1, path=posts + r"\Z", method="POST")
    run(room, ticks=2)
    run(room, 3600, ticks=2)
    assert [row["state"] for row in rows(room, id)] == ["uncertain", "draft"]
    other = stand.order(call="publish", account="bob", text="Hi")["id"]
    assert room.post(f"{NATIVE}/{id}/resolve", {
        "outcome": "posted",
        "permalink": f"https://x.com/bob/status/{other}"}).status == 200
    for seconds in (1, 3600):
        run(room, seconds, ticks=2)
        part = rows(room, id)[1]
        assert (part["state"], part["category"]) == (
            "failed", "platform_rejected"), part
        assert "you have not been mentioned" in part["reason"]
        assert stand.requests("POST", posts) == 1


def test_an_uncertain_post_keeps_its_parts_waiting(room):
    stand, _ = room.mastodon("snac")
    id = create(room, "mastodon", thread=["Two"])
    stand.fault("drop_before", count=1, **STATUSES)
    stand.fault("status", status=404, count=99,
                path="/api/v1/accounts/[^/]+/statuses")
    run(room, ticks=2)
    run(room, 3600, ticks=2)
    stand.order(clear=True)
    assert statuses(room, id) == ["failed", "scheduled"]
    assert room.post(f"{NATIVE}/{id}/resolve", {
        "outcome": "send_again"}).status == 200
    run(room, 1)
    assert chain(stand) == WHOLE[:2]


@pytest.mark.parametrize("fault", ["hang_before", "hang"])
def test_a_worker_that_dies_at_a_part_loses_and_doubles_nothing(room, fault):
    stand, _ = room.mastodon()
    id = create(room, "mastodon", thread=["Two", "Three"])
    room.advance(61)
    stand.fault(fault, skip=1, count=1, **STATUSES)
    part = rows(room, id)[1]["id"]
    tick = room.start_tick()
    room.wait_until_sent(part)
    if fault == "hang":
        room.wait_for(lambda: len(stand.ledger()) == 2)
    room.kill_worker()
    tick.wait()
    stand.order(clear=True)
    run(room, 61)
    assert chain(stand) == WHOLE


# ------------------------------------------------------------ taking away

def test_everywhere_takes_the_parts_away_first(room):
    stand, _ = room.mastodon()
    id = create(room, "mastodon", thread=["Two", "Three"])
    run(room)
    before = len(stand.order()["requests"])
    answer = room.request("DELETE", f"{NATIVE}/{id}?everywhere=true")
    assert answer.status == 200, answer
    assert answer.json["deleted"] is True
    assert [(one.get("part"), one["outcome"]) for one in
            answer.json["targets"]] == [(None, "deleted"), (1, "deleted"),
                                        (2, "deleted")]
    gone = [path.split("/")[-1] for method, path in
            stand.order()["requests"][before:] if method == "DELETE"]
    first = stand.ledger()[0]["id"]
    assert len(gone) == 3 and gone[-1] == first
    assert room.get(f"{NATIVE}/{id}").status == 404


def test_a_part_that_cannot_be_taken_away_keeps_the_post(room):
    stand, _ = room.mastodon()
    id = create(room, "mastodon", thread=["Two"])
    run(room)
    second = stand.ledger()[1]["id"]
    stand.fault("status", status=403, count=1, method="DELETE",
                path="/api/v1/statuses/" + second)
    answer = room.request("DELETE", f"{NATIVE}/{id}?everywhere=true")
    assert answer.json["deleted"] is False
    assert [(one.get("part"), one["outcome"]) for one in
            answer.json["targets"]] == [(None, "failed"), (1, "failed")]
    assert answer.json["targets"][1]["reason"]
    run(room, 600)
    assert get(room, id)["status"] == "posted"
    assert stand.requests("DELETE", "/api/v1/statuses/"
                          + stand.ledger()[0]["id"]) == 0
    answer = room.request("DELETE", f"{NATIVE}/{id}?everywhere=true")
    assert answer.json["deleted"] is True, answer


def test_a_post_that_is_cancelled_or_deleted_leaves_no_part_behind(room):
    stand, account = room.mastodon()
    waits = create(room, "mastodon", thread=["Two"])
    answer = room.request("DELETE", f"{NATIVE}/{waits}")
    assert answer.json["cancelled"] is True
    assert statuses(room, waits) == ["failed", "failed"]
    stopped = create(room, "mastodon", caption="Stopped", thread=["a", "b"])
    stand.fault("status", status=429, skip=1, count=1, **STATUSES)
    run(room)
    assert [row["state"] for row in rows(room, stopped)] \
        == ["posted", "scheduled", "draft"]
    answer = room.request("DELETE", f"{NATIVE}/{stopped}")
    assert answer.json["deleted"] is True, answer
    run(room, 3600)
    assert stand.texts() == ["Stopped"]


def test_an_account_taken_away_ends_the_thread(room):
    stand, account = room.mastodon()
    id = create(room, "mastodon", thread=["Two", "Three"])
    stand.fault("status", status=429, skip=1, count=1, **STATUSES)
    run(room)
    assert [row["state"] for row in rows(room, id)] \
        == ["posted", "scheduled", "draft"]
    answer = room.request("DELETE", f"/api/v1/connections/profile_{account}")
    assert answer.status in (200, 204), answer
    assert statuses(room, id) == ["posted", "failed", "failed"]
    assert get(room, id)["warning"] == "Part 1 of what follows this post is" \
        " not published: The account was disconnected."
    assert len(room.sql("SELECT * FROM event WHERE type = 'post.partial'")) \
        == 1
    assert room.post(f"{NATIVE}/{id}/retry").status == 409


def test_publish_now_waits_for_the_whole_thread(room):
    stand, account = room.mastodon()
    answer = room.post("/socialsyncer/v1/posts", {
        "content": "One", "publishNow": True, "thread": ["Two", "Three"],
        "platforms": [{"platform": "mastodon", "accountId": account}]})
    assert answer.status == 201, answer
    assert answer.json["status"] == "published"
    assert chain(stand) == WHOLE
