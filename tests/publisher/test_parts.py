"""What follows a post: threads and first comments, each part a post of its own
on the network: through the API, the publisher, failures and crashes."""

import datetime

import pytest

from newsroom import quote
from servers import multipart
from test_mastodon import png

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


def run(room, seconds=61, ticks=1):
    room.advance(seconds)
    for _ in range(ticks):
        room.tick()


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


def test_webhooks_hear_of_the_post_alone(room):
    stand, _ = room.mastodon()
    answer = room.post("/api/v1/webhooks", {"url": "http://127.0.0.1:9/"})
    assert answer.status == 201, answer
    create(room, "mastodon", firstComment="Two")
    run(room)
    assert len(stand.ledger()) == 2
    told = room.sql("SELECT e.type, t.part FROM delivery d JOIN event e ON"
                    " e.id = d.event JOIN target t ON t.id = e.target"
                    " ORDER BY d.id")
    assert [(row["type"], row["part"]) for row in told] \
        == [("post.scheduled", 0), ("post.published", 0)]


def test_a_part_carries_its_own_files(room):
    stand, _ = room.mastodon()
    kind, body = multipart(("file", png(1), "dot.png", "image/png"))
    media = room.post("/api/v1/media", body,
                      headers={"Content-Type": kind}).json["mediaId"]
    create(room, "mastodon", thread=[{"text": "", "mediaIds": [media]}])
    run(room)
    assert [len(entry["media"]) for entry in stand.ledger()] == [0, 1]


@pytest.mark.parametrize("fields, field, code, words", [
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
])
def test_what_does_not_fit_is_refused_by_its_place(room, fields, field, code,
                                                   words):
    room.mastodon()
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
        " thread cannot go there."
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
