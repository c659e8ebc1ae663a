"""Pinterest, the whole way through the publisher: what stands on the board
when all is done."""

import json
import struct
import zlib

import pytest

from test_collector import COUNTS, later
from web_files import FILES, png, sums

NEWS = "549755885175"
PINS = {"path": "/api.pinterest.com/v5/pins", "method": "POST"}
MORE = b"teSt" + bytes(4 * 1024 * 1024)       # a chunk that nobody reads
LARGE = (png(3)[:-12] + struct.pack(">I", len(MORE) - 4) + MORE
         + struct.pack(">I", zlib.crc32(MORE)) + png(3)[-12:])
FILES["/large.png"] = ("image/png", LARGE)


def bad(stand):
    """What the stand-in refused and no test provoked."""
    return [one for one in stand.refused() if one["status"] != 401]


def test_every_form_stands_on_the_board(open_newsroom, files):
    room = open_newsroom({"tick_seconds": 5})
    stand, board = room.oauth("pinterest", NEWS)
    one = room.schedule(board, "Green & fast. #soup \"now\"",
                        media=[f"{files}/1.png"],
                        settings={"link": "https://example.org/soup"})
    room.sql("UPDATE attachment SET alt = 'a bowl'")
    room.sql(f"UPDATE post SET title = 'Soup' WHERE id ="
             f" (SELECT post FROM target WHERE id = '{one}')")
    two = room.schedule(board, "two", media=[f"{files}/1.png",
                                             f"{files}/2.png"],
                        settings={"boardId": "549755885176"})
    room.sql("UPDATE attachment SET alt = CASE position WHEN 0 THEN 'a bowl'"
             " ELSE 'a spoon' END WHERE alt IS NULL")
    film = room.schedule(board, "film", media=[f"{files}/film.mp4"],
                         settings={"coverSecond": 1})
    while "scheduled" in room.states(one, two, film):
        room.tick()
        room.advance(61)
    assert room.states(one, two, film) == ["posted"] * 3
    pins = {pin["text"]: pin for pin in stand.ledger()}
    first = pins["Green & fast. #soup \"now\""]
    assert (first["title"], first["link"], first["alt_text"], first["source"],
            first["media"]) == ("Soup", "https://example.org/soup", "a bowl",
                                "image_base64", sums("/1.png"))
    assert first["board"] == NEWS
    assert pins["two"]["board"] == "549755885176"
    assert pins["two"]["media"] == sums("/1.png", "/2.png")
    assert pins["two"]["alt_text"] == "a bowl\na spoon"
    assert pins["film"]["media"] == sums("/film.mp4")
    assert pins["film"]["cover"] == 1
    row = room.target(one)
    assert row["remote_id"] == first["id"]
    assert row["permalink"] == ("https://www.pinterest.com/pin/"
                                f"{first['id']}/")
    assert bad(stand) == []
    what_comes_after(room, stand, film, one)


def what_comes_after(room, stand, film, soup):
    """Measured, edited, deleted. A token that is refused meanwhile is renewed
    on the way; what cannot be told is left out, and the rest is not."""
    room.start("lighttpd")
    stand.order(call="end_access", account="alice")
    later(room, 3601)
    room.run("collector")
    told = {row["target"]: [row[name] for name in COUNTS] for row in room.sql(
        f"SELECT target, {', '.join(COUNTS)} FROM metric")}
    assert told.pop(film) == [2, 3, None, 20, 9, 4, 6]
    assert [*told.values()] == 2 * [[2, 3, None, None, 9, 4, 6]]
    stand.order(set={"analytics": None, "numbers": {"impression": 0}})
    later(room, 6 * 3600)
    room.run("collector")
    assert [[row[name] for name in COUNTS] for row in room.sql(
        f"SELECT {', '.join(COUNTS)} FROM metric ORDER BY taken_at DESC"
        " LIMIT 3")] == 3 * [[None, None, None, None, 0, None, None]]
    answer = room.post(f"/api/v1/posts/post_{soup}/edit",
                       {"caption": "Hot & \"good\""})
    assert answer.json["edit"]["outcome"] == "edited", answer
    assert "Hot & \"good\"" in [
        pin["text"] for pin in stand.order(call="pins")["pins"]]
    for target in (film, soup):
        answer = room.request("DELETE", f"/api/v1/posts/post_{target}"
                              "?everywhere=true")
        assert answer.json["targets"][0]["outcome"] == "deleted", answer
    assert [pin["text"] for pin in stand.order(call="pins")["pins"]] == ["two"]
    assert {one["status"] for one in bad(stand)} == {403}   # the sandbox's


def test_a_large_picture_goes_by_a_signed_url(room, files):
    """Which Pinterest may not reach just then: that is tried again."""
    stand, board = room.oauth("pinterest", NEWS)
    stand.order(set={"unreachable": 1})
    target = room.schedule(board, "large", media=[f"{files}/large.png"])
    room.tick()
    row = room.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "media_error")
    room.advance(130)
    room.tick()
    assert room.state(target) == "posted", room.target(target)["reason"]
    [pin] = stand.ledger()
    assert pin["source"] == "image_url"
    assert "/api/media/serve?key=" in pin["media"][0]


def test_a_video_that_cannot_be_processed_fails(open_newsroom, files):
    room = open_newsroom({"tick_seconds": 5})
    stand, board = room.oauth("pinterest", NEWS)
    stand.order(set={"processing_fails": True, "processing_polls": 0})
    target = room.schedule(board, "film", media=[f"{files}/film.mp4"])
    room.tick()
    row = room.target(target)
    assert (row["state"], row["category"]) == ("failed", "media_error")
    assert stand.ledger() == []


