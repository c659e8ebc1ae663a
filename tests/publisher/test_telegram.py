"""Telegram's channels, the whole way through the publisher: what its ledger
shows of each form of a post, and that no half of one is ever there twice."""

import hashlib
import os
import signal
import subprocess

import pytest

from newsroom import EMAIL, gone
from servers import multipart
from test_bluesky import MP4, add_media, png, schedule, settle
from test_discord import change
from test_parts import create, delete, rows, run
from web_files import mp4

TOKEN = "777:" + "poster_-" * 4 + "abc"
SECRET = "poster_-" * 4
TEXTS = {"path": f"/bot{TOKEN}/sendMessage", "method": "POST"}
NEWS = -1001234567890
LONG = "y" * 1022 + "👩" + "."


@pytest.fixture
def room(open_newsroom):
    return open_newsroom({"http_seconds": 5})


@pytest.fixture
def telegram(room):
    stand = room.stand("telegram")
    with open(room.conf, "a") as conf:
        conf.write("api_url.telegram = %s\n" % stand.url)
    return stand


@pytest.fixture
def account(room, telegram):
    return room.add_account("telegram", "--handle", "@news", secret=TOKEN)


@pytest.mark.parametrize("fault, state", [(None, "posted"),
                                          ("drop", "uncertain")])
def test_a_thread_is_messages_that_answer_each_other(room, telegram, account,
                                                     fault, state):
    """Media, the text that stands apart from it, and replies to the first
    message of what is before. A lost answer ends it: bots cannot look."""
    room.start("lighttpd")
    kind, body = multipart(("file", png(1), "dot.png", "image/png"))
    ids = [room.post("/api/v1/media", body, headers={
        "Content-Type": kind}).json["mediaId"] for _ in range(4)]
    id = create(room, "telegram", caption=LONG, mediaIds=ids[:2], thread=[
        "Two", {"text": "Three", "mediaIds": ids[2:]}, "Four"])
    if fault:
        telegram.fault(fault, skip=2, **TEXTS)      # the last one's
    run(room)
    assert [row["state"] for row in rows(room, id)] == [
        "posted"] * 3 + [state]
    assert [(entry["id"], entry["kind"], entry["reply_to"]) for entry
            in telegram.ledger()] == [
        ("42", "photo", None), ("43", "photo", None), ("44", "text", 42),
        ("45", "text", 42), ("46", "photo", 45), ("47", "photo", 45),
        ("48", "text", 46)]
    run(room, 3600)
    assert len(telegram.ledger()) == 7
    if not fault:               # each with all of its messages
        assert delete(room, id) == [(None, "deleted"), (1, "deleted"),
                                    (2, "deleted"), (3, "deleted")]
        assert telegram.order(call="messages")["messages"] == []


def publish(room, account, *words, **how):
    return settle(room, schedule(room, account, *words, **how))


def connect(room, chat, secret=TOKEN):
    return room.run("crier-admin", "account", "add", "telegram", "--user",
                    EMAIL, "--handle", chat, input=secret + "\n", check=False)


def calls(stand, *methods):
    """How often these methods were called."""
    return sum(path.rsplit("/", 1)[1] in methods
               for _, path in stand.order()["requests"])


def sends(stand):
    return calls(stand, "sendMessage", "sendPhoto", "sendVideo",
                 "sendAnimation", "sendDocument", "sendMediaGroup")


def messages(stand):
    return [text for _, _, text in
            stand.order(call="messages")["messages"]]


def gif():
    return (b"GIF89a\3\0\2\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\3\0\2\0\0"
            b"\2\3L\0\5\0;")


def add_gif(room):
    media = add_media(room, gif(), 3, 2)
    path = room.dir / "data/media" / f"{media}.png"
    path.rename(path.with_suffix(".gif"))
    room.sql(f"UPDATE media SET type = 'image/gif', extension = 'gif'"
             f" WHERE id = '{media}'")
    return media


# Connecting

