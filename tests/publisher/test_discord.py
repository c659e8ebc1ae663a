"""Discord's webhooks, the whole way through the publisher: what its ledger
shows of each form of a post, and that nothing is ever there twice."""

import hashlib
import re
import subprocess

import pytest

from newsroom import EMAIL
from servers import multipart
from test_bluesky import MP4, add_media, png, schedule, settle
from test_collector import collect
from test_parts import create, delete, rows, run
from web_files import mp4

HOOK = "/api/v10/webhooks/"
SECRET = "Zz_9" * 15


def url(hook="1001", name="news", host="discord.com", rest=""):
    return f"https://{host}/api/webhooks/{hook}/{name}-token-{SECRET}{rest}"


@pytest.fixture
def room(open_newsroom):
    return open_newsroom({"http_seconds": 5})


@pytest.fixture
def discord(room):
    stand = room.stand("discord")
    with open(room.conf, "a") as conf:
        conf.write("api_url.discord = %s\n" % stand.url)
    return stand


@pytest.fixture
def account(room, discord):
    return room.add_account("discord", secret=url())


def publish(room, account, *words, **how):
    return settle(room, schedule(room, account, *words, **how))


def connect(room, secret, *words):
    return room.run("crier-admin", "account", "add", "discord", "--user",
                    EMAIL, *words, input=secret + "\n", check=False)


def calls(stand, method, part=""):
    return [path for verb, path in stand.order()["requests"]
            if verb == method and part in path]


# Connecting

def test_a_webhook_says_which_channel_it_is(room, discord):
    for secret in (url(), url(host="ptb.discord.com"),
                   url(host="canary.discordapp.com"),
                   url(host="discordapp.com").replace("/api/", "/api/v9/")):
        assert connect(room, f" {secret} ").returncode == 0
    connect(room, url(rest="?thread_id=4561"))
    rows = room.sql("SELECT remote_id, handle, profile_url, avatar_url,"
                    " server FROM account ORDER BY id")
    assert [row["remote_id"] for row in rows] == ["456", "456/4561"]
    assert rows[0]["handle"] == "news bot" and rows[0]["server"] == ""
    assert rows[0]["profile_url"] == (
        "https://discord.com/channels/789000000000000789/456")
    assert rows[1]["profile_url"].endswith("/4561")
    assert rows[0]["avatar_url"].startswith(
        "https://cdn.discordapp.com/avatars/1001/")
    assert discord.refused() == []


def test_what_is_no_webhook_is_refused_with_a_reason(room, discord):
    for secret, words in (
            (url(name="wrong"), "Invalid Webhook Token (50027)"),
            (url(hook="9999"), "Unknown Webhook (10015)"),
            (url("1003", "follow"), "incoming one"),
            (url(host="discord.com.evil.example"), "no webhook's URL"),
            (url().replace("https:", "http:"), "no webhook's URL"),
            (url(rest="/slack"), "no webhook's URL"),
            (url(rest="?thread_id=x"), "no webhook's URL"),
            ("a" * 60, "no webhook's URL")):
        done = connect(room, secret)
        assert done.returncode != 0 and words in done.stderr, done
        assert SECRET not in done.stderr
    assert room.sql("SELECT * FROM account") == []


# Each form

