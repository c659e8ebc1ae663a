"""Posts go out to Bluesky: what they look like there, and that whatever goes
wrong on the way they are there once."""

import datetime
import hashlib
import json
import os
import struct
import uuid
import zlib

import pytest

from newsroom import EMAIL, quote

PASSWORD = "abcd-efgh-ijkl-mnop"
XRPC = "/xrpc/com.atproto."
PUT, GET = XRPC + "repo.putRecord", XRPC + "repo.getRecord"
SIGN_IN, RENEW = XRPC + "server.createSession", XRPC + "server.refreshSession"
LIMITED = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
FAMILY = "👨\u200d👩\u200d👧\u200d👧"
FRIEND = "did:plc:unhfghdjun56wamwonmrnguu"
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"frames" * 500


@pytest.fixture
def room(open_newsroom):
    return open_newsroom({"retry_seconds": 1, "http_seconds": 5})


@pytest.fixture
def bluesky(room):
    """A stand-in that is the room's Bluesky, video service and all."""
    stand = room.stand("bluesky")
    with open(room.conf, "a") as conf:
        conf.write("api_url.bluesky = %s\n" % stand.url)
    return stand


@pytest.fixture
def account(room, bluesky):
    return room.add_account("bluesky", "--handle", "crier.test",
                            secret=PASSWORD)


def call(stand, name, **how):
    """Order something of the stand-in's own."""
    return stand.order(call=name, handle="crier.test", **how)


def requests(stand, part):
    """The paths asked for that hold part, oldest first."""
    return [path for method, path in stand.order()["requests"]
            if part in path]


def refusals(stand):
    path = stand.ledger_file.with_name("refused.jsonl")
    return [json.loads(line)["reason"]
            for line in path.read_text().splitlines()]


def record(stand):
    """The record of the one post there is."""
    [entry] = stand.ledger()
    assert entry["action"] == "create"
    return entry["record"]


def account_row(room, account):
    return room.sql("SELECT remote_id, handle, name, server, status,"
                    " not_before FROM account WHERE id = %s"
                    % quote(account))[0]


def png(seed=0):
    """A small, true PNG of 3 by 2 pixels."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    row = b"\0" + bytes(seed + i for i in range(9))
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(row * 2)) + chunk(b"IEND", b""))


def add_media(room, data, width=None, height=None, alt=None):
    """A file in the store; its id."""
    media = str(uuid.uuid4())
    film = data is MP4
    path = room.dir / "data/media" / (media + (".mp4" if film else ".png"))
    path.write_bytes(data)
    os.chown(path, room.uid, room.gid)
    values = [media, room.profile, "video/mp4" if film else "image/png",
              "mp4" if film else "png", len(data), width, height,
              5000 if film else None, alt, room.now()]
    room.sql("INSERT INTO media (id, profile, type, extension, bytes, width,"
             " height, duration_ms, alt, created_at, hash) VALUES (%s, x'%s')"
             % (", ".join(map(quote, values)),
                hashlib.sha256(data).hexdigest()))
    return media


def schedule(room, account, text="", media=(), settings=None):
    """A post that is due; its target's id."""
    target = room.schedule(account, text, seconds=3600, settings=settings)
    for place, item in enumerate(media):
        room.sql("INSERT INTO attachment (id, post, position, media)"
                 " SELECT %s, post, %d, %s FROM target WHERE id = %s" % (
                     quote(uuid.uuid4()), place, quote(item), quote(target)))
    now = room.now()
    room.sql("UPDATE target SET due_at = %d, next_at = %d WHERE id = %s"
             % (now, now, quote(target)))
    return target


def settle(room, target):
    """Publish it, again each minute, until nothing is open; its row."""
    for _ in range(8):
        if room.state(target) == "scheduled":
            room.run("publisher", "--target", target, check=False)
        else:
            room.tick()
        row = room.target(target)
        if row["state"] in ("posted", "failed", "uncertain"):
            return row
        room.advance(60)
    raise AssertionError(row)


def publish(room, account, *words, **how):
    return settle(room, schedule(room, account, *words, **how))


def connect(room, secret, handle="crier.test"):
    """crier-admin account add, which may fail."""
    return room.run("crier-admin", "account", "add", "bluesky", "--user",
                    EMAIL, "--handle", handle, input=secret + "\n",
                    check=False)


# Connecting