def test_a_channel_is_known_by_its_number(room, telegram):
    for chat in ("@news", "news", "https://t.me/news/7", "-1001234567890",
                 "t.me/c/2222222222/5", "-1002222222222", " @talk ", "-44"):
        assert connect(room, chat).returncode == 0, chat
    rows = room.sql("SELECT remote_id, handle, name, profile_url, server"
                    " FROM account ORDER BY id")
    assert [row["remote_id"] for row in rows] == [
        "-1001234567890", "-1002222222222", "-1003333333333", "-44"]
    assert [row["handle"] for row in rows] == ["@news", "The channel",
                                               "@talk", "The group"]
    assert [row["profile_url"] for row in rows] == [
        "https://t.me/news", None, "https://t.me/talk", None]
    assert {row["server"] for row in rows} == {""}
    assert telegram.refused() == []


def test_a_bot_that_cannot_post_is_not_connected(room, telegram):
    for chat, secret, words in (
            ("@news", "777:" + "x" * 35, "does not know this bot token"),
            ("@news", "not-a-token", "no bot token"),
            ("@news", "777:" + "x/../y" * 8, "no bot token"),
            ("", TOKEN, "Name the channel"),
            ("@a b", TOKEN, "Name the channel"),
            ("@nowhere", TOKEN, "chat not found"),
            ("@closed", TOKEN, "The bot may not post"),
            ("@mute", TOKEN, "right to post"),
            ("55", TOKEN, "a person")):
        done = connect(room, chat, secret)
        assert done.returncode != 0 and words in done.stderr, (chat, done)
        assert SECRET not in done.stderr
    assert room.sql("SELECT * FROM account") == []


# Each form

def test_each_form_stands_there_as_it_was_written(room, account, telegram):
    words = "**Grüße** 👩‍👩‍👧 & <b>\"mehr\"</b> _x_ \\ https://example.org/?a=b"
    pictures = [png(seed) for seed in range(9)]
    film = add_media(room, MP4, 640, 360)
    many = [add_media(room, data, 3, 2, alt="no place for it")
            for data in pictures]
    rows = [
        publish(room, account, words),
        publish(room, account, words, [many[0]]),
        publish(room, account, "An album", [*many, film]),
        publish(room, account, "", [film]),
        publish(room, account, "moving", [add_gif(room)]),
        publish(room, account, "x" * 4094 + "👩"),
        publish(room, account, "quiet", settings={
            "silent": True, "protectContent": True,
            "disableLinkPreview": True})]
    entries = telegram.ledger()
    assert [row["state"] for row in rows] == ["posted"] * 7, rows
    plain, one, album = entries[0], entries[1], entries[2:12]
    single, moving, long, quiet = entries[12:]
    for row, entry in zip(rows, (plain, one, album[0], single, moving, long,
                                 quiet)):
        assert row["permalink"] == f"https://t.me/news/{entry['id']}"
    assert [row["remote_id"] for row in rows] == [
        plain["id"], one["id"], ",".join(item["id"] for item in album),
        single["id"], moving["id"], long["id"], quiet["id"]]
    assert (plain["text"], plain["kind"]) == (words, "text")
    assert (one["text"], one["kind"]) == (words, "photo")
    assert [item["kind"] for item in album] == ["photo"] * 9 + ["video"]
    assert [item["text"] for item in album] == ["An album"] + [""] * 9
    assert [item["file"]["sha256"] for item in album] == [
        hashlib.sha256(data).hexdigest() for data in [*pictures, MP4]]
    assert len({item["album"] for item in album}) == 1
    for item in (album[9], single):
        assert (item["width"], item["height"], item["duration"]) \
            == (640, 360, 5) and item["supports_streaming"] is True
    assert (moving["kind"], long["text"][-1]) == ("animation", "👩")
    assert quiet["disable_notification"] and quiet["protect_content"]
    assert quiet["link_preview_options"] == {"is_disabled": True}
    assert telegram.refused() == [] and sends(telegram) == 7


def test_a_text_too_long_for_a_caption_is_a_message_of_its_own(
        room, account, telegram):
    image = add_media(room, png(), 3, 2)
    short = publish(room, account, LONG[:-1], [image])
    long = publish(room, account, LONG, [image])
    album = publish(room, account, LONG, [image, add_media(room, png(1), 3,
                                                           2)])
    assert [row["state"] for row in (short, long, album)] == ["posted"] * 3
    caption, photo, text, first, second, below = telegram.ledger()
    assert caption["text"] == LONG[:-1]
    assert (photo["text"], text["text"]) == ("", LONG)
    assert text["reply_to"] == int(photo["id"])
    assert long["remote_id"] == f"{photo['id']}+{text['id']}"
    assert long["permalink"].endswith("/" + photo["id"])
    assert below["reply_to"] == int(first["id"])
    assert album["remote_id"] \
        == f"{first['id']},{second['id']}+{below['id']}"