def test_each_form_stands_there_as_it_was_written(room, account, discord):
    words = "**Grüße** 👩‍👩‍👧 & <b> \"@everyone\" \\ https://example.org/?a=b"
    pictures = [png(seed) for seed in range(10)]
    many = [add_media(room, data, 3, 2, alt=f"picture {place}")
            for place, data in enumerate(pictures)]
    rows = [
        publish(room, account, words),
        publish(room, account, "One", [many[0]]),
        publish(room, account, "", many),
        publish(room, account, "A film", [add_media(room, MP4, 640, 360)]),
        publish(room, account, "x" * 1998 + "👩"),
        publish(room, account, "quiet", settings={
            "username": "Ana's site", "silent": True, "suppressEmbeds": True,
            "avatarUrl": "https://example.org/a.png"})]
    plain, one, ten, film, long, quiet = ledger = discord.ledger()
    assert [row["state"] for row in rows] == ["posted"] * 6, rows
    for row, entry in zip(rows, ledger):
        assert row["remote_id"] == entry["id"]
        assert row["permalink"] == ("https://discord.com/channels/"
                                    "789000000000000789/456/" + entry["id"])
    assert plain["text"] == words and not plain["ping"]
    assert (one["text"], one["files"][0]["description"]) == ("One",
                                                             "picture 0")
    assert [file["description"] for file in ten["files"]] == [
        f"picture {place}" for place in range(10)]
    assert [file["sha256"] for file in ten["files"]] == [
        hashlib.sha256(data).hexdigest() for data in pictures]
    assert film["files"] == [{
        "name": film["files"][0]["name"], "type": "video/mp4",
        "description": None, "sha256": hashlib.sha256(MP4).hexdigest()}]
    assert long["text"].endswith("👩")
    assert (quiet["username"], quiet["avatar"], quiet["flags"]) == (
        "Ana's site", "https://example.org/a.png", 4096 + 4)
    assert discord.refused() == []
    assert len(calls(discord, "POST")) == 6


def test_a_message_in_a_thread_and_one_that_begins_it(room, discord):
    thread = room.add_account("discord", secret=url(rest="?thread_id=4561"))
    forum = room.add_account("discord", secret=url("1002", "forum"))
    rows = [publish(room, thread, "in the thread"),
            publish(room, forum, "a topic", settings={
                "threadName": "The topic"}),
            publish(room, forum, "more", settings={"threadId": "4571"}),
            publish(room, forum, "nowhere")]
    assert [row["state"] for row in rows] == ["posted"] * 3 + ["failed"]
    entries = discord.ledger()
    for row, entry in zip(rows, entries):
        assert row["remote_id"] == f"{entry['channel']}/{entry['id']}"
        assert row["permalink"].endswith(
            f"/789000000000000789/{entry['channel']}/{entry['id']}")
    assert entries[0]["channel"] == "4561"
    assert entries[1]["thread_name"] == "The topic"
    assert "220001" in rows[3]["reason"]
    archived = room.add_account("discord", secret=url(rest="?thread_id=4562"))
    row = publish(room, archived, "too late")
    assert (row["state"], row["category"]) == ("failed", "platform_rejected")


def test_what_follows_a_message_is_the_next_one_there(room, discord):
    """In a forum it stands in the thread that the post began. A lost answer
    ends it: webhooks cannot look."""
    room.start("lighttpd")
    room.add_account("discord", secret=url())
    news = create(room, "discord", thread=["Two", "Three"])
    run(room)
    room.write(["UPDATE account SET status = 'expired'"])
    room.add_account("discord", secret=url("1002", "forum"))
    topic = create(room, "discord", caption="Topic", firstComment="More",
                   platformMeta={"discord": {"threadName": "The topic"}})
    discord.fault("drop", method="POST", skip=1)
    run(room)
    run(room, 3600)
    assert [row["state"] for row in rows(room, news)] == ["posted"] * 3
    assert [row["state"] for row in rows(room, topic)] == ["posted",
                                                           "uncertain"]
    entries = discord.ledger()
    begun = entries[3]["channel"]
    assert [(entry["text"], entry["channel"], entry["thread_name"])
            for entry in entries] == [
        ("One", "456", None), ("Two", "456", None), ("Three", "456", None),
        ("Topic", begun, "The topic"), ("More", begun, None)]
    room.write(["UPDATE account SET status = 'active'"])
    assert delete(room, news) == [(None, "deleted"), (1, "deleted"),
                                  (2, "deleted")]
    assert [discord.order(call="show", id=entry["id"]) == {}
            for entry in entries] == [True] * 3 + [False] * 2


def test_an_account_stored_unchecked_finds_its_channel(room, discord):
    account = room.add_account("discord", "--handle", "news", "--offline",
                               secret=url())
    assert calls(discord, "GET") == []
    for words in ("hello", "again"):
        row = publish(room, account, words)
        assert "/789000000000000789/456/" in row["permalink"]
    assert len(calls(discord, "GET")) == 1
    wrong = room.add_account("discord", "--handle", "no", "--offline",
                             secret="no webhook")
    target = schedule(room, wrong, "nowhere")
    room.tick()
    assert room.account(wrong)["status"] == "expired"
    assert room.state(target) == "scheduled"