def test_an_account_is_known_by_its_did(room, account, bluesky):
    row = account_row(room, account)
    assert row["remote_id"].startswith("did:plc:")
    assert (row["handle"], row["name"]) == ("crier.test", "Crier")
    assert row["server"] == bluesky.url
    database = (room.dir / "data/crier.db").read_bytes()
    assert PASSWORD.encode() not in database


def test_a_server_without_an_appview_is_connected_too(room, bluesky):
    bluesky.order(set={"appview": False})
    assert connect(room, PASSWORD, "@crier.test").returncode == 0


@pytest.mark.parametrize("secret, words", [
    ("wrong-pass-word-here", "Invalid identifier or password"),
    ("the-main-password", "app password"),
])
def test_a_wrong_secret_is_refused_with_a_reason(room, bluesky, secret,
                                                 words):
    done = connect(room, secret)
    assert done.returncode != 0
    assert words in done.stderr
    assert secret not in done.stderr
    assert room.sql("SELECT * FROM account") == []


def test_the_main_password_leaves_no_session(room, bluesky):
    connect(room, "the-main-password")
    assert requests(bluesky, "deleteSession")
    assert refusals(bluesky) == []


def test_a_deactivated_account_is_not_connected(room, bluesky):
    call(bluesky, "state", state="deactivated")
    assert "deactivated" in connect(room, PASSWORD).stderr


def test_an_account_stored_unchecked_signs_in_when_it_posts(room, bluesky):
    account = room.add_account("bluesky", "--handle", "crier.test",
                               "--offline", secret=PASSWORD)
    assert requests(bluesky, "/xrpc/") == []
    assert publish(room, account, "hello")["state"] == "posted"
    assert publish(room, account, "again")["state"] == "posted"
    assert len(requests(bluesky, SIGN_IN)) == 1


# What a post looks like

def test_text_is_posted_and_its_permalink_is_known(room, account, bluesky):
    row = publish(room, account, "Grüße, Welt " + FAMILY)
    [entry] = bluesky.ledger()
    assert row["state"] == "posted"
    assert row["remote_id"] == entry["id"]
    assert row["remote_key"] == entry["key"]
    assert row["permalink"] == "https://bsky.app/profile/%s/post/%s" % (
        entry["account"], entry["key"])
    assert set(record(bluesky)) == {"$type", "text", "createdAt"}
    assert record(bluesky)["text"] == "Grüße, Welt " + FAMILY


def test_links_mentions_and_tags_are_marked_by_byte(room, account, bluesky):
    text = ("Grüße @friend.test und @nobody.test, siehe example.com/ä?x=1."
            " #Größe $gme")
    publish(room, account, text)
    marked = [(text.encode()[facet["index"]["byteStart"]:
                             facet["index"]["byteEnd"]].decode(),
               {k: v for k, v in facet["features"][0].items() if k != "$type"})
              for facet in record(bluesky)["facets"]]
    assert marked == [
        ("@friend.test", {"did": FRIEND}),
        ("example.com/ä?x=1", {"uri": "https://example.com/ä?x=1"}),
        ("#Größe", {"tag": "Größe"}), ("$gme", {"tag": "$GME"})]


def test_the_longest_text_fits_and_a_longer_is_not_sent(room, account,
                                                        bluesky):
    longest = "e\u0301" * 240 + FAMILY * 60
    assert publish(room, account, longest)["state"] == "posted"
    row = publish(room, account, "x" * 301)
    assert (row["state"], row["category"]) == ("failed", "platform_rejected")
    assert len(requests(bluesky, PUT)) == 1


def test_images_have_alt_text_and_their_aspect_ratio(room, account, bluesky):
    words = ["Two \"rows\"", None, "c", "d"]
    note = b"tEXtPlace\0Lisbon"         # which is not handed on
    note = (struct.pack(">I", len(note) - 4) + note
            + struct.pack(">I", zlib.crc32(note)))
    media = [add_media(room, png(i)[:33] + note + png(i)[33:], 3, 2, alt)
             for i, alt in enumerate(words)]
    assert publish(room, account, "four", media)["state"] == "posted"
    images = record(bluesky)["embed"]["images"]
    assert [image["alt"] for image in images] == ["Two \"rows\"", "", "c", "d"]
    assert all(image["aspectRatio"] == {"width": 3, "height": 2}
               for image in images)
    assert len({image["image"]["ref"]["$link"] for image in images}) == 4
    assert len(requests(bluesky, "uploadBlob")) == 4