def test_links_of_private_channels_and_groups(room, telegram):
    links = []
    for chat in ("-1002222222222", "@talk", "-44"):
        account = room.add_account("telegram", "--handle", chat, secret=TOKEN)
        links.append(publish(room, account, "hello")["permalink"])
    assert links == ["https://t.me/c/2222222222/42", "https://t.me/talk/43",
                     None]


def test_a_picture_that_is_no_photo_goes_as_a_file(room, account, telegram):
    image = add_media(room, png(), 3, 2)
    telegram.order(set={"photo_fault": "IMAGE_PROCESS_FAILED"})
    row = publish(room, account, "odd", [image])
    assert row["state"] == "posted"
    assert [entry["kind"] for entry in telegram.ledger()] == ["document"]
    assert sends(telegram) == 2 and len(room.attempts(row["id"])) == 1
    row = publish(room, account, "both", [add_gif(room), image])
    assert (row["state"], row["category"]) == ("failed", "media_error")
    assert "only by itself" in row["reason"]
    assert len(telegram.ledger()) == 1


# What goes wrong

def test_a_group_that_moved_keeps_its_account(room, telegram):
    account = room.add_account("telegram", "--handle", "-44", secret=TOKEN)
    telegram.order(call="move")
    row = publish(room, account, "one")
    assert row["state"] == "posted"
    assert row["permalink"] == f"https://t.me/c/4444444444/{row['remote_id']}"
    assert publish(room, account, "two")["state"] == "posted"
    assert len(telegram.refused()) == 1
    assert telegram.texts() == ["one", "two"]


def test_a_refusal_is_told_by_its_number(room, account, telegram):
    def body(status, words):
        return {"ok": False, "error_code": status, "description": words}

    for status, said, state, category in (
            (400, body(400, "Bad Request: message is too long"), "failed",
             "platform_rejected"),
            (413, "<html>413 Request Entity Too Large", "failed",
             "media_error"),
            (400, body(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
             "failed", "media_error"),
            (301, "", "failed", "platform_rejected"),
            (500, body(500, "Internal Server Error"), "uncertain",
             "uncertain"),
            (502, "<html>Bad Gateway", "uncertain", "uncertain"),
            (200, "{not JSON", "uncertain", "uncertain"),
            (200, {"ok": True, "result": {}}, "uncertain", "uncertain"),
            (200, {"result": {"message_id": 9}}, "uncertain", "uncertain")):
        telegram.order(fault="status", status=status, body=said, **TEXTS)
        target = room.schedule(account, "Hello")
        room.tick()
        row = room.target(target)
        assert (row["state"], row["category"]) == (state, category), row
    assert sends(telegram) == 0 and telegram.ledger() == []
    assert room.account(account)["status"] == "active"


def test_a_bot_that_was_put_out_expires_its_account(room, account, telegram):
    """One call finds out; no other post of the account is spent on it."""
    for order in ({"call": "kick", "chat": NEWS},
                  {"call": "silence", "chat": NEWS},
                  {"call": "revoke", "bot": "poster"}):
        telegram.order(**order)
        before = sends(telegram)
        targets = [room.schedule(account, words) for words in ("1", "2")]
        for _ in range(3):
            room.tick()
            room.advance(500)
        assert room.account(account)["status"] == "expired", order
        assert room.states(*targets) == ["scheduled", "scheduled"]
        assert room.target(targets[0])["category"] == "auth_error"
        assert sends(telegram) == before + 1
        telegram.order(call="admit", chat=NEWS)
        room.add_account("telegram", "--handle", "@news", secret=TOKEN if
                         order["call"] != "revoke" else
                         "778:" + "helper_-" * 4 + "abc")
        assert [settle(room, one)["state"] for one in targets] \
            == ["posted"] * 2


def test_a_rate_limit_is_waited_out(room, account, telegram):
    telegram.order(set={"rate_limit": 0})
    target = room.schedule(account, "patient")
    room.tick()
    row = room.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "rate_limited")
    assert row["failures"] == 0
    assert 50_000 < room.account(account)["not_before"] - room.now() \
        <= 63_000
    telegram.order(set={"rate_limit": 1000})
    room.advance(64)
    room.tick()
    assert room.state(target) == "posted"
    assert telegram.texts() == ["patient"]


