"""Networks that refuse the whole application, and networks that count what an
application asks in a day: posts wait, none fails, and it is told."""

import datetime
import zoneinfo

import pytest

from newsroom import quote
from test_youtube import Studio
from test_x import POSTS

ALICE, BOB = "2244994945000000001", "2244994945000000002"


def pauses(room):
    return room.sql("SELECT network, extent, until_at, reason"
                    " FROM network_pause WHERE until_at > "
                    f"{room.now()}")


def lines(room, what):
    """doctor's lines of one kind."""
    said = room.admin("doctor", check=False)
    return [line for line in said.splitlines()
            if line[6:].startswith(what)]


@pytest.fixture
def exchange(room):
    """Two accounts of X on one application."""
    stand, alice = room.oauth("x", ALICE)
    return room, stand, (alice, room.oauth_account(stand, BOB, "bob"))


def test_an_application_without_credits_stops_all_and_fails_none(exchange):
    room, stand, (alice, bob) = exchange
    stand.order(set={"credits": False})
    first = room.schedule(alice)
    room.tick()
    [pause] = pauses(room)
    assert (pause["network"], pause["extent"]) == ("twitter", "all")
    assert "credits" in pause["reason"]
    assert 0 < pause["until_at"] - room.now() <= 3600_000
    assert room.outcomes(first) == ["retry"]
    second = room.schedule(bob)             # another account: it is not asked
    room.tick()
    assert room.attempts(second) == []
    assert stand.requests("POST", POSTS) == 1
    assert [line[:4] for line in lines(room, "networks")] == ["warn"]
    assert "due posts" in lines(room, "due posts")[0] \
        and lines(room, "due posts")[0].startswith("ok")
    room.start("lighttpd")
    [row] = [p for p in room.get("/api/v1/platforms").json["platforms"]
             if p["platform"] == "twitter"]
    [need] = [n for n in row["missingRequirements"]
              if n["code"] == "network_paused"]
    assert "credits" in need["message"] and need["until"].endswith("Z")
    ready = room.get(f"/api/v1/connections/{bob}").json["readiness"]
    assert (ready["status"], ready["canPublish"], ready["canSchedule"]) == (
        "not_ready", False, True)
    # Days of it: tried each hour, never failed.
    for _ in range(3):
        room.advance(20 * 3600)
        room.admin("clock", "accept")
        room.tick()
    assert room.states(first, second) == ["scheduled", "scheduled"]
    assert [room.target(t)["failures"] for t in (first, second)] == [0, 0]
    # What failed otherwise after it has its day of tries all the same.
    stand.order(set={"credits": True})
    assert "is asked again" in room.admin("resume", "x")
    stand.order(fault="status", status=429, path=POSTS, count=1)
    room.tick()
    assert sorted(room.states(first, second)) == ["posted", "scheduled"]
    for _ in range(4):
        room.advance(300)
        room.tick()
    assert room.states(first, second) == ["posted", "posted"]
    assert len(stand.ledger()) == 2
    assert [line[:4] for line in lines(room, "networks")] == ["ok  "]


def test_an_application_that_is_in_no_project(exchange):
    room, stand, (alice, bob) = exchange
    stand.fault("status", path=POSTS, status=403, body={
        "title": "Client Forbidden", "detail": "Put it into a project.",
        "type": "https://api.x.com/2/problems/client-forbidden"})
    target = room.schedule(alice)
    room.tick()
    assert room.state(target) == "scheduled"
    assert [p["extent"] for p in pauses(room)] == ["all"]


def test_a_client_that_is_not_known_expires_no_account(exchange):
    room, stand, (alice, bob) = exchange
    conf = room.conf.read_text()
    room.conf.write_text(conf.replace("client_secret.twitter = ",
                                      "client_secret.twitter = no"))
    stand.order(call="end_access", account="alice")
    room.write(["UPDATE account SET refresh_at = 1, token_expires_at = 1"
                f" WHERE id = {quote(alice)}"])
    target = room.schedule(alice)
    room.run("collector")
    assert room.account(alice)["status"] == "active"
    room.tick()
    assert room.state(target) == "scheduled"
    assert room.target(target)["failures"] == 0
    assert len(pauses(room)) == 1
    room.conf.write_text(conf)
    room.advance(3601)
    room.tick()
    assert room.state(target) == "posted"


# ------------------------------------------------------------------ quotas

def quota(room):
    return {row["kind"]: row["used"] for row in room.sql(
        "SELECT kind, used FROM network_quota"
        f" WHERE ends_at > {room.now()}")}


def midnight(at):
    there = datetime.datetime.fromtimestamp(
        at / 1000, zoneinfo.ZoneInfo("America/Los_Angeles"))
    return (there.hour, there.minute, there.second) == (0, 0, 0)


def test_a_days_uploads_are_counted_and_what_does_not_fit_waits(
        open_newsroom, files):
    room = open_newsroom({"uploads_a_day.youtube": 1,
                          "units_a_day.youtube": 55})
    studio = Studio(room, files)
    first = studio.schedule()
    studio.until_done(first)            # asked once what became of it
    assert quota(room) == {"uploads": 1, "units": 1}
    second = studio.schedule("Too many")
    room.tick()
    row = room.target(second)
    assert (row["state"], row["failures"]) == ("scheduled", 0)
    assert "allows this server's application 1 uploads a day" in row["reason"]
    assert len(studio.stand.ledger()) == 1
    [pause] = pauses(room)
    assert pause["extent"] == "posts" and midnight(pause["until_at"])
    # What only reads leaves a fifth alone; what changes does not.
    room.write(["UPDATE target SET measure_at = 1 WHERE state = 'posted'"])
    room.run("collector")
    assert quota(room) == {"uploads": 1, "units": 2}
    room.write(["UPDATE network_quota SET used = 44 WHERE kind = 'units'",
                "UPDATE target SET measure_at = 1 WHERE state = 'posted'"])
    asked = len(studio.stand.order()["requests"])
    room.run("collector")
    assert len(studio.stand.order()["requests"]) == asked
    assert quota(room)["units"] == 44
    [rested] = room.sql("SELECT measure_after, not_before FROM account")
    assert midnight(rested["measure_after"]) and rested["not_before"] == 0
    # Midnight in Los Angeles: the day begins anew.
    room.advance((pause["until_at"] - room.now()) / 1000 + 1)
    room.admin("clock", "accept")
    studio.until_done(second)
    assert room.state(second) == "posted"
    assert quota(room) == {"uploads": 1, "units": 1}