def test_an_unknown_size_gives_no_aspect_ratio(room, account, bluesky):
    publish(room, account, "", [add_media(room, png())])
    [image] = record(bluesky)["embed"]["images"]
    assert "aspectRatio" not in image


def test_a_video_is_processed_first(room, account, bluesky):
    target = schedule(room, account, "film",
                      [add_media(room, MP4, 16, 9, "a film")])
    room.tick()
    row = room.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "media_processing")
    row = settle(room, target)
    assert (row["state"], row["failures"]) == ("posted", 0)
    embed = record(bluesky)["embed"]
    assert embed["$type"] == "app.bsky.embed.video"
    assert embed["alt"] == "a film"
    assert embed["aspectRatio"] == {"width": 16, "height": 9}
    assert len(requests(bluesky, "uploadVideo")) == 1


def test_a_video_that_is_known_already_is_used_again(room, account, bluesky):
    bluesky.order(set={"video_polls": 0})
    for text in ("one", "two"):
        media = [add_media(room, MP4)]
        assert publish(room, account, text, media)["state"] == "posted"
    assert len(bluesky.ledger()) == 2


def test_a_video_that_cannot_be_processed_fails_with_words(room, account,
                                                           bluesky):
    bluesky.order(set={"video_polls": 1, "video_failure": "encoding_failure"})
    row = publish(room, account, "film", [add_media(room, MP4)])
    assert (row["state"], row["category"]) == ("failed", "media_error")
    assert "could not be processed" in row["reason"]


def test_an_unconfirmed_email_does_not_disconnect(room, account, bluesky):
    bluesky.order(set={"email_confirmed": False})
    row = publish(room, account, "film", [add_media(room, MP4)])
    assert (row["state"], row["category"]) == ("failed", "media_error")
    assert "Confirm your email" in row["reason"]
    assert account_row(room, account)["status"] == "active"


def test_a_server_without_video_service_takes_a_blob(room, account, bluesky):
    bluesky.order(set={"video_service": False})
    publish(room, account, "film", [add_media(room, MP4)])
    assert record(bluesky)["embed"]["video"]["size"] == len(MP4)


def test_the_first_link_becomes_a_card(room, account, bluesky):
    link = bluesky.url + "/moved/caf%C3%A9"
    publish(room, account, "Read %s and %s/page/b" % (link, bluesky.url))
    embed = record(bluesky)["embed"]
    assert embed["$type"] == "app.bsky.embed.external"
    card = embed["external"]
    assert card["uri"] == link
    assert card["title"] == "café & more"
    assert card["description"] == "What it \"says\""
    assert card["thumb"]["mimeType"] == "image/png"


@pytest.mark.parametrize("fault", [
    {"fault": "status", "status": 404}, {"fault": "drop"},
    {"fault": "status", "status": 302, "headers": {"Location": "/page/x"},
     "count": 9}])
def test_a_page_that_cannot_be_had_costs_its_card_only(room, account, bluesky,
                                                       fault):
    bluesky.order(path="/page/", **fault)
    row = publish(room, account, "Read %s/page/a now" % bluesky.url)
    assert row["state"] == "posted"
    assert "embed" not in record(bluesky)
    assert len(record(bluesky)["facets"]) == 1


def test_an_address_that_is_not_allowed_gets_no_request(room, account,
                                                        bluesky):
    text = (room.conf.read_text()
            .replace("= 127.0.0.1", "= 127.0.0.1:%d" % bluesky.port))
    room.conf.write_text(text)
    other = room.stand("bluesky")
    publish(room, account, "Read %s/page/a" % other.url)
    assert "embed" not in record(bluesky)
    assert requests(other, "") == []


def test_a_card_whose_image_is_gone_has_none(room, account, bluesky):
    bluesky.fault("status", path="/image.png", status=500)
    publish(room, account, "Read %s/page/a" % bluesky.url)
    assert set(record(bluesky)["embed"]["external"]) == {
        "uri", "title", "description"}


def test_media_beats_the_card(room, account, bluesky):
    publish(room, account, "Read %s/page/a" % bluesky.url,
            [add_media(room, png())])
    assert record(bluesky)["embed"]["$type"] == "app.bsky.embed.images"
    assert requests(bluesky, "/page/") == []