def test_a_webhook_without_a_guild_has_no_permalink(room, discord):
    discord.order(set={"guild": False})
    account = room.add_account("discord", secret=url())
    row = publish(room, account, "hello")
    assert (row["state"], row["permalink"]) == ("posted", None)


def test_an_id_that_no_url_holds_makes_no_permalink(room, account, discord):
    discord.fault("status_after", method="POST", status=200,
                  body={"id": "12{3", "channel_id": "456"})
    row = publish(room, account, "hello")
    assert (row["state"], row["permalink"]) == ("posted", None)


# What goes wrong

OVERLOADED = {"code": 130000, "message": "overloaded"}


def refused(room, account, discord, status, body):
    """The row of a target that was refused so."""
    discord.order(fault="status", status=status, body=body, path=HOOK,
                  method="POST")
    target = room.schedule(account, "Hello")
    room.tick()
    assert calls(discord, "POST") == [] and discord.ledger() == []
    return room.target(target)


def test_a_refusal_is_told_by_its_number(room, account, discord):
    for status, body, state, category in (
            (400, {"code": 50035, "message": "Invalid Form Body"}, "failed",
             "platform_rejected"),
            (413, "<html>too large", "failed", "media_error"),
            (400, {"code": 40005, "message": "too large"}, "failed",
             "media_error"),
            (404, {"code": 10003, "message": "Unknown Channel"}, "failed",
             "platform_rejected"),
            (301, "", "failed", "platform_rejected"),
            (500, "<html>", "uncertain", "uncertain"),
            (503, OVERLOADED, "uncertain", "uncertain"),
            (204, "", "uncertain", "uncertain"),
            (200, "{not JSON", "uncertain", "uncertain"),
            (200, {"channel_id": "456"}, "uncertain", "uncertain")):
        row = refused(room, account, discord, status, body)
        assert (row["state"], row["category"]) == (state, category), row
        assert ("too large for this webhook" in row["reason"]) \
            == (category == "media_error"), row


@pytest.mark.parametrize("status, body, category", [
    (403, "<html>error code: 1010", "network_error"),
    (400, {"code": 20028, "message": "write rate limit"}, "rate_limited"),
    (429, OVERLOADED, "platform_5xx")])
def test_what_passes_is_tried_again(room, account, discord, status, body,
                                    category):
    row = refused(room, account, discord, status, body)
    assert (row["state"], row["category"]) == ("scheduled", category)
    assert row["failures"] == (category != "rate_limited")
    assert settle(room, row["id"])["state"] == "posted"


def test_a_dead_webhook_is_not_called_again(room, account, discord):
    """Ten thousand refused calls in ten minutes ban an address."""
    for status, code in ((404, 10015), (401, 50027), (403, 50013),
                         (403, 50001)):
        discord.order(fault="status", status=status, path=HOOK,
                      method="POST", count=9,
                      body={"code": code, "message": "gone"})
        targets = [room.schedule(account, words) for words in ("1", "2")]
        for _ in range(3):
            room.tick()
            room.advance(500)
        assert room.account(account)["status"] == "expired"
        assert room.states(*targets) == ["scheduled", "scheduled"]
        assert discord.order()["faults"] == 8
        discord.order(clear=True)
        room.add_account("discord", secret=url())
        assert [settle(room, one)["state"] for one in targets] \
            == ["posted"] * 2


def test_a_rate_limit_is_waited_out_to_the_second(room, account, discord):
    discord.order(set={"rate_limit": 0})
    target, before = room.schedule(account, "patient"), room.now()
    room.tick()
    row = room.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "rate_limited")
    assert row["failures"] == 0
    assert before < room.account(account)["not_before"] <= room.now() + 4000
    discord.order(set={"rate_limit": 1000})
    body = {"message": "You are being rate limited.", "retry_after": 64.57,
            "global": True}
    discord.order(fault="status", status=429, body=body, path=HOOK)
    room.advance(5)
    before = room.now()
    room.tick()
    until = room.account(account)["not_before"]
    assert before + 65_000 < until <= room.now() + 66_000
    discord.order(fault="status", status=429, body="<html>1015", path=HOOK,
                  headers={"Retry-After": "300"})
    room.advance(67)
    room.tick()
    assert 280_000 < room.account(account)["not_before"] - room.now() \
        <= 300_000
    room.advance(301)
    room.tick()
    assert room.state(target) == "posted" and len(discord.ledger()) == 1


