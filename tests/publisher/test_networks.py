"""Every network, in each form that it offers: from POST /api/v1/posts through
the publisher to what each API says of it."""

import datetime
import hashlib
import json
import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from described import Described
from servers import multipart
from test_collector import PASSWORD
from test_containers import JPEG
from test_discord import url as webhook_url
from test_telegram import TOKEN
from web_files import FILES

FORMS = {"text": (), "picture": (1,), "pictures": (1, 2), "film": (0,)}
MEDIA = {"picture", "pictures", "film"}
# Stand-in, account, forms, and what its posts need besides.
OAUTH = [
    ("x", "2244994945000000001", FORMS, {}),
    ("linkedin", "urn:li:organization:2414183", FORMS, {}),
    ("facebook", "100100000000000001", FORMS, {}),
    ("threads", "17841400000000000", FORMS, {}),
    ("instagram", "17841400000000000", MEDIA, {}),
    ("tiktok", "_000alice", MEDIA, {"title": "A title", "platformMeta": {
        "tiktok": {"privacyLevel": "PUBLIC_TO_EVERYONE"}}}),
    ("youtube", "UCalice0000000000000000A", {"film"}, {"title": "A title"}),
    ("pinterest", "549755885175", MEDIA, {}),
    ("reddit", "alice/test", FORMS, {"title": "A title"})]
FETCH = ("threads", "instagram")    # from the web server, by signed URLs
OPEN = {"scheduled", "publishing", "verifying"}


def networks(room):
    """Each network's name, account, forms and needs, and its stand-in."""
    for name, remote, forms, needs in OAUTH:
        stand, account = room.oauth(name, remote)
        yield name, account, forms, needs, stand
    stand, account = room.mastodon()
    yield "mastodon", account, FORMS, {}, stand
    for name, handle, secret in (("bluesky", "crier.test", PASSWORD),
                                 ("telegram", "@news", TOKEN),
                                 ("discord", None, webhook_url())):
        stand = room.stand(name)
        with open(room.conf, "a") as conf:
            conf.write(f"api_url.{name} = {stand.url}\n")
        how = ["--handle", handle] if handle else []
        yield name, room.add_account(name, *how, secret=secret), FORMS, {}, \
            stand


def upload(room):
    """The film's and two pictures' ids, and what they hold. LinkedIn's films
    have 75 KB."""
    files = [("film.mp4", FILES["/film.mp4"][1] + bytes(75000), "video/mp4"),
             ("1.jpg", JPEG, "image/jpeg"),
             ("2.jpg", JPEG + b"\0", "image/jpeg")]
    for name, data, kind in files:
        form, body = multipart(("file", data, name, kind))
        answer = room.post("/api/v1/media", body,
                           headers={"Content-Type": form})
        assert answer.status in (200, 201), answer
        yield answer.json["mediaId"], hashlib.sha256(data).hexdigest()