@pytest.mark.parametrize("settings, langs", [
    ({"language": "de"}, ["de"]),
    ({"langs": ["en", "pt-BR"]}, ["en", "pt-BR"])])
def test_languages_and_labels_are_the_records(room, account, bluesky,
                                              settings, langs):
    publish(room, account, "hello", settings={
        **settings, "labels": ["nudity", "graphic-media"]})
    assert record(bluesky)["langs"] == langs
    assert record(bluesky)["labels"]["values"] == [
        {"val": "nudity"}, {"val": "graphic-media"}]


# Sessions

def test_an_ended_access_token_is_renewed(room, account, bluesky):
    call(bluesky, "end_access")
    assert publish(room, account, "hello")["state"] == "posted"
    assert publish(room, account, "again")["state"] == "posted"
    assert len(requests(bluesky, RENEW)) == 1
    assert len(requests(bluesky, SIGN_IN)) == 1


def test_a_token_about_to_end_is_renewed_before_its_use(room, bluesky):
    bluesky.order(set={"access_seconds": 50})
    account = room.add_account("bluesky", "--handle", "crier.test",
                               secret=PASSWORD)
    bluesky.order(set={"access_seconds": 7200})
    publish(room, account, "hello")
    assert requests(bluesky, "/xrpc/")[-2:] == [RENEW, PUT]
    assert refusals(bluesky) == []


def test_a_dead_refresh_token_costs_one_sign_in(room, account, bluesky):
    call(bluesky, "end_access")
    call(bluesky, "end_refresh")
    assert publish(room, account, "hello")["state"] == "posted"
    assert publish(room, account, "again")["state"] == "posted"
    assert len(requests(bluesky, SIGN_IN)) == 2


def kill_at(room, account, bluesky, name):
    """Let a post go out and list its worker's points; then kill the worker
    of another one at the first point of that name. The other's target."""
    points = room.dir / "data/points"
    call(bluesky, "end_access")
    first = schedule(room, account, "a rehearsal")
    room.run("publisher", "--target", first,
             extra={"CRIER_POINTS": str(points)})
    number = next(line.split(" ", 2)[1]
                  for line in points.read_text().splitlines()
                  if line.rsplit(" / ", 1)[1] == name)
    call(bluesky, "end_access")
    second = schedule(room, account, "the crash")
    done = room.run("publisher", "--target", second, check=False,
                    extra={"CRIER_KILL_AT": number})
    assert done.returncode != 0
    return second


def test_a_crash_between_renewing_and_keeping_loses_no_session(
        room, account, bluesky):
    target = kill_at(room, account, bluesky, "bluesky session renewed")
    assert len(requests(bluesky, RENEW)) == 2
    assert settle(room, target)["state"] == "posted"
    assert len(requests(bluesky, RENEW)) == 3
    assert len(requests(bluesky, SIGN_IN)) == 1
    assert [entry["text"] for entry in bluesky.ledger()] == [
        "a rehearsal", "the crash"]


def test_a_revoked_app_password_expires_the_account(room, account, bluesky):
    call(bluesky, "revoke")
    call(bluesky, "end_access")
    target = schedule(room, account, "hello")
    room.tick()
    assert account_row(room, account)["status"] == "expired"
    assert room.state(target) == "scheduled"
    room.tick()
    assert len(requests(bluesky, SIGN_IN)) == 2
    call(bluesky, "account", password=PASSWORD)
    assert connect(room, PASSWORD).returncode == 0
    assert settle(room, target)["state"] == "posted"
    assert record(bluesky)["text"] == "hello"