def test_after_a_lost_answer_only_a_human_can_tell(room, account, telegram):
    for fault in ("drop", "drop_before", "truncate", "status_after"):
        before = len(telegram.ledger())
        telegram.fault(fault, **TEXTS)
        target = room.schedule(account, "once")
        for _ in range(3):
            room.tick()
            room.advance(3600)
        row = room.target(target)
        assert (fault, row["state"]) == (fault, "uncertain")
        assert row["reason"].startswith("uncertain:")
        assert len(telegram.ledger()) - before == (fault != "drop_before")
        assert room.events(target) == ["post.uncertain"]


def test_half_a_post_is_never_begun_anew(room, account, telegram):
    """The media is public and its text is lost: its owner is told where."""
    image = add_media(room, png(), 3, 2)
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request"}
    for place, (fault, how) in enumerate((
            ("drop_before", {}), ("drop", {}),
            ("status", {"status": 400, "body": refusal}),
            ("status", {"status": 502, "body": "<html>"}),
            ("status", {"status": 429, "body": {
                "ok": False, "error_code": 429, "description": "Too Many"
                " Requests", "parameters": {"retry_after": 3600}}}))):
        telegram.order(fault=fault, **how, **TEXTS)
        target = schedule(room, account, LONG, [image])
        for _ in range(3):
            room.tick()
            room.advance(3600)
        row = room.target(target)
        assert row["state"] == "uncertain", (fault, how, row)
        assert "the media is public at https://t.me/news/" in row["reason"]
        assert calls(telegram, "sendPhoto") == place + 1
    assert [entry["kind"] for entry in telegram.ledger()].count("text") == 1


def test_a_text_that_was_not_taken_is_offered_again_at_once(room, account,
                                                            telegram):
    telegram.order(fault="status", status=429, count=2, body={
        "ok": False, "error_code": 429, "description": "Too Many Requests",
        "parameters": {"retry_after": 0}}, **TEXTS)
    row = publish(room, account, LONG, [add_media(room, png(), 3, 2)])
    assert row["state"] == "posted"
    assert [entry["kind"] for entry in telegram.ledger()] == ["photo", "text"]
    assert len(room.attempts(row["id"])) == 1


def test_a_death_at_either_message_is_uncertain(room, account, telegram):
    image = add_media(room, png(), 3, 2)
    for method, there in (("sendPhoto", ["photo"]),
                          ("sendMessage", ["photo", "text"])):
        before = len(telegram.ledger())
        telegram.fault("hang", path=f"/bot{TOKEN}/{method}", seconds=30)
        target = schedule(room, account, LONG, [image])
        tick = room.start_tick()
        room.wait_for(lambda: len(telegram.ledger()) == before + len(there))
        for pid in room.workers():
            os.kill(pid, signal.SIGKILL)
            room.wait_for(lambda: gone(pid))
        tick.communicate()
        for _ in range(3):
            room.tick()
            room.advance(600)
        assert room.state(target) == "uncertain"
        assert [entry["kind"] for entry in telegram.ledger()[before:]] \
            == there


def test_what_cannot_fit_is_refused_before_it_is_sent(room, account,
                                                      telegram):
    for words in ("x" * 4097, "x" * 4095 + "👩", " \n"):
        row = publish(room, account, words)
        assert row["state"] == "failed", row
        assert room.attempts(row["id"])[0]["sent_at"] is None
    for width, height in ((21, 1), (10000, 600)):
        image = add_media(room, png(), width, height)
        row = publish(room, account, "", [image])
        assert row["category"] == "media_error", row
    offline = room.add_account("telegram", "--handle", "@news", "--offline",
                               secret="token")
    target = schedule(room, offline, "no token")
    room.tick()
    assert room.account(offline)["status"] == "expired"
    assert room.state(target) == "scheduled" and sends(telegram) == 0