def test_after_a_lost_answer_only_a_human_can_tell(room, account, discord):
    for fault in ("drop", "drop_before", "truncate", "status_after"):
        before = len(discord.ledger())
        discord.fault(fault, path=HOOK, method="POST")
        target = room.schedule(account, "once")
        for _ in range(3):
            room.tick()
            room.advance(3600)
        row = room.target(target)
        assert (fault, row["state"]) == (fault, "uncertain")
        assert row["reason"].startswith("uncertain:")
        assert len(discord.ledger()) - before == (fault != "drop_before")
        assert room.events(target) == ["post.uncertain"]


def test_a_death_after_the_send_is_uncertain_too(room, account, discord):
    discord.fault("hang", path=HOOK, method="POST", seconds=30)
    target = room.schedule(account, "once")
    tick = room.start_tick()
    room.wait_for(discord.ledger)
    room.kill_worker()
    tick.communicate()
    for _ in range(3):
        room.tick()
        room.advance(600)
    assert room.state(target) == "uncertain"
    assert discord.texts() == ["once"]


def test_what_never_left_is_sent_later(room, account, discord):
    target = room.schedule(account, "patient")
    with open(room.conf) as conf:
        before = conf.read()
    room.conf.write_text(before.replace(
        f"api_url.discord = {discord.url}",
        "api_url.discord = http://127.0.0.1:9"))
    room.tick()
    row = room.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "network_error")
    room.conf.write_text(before)
    assert settle(room, target)["state"] == "posted"
    assert discord.texts() == ["patient"]


def test_what_cannot_fit_is_refused_before_it_is_sent(room, account, discord):
    image = add_media(room, png(), 3, 2, alt="x" * 1025)
    for words, media in (("x" * 2001, ()), ("x" * 1999 + "👩", ()),
                         (" \n", ()), ("alt", [image])):
        row = publish(room, account, words, media)
        assert row["state"] == "failed", (words, row)
        assert room.attempts(row["id"])[0]["sent_at"] is None
    assert calls(discord, "POST") == []


# The whole way, and the secret

def test_from_an_api_call_to_a_message_and_no_secret_anywhere(room, account,
                                                              discord):
    room.start("lighttpd")
    kind, body = multipart(("alt", "one dot"),
                           ("file", png(7), "dot.png", "image/png"))
    ids = [room.post("/api/v1/media", body,
                     headers={"Content-Type": kind}).json["mediaId"]]
    kind, body = multipart(("file", mp4(), "film.mp4", "video/mp4"))
    ids.append(room.post("/api/v1/media", body,
                         headers={"Content-Type": kind}).json["mediaId"])
    echo = {"message": f"Cannot POST {url()}", "code": 50035}
    answers, posts = [], []
    for words, fault in (("One dot", None), ("echoed", echo)):
        made = room.post("/api/v1/publish", {
            "platforms": ["discord"], "profileIds": [account],
            "caption": words, "mediaIds": ids,
            "platformMeta": {"discord": {"username": "Ana"}}})
        assert made.status in (200, 201, 202), made
        if fault:
            discord.order(fault="status", status=400, body=fault,
                          path=HOOK, method="POST")
        room.advance(61)
        said = room.tick()
        answers += [said.stdout, said.stderr]
        posts.append(room.get("/api/v1/posts/" + made.json["postIds"][0]))
        answers.append(posts[-1].body.decode())
    assert posts[0].json["status"] == "posted", posts
    [entry] = discord.ledger()
    assert posts[0].json["permalink"].endswith(entry["id"])
    assert [file["type"] for file in entry["files"]] == ["image/png",
                                                         "video/mp4"]
    assert (entry["text"], entry["username"]) == ("One dot", "Ana")
    assert "Cannot POST" in posts[1].json["failedReason"]
    for path in ("/api/v1/connections", "/api/v1/platforms"):
        answers.append(room.get(path).body.decode())
    answers.append(room.admin("account", "list"))
    answers.append(room.admin("doctor", check=False))
    assert not [words for words in answers if SECRET in words]
    found = subprocess.run(
        ["grep", "-rla", SECRET, room.dir, "--exclude-dir=discord-*"],
        capture_output=True, text=True).stdout
    assert found == ""