def test_each_form_comes_back_through_every_api(open_newsroom):
    room = open_newsroom({"retry_seconds": 1, "workers": 13,
                          "posts_an_hour": 0, "requests_an_hour": 0})
    found = list(networks(room))
    room.start("lighttpd")
    files, sums = zip(*upload(room))
    due = datetime.datetime.fromtimestamp(
        room.now() / 1000 + 900, datetime.timezone.utc)
    for text, warned in (("see example.com", ["twitter"]), ("a text", [])):
        answer = room.post("/api/v1/posts/validate", {
            "platforms": ["x", "bluesky"], "caption": text})
        assert answer.json["valid"], answer
        assert [one["platform"] for one in answer.json["warnings"]] == warned
    made = []
    for name, account, forms, needs, stand in found:
        for form in sorted(forms):
            places = FORMS[form]
            if (name, form) == ("reddit", "film"):
                places = (0, 1)         # and its poster
            answer = room.post("/api/v1/posts", {
                "platforms": [name], "profileIds": [account],
                "caption": f"{name}: {form}",
                "mediaIds": [files[place] for place in places],
                "scheduledTime": due.isoformat().replace("+00:00", "Z"),
                **needs})
            assert answer.status == 201, (name, form, answer)
            made.append((name, form, answer.json["postIds"][0], stand))
    room.advance(901)
    for _ in range(40):
        if not OPEN & {room.state(id[5:]) for _, _, id, _ in made}:
            break
        room.tick()
        room.advance(61)
    ids = set()
    for name, form, id, stand in made:
        row = room.target(id[5:])
        assert row["state"] == "posted", (name, form, row)
        there = json.dumps(stand.ledger())
        last = re.split("[,/]", row["remote_id"])[-1]
        assert re.search(rf"\b{last}\b", there), (name, form, row, there)
        ids.add((name, row["remote_id"]))
        native = room.get(f"/api/v1/posts/{id}").json
        assert (native["status"], native["permalink"]) == (
            "posted", row["permalink"]), (name, form)
        rails = room.get(f"/socialrails/api/v1/posts/{id}").json
        assert (rails["data"]["status"], rails["data"]["permalink"]) == (
            "posted", row["permalink"]), (name, form)
        syncer = room.get(f"/socialsyncer/v1/posts/post_{row['post']}").json
        [one] = syncer["platforms"]
        assert (one["platformPostId"], one["platformPostUrl"]) == (
            row["remote_id"], row["permalink"]), (name, form)
        if name in FETCH:
            [post] = [post for post in stand.ledger()
                      if post["id"] == row["remote_id"]]
            assert post["fetched"] == [sums[place] for place in FORMS[form]], \
                (name, form, post)
    assert len(ids) == len(made)
    for name, _, forms, _, stand in found:      # an album is two messages
        assert len(stand.ledger()) == len(forms) + (name == "telegram"), name
        assert [one for one in stand.refused() if one["status"] != 401
                ] == [], name


def test_bodies_are_held_against_the_networks_own_descriptions(open_newsroom):
    """What Pinterest and Google describe, and what they do not."""
    room = open_newsroom()
    picture = {"content_type": "image/png", "data": "aGk="}
    pin = {"board_id": "549755885175", "title": "x", "media_source": {
        "source_type": "multiple_image_base64", "items": [picture] * 2}}
    comment = {"snippet": {"videoId": "v", "channelId": "c",
                           "topLevelComment": {"snippet": {
                               "textOriginal": "x"}}}}
    video = {"snippet": {"title": "x", "tags": ["a"]},
             "status": {"license": "youtube", "embeddable": True}}

    def other(body, *path):
        body, value = json.loads(json.dumps(body)), path[-1]
        place = body
        for name in path[:-2]:
            place = place[name]
        place[path[-2]] = value
        return body

    source = ("media_source", "items", 1)
    text = ("snippet", "topLevelComment", "snippet")
    described = {name: Described(name) for name in ("pinterest", "youtube")}
    for name, kind, good, wrong in (
            ("pinterest", "PinCreate", pin, [
                (*source, "alt_text", "x"), (*source, "data", "no base64"),
                (*source, "content_type", "image/gif"), ("title", "x" * 101),
                ("media_source", "items", [picture]), ("board_id", "x"),
                ("media_source", "items", [picture] * 6),
                ("media_source", "source_type", "gif"), ("board_id", None),
                ("media_source", "index", True), ("alt_text", 1)]),
            ("youtube", "Video", video, [
                ("status", "license", "mine"), ("status", "embeddable", 1),
                ("snippet", "tags", [1]), ("snippet", "text", "x")]),
            ("youtube", "CommentThread", comment, [
                (*text, "text", "x"), (*text, "textOriginal", None)])):
        assert described[name].fault(kind, good) is None
        for path in wrong:
            assert described[name].fault(kind, other(good, *path)), path
    for name, path, body in (
            ("pinterest", "/api.pinterest.com/v5/pins",
             other(pin, *source, "alt_text", "x")),
            ("youtube", "/www.googleapis.com/youtube/v3/commentThreads"
             "?part=snippet", other(comment, *text, "text", "x"))):
        stand = room.stand(name)
        token = stand.order(call="token", account="alice")["access_token"]
        with pytest.raises(HTTPError) as answer:
            urlopen(Request(stand.url + path, json.dumps(body).encode(), {
                "Authorization": "Bearer " + token,
                "Content-Type": "application/json"}))
        assert answer.value.code == 400
        assert "unknown" in stand.refused()[-1]["reason"]