# The whole way, and the secret

def test_from_an_api_call_to_a_message_and_no_secret_anywhere(room, account,
                                                              telegram):
    room.start("lighttpd")
    kind, body = multipart(("file", png(7), "dot.png", "image/png"))
    ids = [room.post("/api/v1/media", body,
                     headers={"Content-Type": kind}).json["mediaId"]]
    kind, body = multipart(("file", mp4(2500), "film.mp4", "video/mp4"))
    ids.append(room.post("/api/v1/media", body,
                         headers={"Content-Type": kind}).json["mediaId"])
    answers, posts = [], []
    for words in ("One dot", "echoed"):
        made = room.post("/api/v1/publish", {
            "platforms": ["telegram"], "profileIds": [account],
            "caption": words, "mediaIds": ids,
            "platformMeta": {"telegram": {"silent": True}}})
        assert made.status in (200, 201, 202), made
        if posts:
            telegram.order(fault="status", status=400, body={
                "ok": False, "error_code": 400, "description":
                f"Bad Request: no /bot{TOKEN}/sendMediaGroup here"},
                path=f"/bot{TOKEN}/sendMediaGroup")
        room.advance(61)
        said = room.tick()
        answers += [said.stdout, said.stderr]
        posts.append(room.get("/api/v1/posts/" + made.json["postIds"][0]))
        answers.append(posts[-1].body.decode())
    assert posts[0].json["status"] == "posted", posts
    first, film = telegram.ledger()
    assert posts[0].json["permalink"] == f"https://t.me/news/{first['id']}"
    assert (first["text"], film["kind"]) == ("One dot", "video")
    assert (film["width"], film["height"], film["duration"]) == (640, 360, 3)
    assert first["disable_notification"]
    assert "Bad Request: no /bot" in posts[1].json["failedReason"]
    for path in ("/api/v1/connections", "/api/v1/platforms"):
        answers.append(room.get(path).body.decode())
    answers.append(room.admin("account", "list"))
    answers.append(room.admin("doctor", check=False))
    assert not [words for words in answers if SECRET in words]
    found = subprocess.run(
        ["grep", "-rla", SECRET, room.dir, "--exclude-dir=telegram-*"],
        capture_output=True, text=True).stdout
    assert found == ""


# Afterwards

def test_messages_are_edited_and_deleted(room, account, telegram):
    """Where the text stands: as a message, as a caption, or apart."""
    room.start("lighttpd")
    one = add_media(room, png(), 3, 2)
    two = add_media(room, png(1), 3, 2)
    rows = [publish(room, account, "plain"),
            publish(room, account, "caption", [one, two]),
            publish(room, account, LONG, [one])]
    for row, text in zip(rows, ("plain & <b>new</b>", "new", "x" * 4096)):
        for outcome in ("done", "done"):        # unchanged is no fault
            done = change(room, row["id"], text)
            assert (done["status"], done["outcome"]) == (200, outcome), done
    assert messages(telegram) == ["plain & <b>new</b>", "new", "", "",
                                  "x" * 4096]
    asked = calls(telegram, "editMessageText", "editMessageCaption")
    done = change(room, rows[1]["id"], "x" * 1025)
    assert (done["outcome"], done["category"]) == ("failed",
                                                   "platform_rejected")
    assert "1024" in done["detail"]
    change(room, rows[0]["id"], " ")
    assert calls(telegram, "editMessageText", "editMessageCaption") == asked
    for row, left in zip(rows, (4, 2, 0)):
        assert change(room, row["id"])["outcome"] == "deleted"
        assert len(messages(telegram)) == left
    row = publish(room, account, "gone")
    assert calls(telegram, "deleteMessages") == 3
    telegram.order(call="forget")
    assert change(room, row["id"])["outcome"] == "deleted"
    assert {call["reason"][:38] for call in telegram.refused()} \
        <= {"Bad Request: message is not modified: "}


def test_a_bot_put_out_cannot_delete(room, account, telegram):
    room.start("lighttpd")
    row = publish(room, account, "stays")
    telegram.order(call="kick", chat=NEWS)
    assert change(room, row["id"])["outcome"] == "failed"
    assert messages(telegram) == ["stays"]
    assert room.account(account)["status"] == "expired"