def test_settings_that_discord_would_refuse(room, account):
    room.start("lighttpd")
    for meta, field in (
            ({"username": "Clyde"}, "username"),
            ({"username": "here"}, "username"),
            ({"threadId": "12a"}, "threadId"), ({"threadId": 12}, "threadId"),
            ({"threadId": "1", "threadName": "x"}, "threadName"),
            ({"threadName": "x" * 101}, "threadName"), ({"color": 1}, "color")):
        answer = room.post("/api/v1/publish", {
            "platforms": ["discord"], "profileIds": [account], "caption": "x",
            "platformMeta": {"discord": meta}})
        assert answer.status == 400, answer
        assert re.search(f"discord.{field}", str(answer.json)), answer.json


# Afterwards

def change(room, target, text=None):
    """Edit the post to a text, or delete it everywhere; the target's part of
    the answer."""
    if text is None:
        answer = room.request("DELETE", f"/api/v1/posts/post_{target}"
                              "?everywhere=true")
        assert answer.status == 200, answer
        return answer.json["targets"][0]
    post = room.sql("SELECT post FROM target WHERE id = '%s'" % target)
    answer = room.post("/socialsyncer/v1/posts/post_%s/edit"
                       % post[0]["post"], {"content": text})
    [attempt] = room.attempts(target)[-1:]
    return {"status": answer.status, **attempt}


def test_a_message_is_edited_measured_and_deleted(room, account, discord):
    room.start("lighttpd")
    thread = room.add_account("discord", secret=url(rest="?thread_id=4561"))
    image = add_media(room, png(), 3, 2, alt="a dot")
    rows = [publish(room, account, "first", [image]),
            publish(room, thread, "in a thread")]
    ids = [entry["id"] for entry in discord.ledger()]
    for row, id in zip(rows, ids):
        done = change(room, row["id"], "@everyone \"again\"")
        assert done["status"] == 200 and done["outcome"] == "done", done
        shown = discord.order(call="show", id=id)
        assert shown["text"] == "@everyone \"again\"" and not shown["ping"]
        assert len(shown["attachments"]) == (row is rows[0])
    discord.order(call="react", id=ids[0], counts=[3, 4])
    room.advance(3601)
    room.admin("clock", "accept")
    room.run("collector")
    told = room.sql("SELECT target, likes, comments, views FROM metric"
                    " ORDER BY likes DESC")
    assert [(one["likes"], one["comments"], one["views"]) for one in told] \
        == [(7, None, None), (None, None, None)], told
    assert told[0]["target"] == rows[0]["id"]
    discord.order(call="delete", id=ids[1])
    assert [change(room, row["id"])["outcome"] for row in rows] \
        == ["deleted"] * 2
    assert discord.order(call="show", id=ids[0]) == {}
    assert [one["reason"] for one in discord.refused()] \
        == ["Unknown Message "]


def test_a_webhook_is_deleted_with_the_last_account_of_its_channel(
        room, account, discord):
    """A thread's account posts by the same one; another channel's does not.
    Of Telegram there is no call: its owner is told."""
    thread = room.add_account("discord", secret=url(rest="?thread_id=4561"))
    forum = room.add_account("discord", secret=url("1002", "forum"))
    channel = room.add_account("telegram", "--offline", "--handle", "@news",
                               secret="1:token")
    room.start("lighttpd")
    notes = []
    for id in (account, thread, channel):
        answer = room.request("DELETE", f"/api/v1/connections/profile_{id}")
        assert answer.status == 200, answer
        notes.append(answer.json["note"])
        collect(room)
        assert len(calls(discord, "DELETE")) == (id != account)
    assert calls(discord, "DELETE") == [
        HOOK + "1001/" + url().rsplit("/", 1)[1]]
    assert "webhook" in notes[0] and "bot" in notes[2]
    assert room.sql("SELECT id FROM account WHERE given_back IS NOT NULL") \
        == []
    assert publish(room, forum, "a topic", settings={
        "threadName": "It stands"})["state"] == "posted"