def test_too_many_sign_ins_wait_as_long_as_is_said(room, account, bluesky):
    call(bluesky, "end_access")
    call(bluesky, "end_refresh")
    bluesky.fault("status", path=SIGN_IN, status=429, body=LIMITED, headers={
        "RateLimit-Reset": str(room.now() // 1000 + 240)})
    target = schedule(room, account, "hello")
    room.tick()
    row = room.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "rate_limited")
    wait = account_row(room, account)["not_before"] - room.now()
    assert 220000 < wait < 241000
    assert settle(room, target)["state"] == "posted"


# Never twice, never none

@pytest.mark.parametrize("fault", [
    {"fault": "drop"}, {"fault": "truncate"}, {"fault": "hang", "seconds": 7},
    {"fault": "status_after", "status": 502,
     "body": {"error": "UpstreamFailure"}}])
def test_a_lost_answer_makes_no_second_post(room, account, bluesky, fault):
    bluesky.order(path=PUT, **fault)
    row = publish(room, account, "once")
    assert row["state"] == "posted"
    assert row["remote_id"] == bluesky.ledger()[0]["id"]
    assert record(bluesky)["text"] == "once"
    assert len(requests(bluesky, PUT)) == 1


@pytest.mark.parametrize("fault", [
    {"fault": "drop_before"}, {"fault": "drop_before", "count": 2},
    {"fault": "status", "status": 500,
     "body": {"error": "InternalServerError"}}])
def test_a_lost_request_is_sent_again_under_its_key(room, account, bluesky,
                                                    fault):
    bluesky.order(path=PUT, **fault)
    row = publish(room, account, "once")
    assert row["state"] == "posted"
    assert row["remote_key"] == bluesky.ledger()[0]["key"]
    assert record(bluesky)["text"] == "once"


def test_a_network_that_is_away_is_asked_later(room, account, bluesky):
    bluesky.fault("drop", path=PUT)
    bluesky.fault("status", path=GET, status=503)
    target = schedule(room, account, "once")
    room.tick()
    assert room.state(target) == "verifying"
    assert settle(room, target)["state"] == "posted"
    assert record(bluesky)["text"] == "once"
    assert room.outcomes(target) == ["posted"]


def test_an_ended_session_does_not_keep_from_looking(room, account, bluesky):
    bluesky.fault("drop", path=PUT)
    bluesky.fault("status", path=GET, status=503)
    target = schedule(room, account, "once")
    room.tick()
    call(bluesky, "end_access")
    call(bluesky, "revoke")
    assert settle(room, target)["state"] == "posted"
    assert account_row(room, account)["status"] == "active"


def test_a_record_of_another_at_our_key_is_left_alone(room, account, bluesky):
    """Nothing of this post stands at the key: it has failed, and says so."""
    first = schedule(room, account, "hello")
    settle(room, first)
    second = schedule(room, account, "another")
    room.sql("UPDATE target SET remote_key = (SELECT remote_key FROM target"
             " WHERE id = %s) WHERE id = %s" % (quote(first), quote(second)))
    row = settle(room, second)
    assert (row["state"], row["category"]) == ("failed", "duplicate")
    assert record(bluesky)["text"] == "hello"


def test_a_lost_blob_is_uploaded_again(room, account, bluesky):
    bluesky.fault("status", path=PUT, status=429, body=LIMITED,
                  headers={"Retry-After": "1"})
    target = schedule(room, account, "image", [add_media(room, png())])
    room.tick()
    assert room.state(target) == "scheduled"
    bluesky.order(call="collect_garbage")
    assert settle(room, target)["state"] == "posted"
    assert len(requests(bluesky, "uploadBlob")) == 2
    assert record(bluesky)["embed"]["images"]


def test_a_refusal_is_final_and_says_why(room, account, bluesky):
    bluesky.fault("status", path=PUT, status=400, body={
        "error": "InvalidRequest", "message": "no \"such\" thing"})
    row = publish(room, account, "hello")
    assert (row["state"], row["category"]) == ("failed", "platform_rejected")
    assert "no \"such\" thing" in row["reason"]
    assert bluesky.ledger() == []


def test_a_limit_on_writes_holds_the_whole_account(room, account, bluesky):
    bluesky.order(set={"write_points": 3})
    assert publish(room, account, "one")["state"] == "posted"
    target = schedule(room, account, "two")
    room.tick()
    row = room.target(target)
    assert (row["state"], row["failures"]) == ("scheduled", 0)
    wait = account_row(room, account)["not_before"] - room.now()
    assert 3400000 < wait <= 3600000


def test_a_taken_down_account_must_be_connected_again(room, account, bluesky):
    call(bluesky, "state", state="takendown")
    schedule(room, account, "hello")
    room.tick()
    assert account_row(room, account)["status"] == "expired"


def test_what_is_sent_is_the_same_at_each_try(room, account, bluesky):
    bluesky.fault("status", path=PUT, status=429, body=LIMITED,
                  headers={"Retry-After": "1"})
    target = schedule(room, account, "hello #x")
    room.tick()
    tried = room.now()
    room.advance(600)
    settle(room, target)
    sent = record(bluesky)
    made = datetime.datetime.fromisoformat(sent["createdAt"])
    assert made.timestamp() * 1000 <= tried and sent["facets"]