def test_a_video_is_uploaded_once_over_a_death(open_newsroom, files):
    room = open_newsroom({"tick_seconds": 5})
    stand, board = room.oauth("pinterest", NEWS)
    stand.order(set={"processing_polls": 0})
    stand.fault("hang", path="/api.pinterest.com/v5/media/", seconds=30)
    target = room.schedule(board, "film", media=[f"{files}/film.mp4"])
    tick = room.start_tick()
    room.wait_for(lambda: any("/v5/media/" in path for method, path
                              in stand.order()["requests"]))
    room.kill_worker()
    tick.communicate()
    room.tick()
    assert room.state(target) == "posted"
    assert stand.requests("POST", "/api.pinterest.com/v5/media") == 1
    assert len(stand.ledger()) == 1


@pytest.mark.parametrize("status", [403, 401])
def test_an_application_with_trial_access_pauses(room, files, status):
    """No account is to blame: nothing fails, and no other account asks."""
    stand, board = room.oauth("pinterest", NEWS)
    second = room.oauth_account(stand, "549755885176")
    stand.order(set={"trial": status})
    targets = [room.schedule(one, "x", media=[f"{files}/1.png"])
               for one in (board, second)]
    for _ in range(2):
        room.advance(61)
        room.tick()
    assert room.states(*targets) == ["scheduled"] * 2
    assert room.account(board)["status"] == "active"
    [pause] = room.sql("SELECT network, extent, reason FROM network_pause")
    assert (pause["network"], pause["extent"]) == ("pinterest", "posts")
    assert "Trial access" in pause["reason"]
    asked = stand.requests(PINS["method"], PINS["path"])
    assert asked <= 4           # two workers at once, twice where it was 401
    stand.order(set={"trial": 0})
    room.advance(3600)
    for _ in range(2):
        room.tick()
    assert room.states(*targets) == ["posted"] * 2


@pytest.mark.parametrize("gone", ["grant", "scope"])
def test_what_its_owner_can_help_expires_the_account(room, files, gone):
    """Tokens that were taken back; and one that may not write, which is
    refused with the same number as an application's."""
    stand, board = room.oauth("pinterest", NEWS)
    if gone == "scope":
        tokens = stand.order(call="token", account="alice",
                             scopes=["boards:read", "pins:read"])
        board = room.add_account(
            "pinterest", "--offline", "--handle", "549755885176",
            secret=json.dumps({**tokens, "scope": "boards:read pins:read"}))
    else:
        stand.order(call="revoke", account="alice")
    target = room.schedule(board, "x", media=[f"{files}/1.png"])
    room.tick()
    row = room.target(target)
    assert (row["state"], row["category"]) == ("scheduled", "auth_error"), row
    assert room.account(board)["status"] == "expired"
    assert room.sql("SELECT * FROM network_pause") == []
    assert stand.ledger() == []


def test_an_expired_token_is_renewed_and_the_new_pair_kept(room, files):
    stand, board = room.oauth("pinterest", NEWS)
    old = stand.order(call="tokens")["unspent"]
    room.advance(31 * 86400)
    target = room.schedule(board, "x", media=[f"{files}/1.png"])
    for _ in range(11):
        room.tick()
    assert room.state(target) == "posted", room.target(target)["reason"]
    assert stand.order(call="tokens")["refreshed"] == {old[0]: 1}
    assert room.account(board)["credentials_version"] == 2


def test_a_board_that_is_gone_is_found_before_anything_is_sent(room, files):
    stand, board = room.oauth("pinterest", "123")
    target = room.schedule(board, "x", media=[f"{files}/1.png"])
    room.tick()
    row = room.target(target)
    assert (row["state"], row["category"]) == ("failed", "platform_rejected")
    assert "Board not found" in row["reason"]
    assert room.attempts(target)[-1]["sent_at"] is None


@pytest.mark.parametrize("fault, stale, state, pins", [
    ("drop", 0, "posted", 1), ("truncate", 0, "posted", 1),
    ("status_after", 0, "posted", 1), ("drop_before", 0, "uncertain", 0),
    ("drop", 1, "uncertain", 1)])
def test_an_unknown_send_is_looked_for_and_never_repeated(
        room, files, fault, stale, state, pins):
    stand, board = room.oauth("pinterest", NEWS)
    stand.order(call="make_pin", board=NEWS, description="x")
    room.advance(120)
    stand.order(set={"stale_lists": stale})
    stand.fault(fault, **PINS)
    target = room.schedule(board, "x", media=[f"{files}/1.png"])
    room.tick()
    for _ in range(3):
        room.advance(601)
        room.tick()
    row = room.target(target)
    assert row["state"] == state, row
    assert len(stand.ledger()) == pins
    assert stand.requests(PINS["method"], PINS["path"]) == pins
    if state == "posted":
        assert row["remote_id"] == stand.ledger()[0]["id"]


def test_a_rate_limit_waits(room, files):
    stand, board = room.oauth("pinterest", NEWS)
    stand.fault("status", status=429, body={"code": 8, "message": "Slow down"},
                headers={"Retry-After": "120"}, **PINS)
    target = room.schedule(board, "x", media=[f"{files}/1.png"])
    room.tick()
    assert room.state(target) == "scheduled"
    assert room.account(board)["not_before"] > room.now() + 100000
    room.advance(130)
    room.tick()
    assert room.state(target) == "posted"
