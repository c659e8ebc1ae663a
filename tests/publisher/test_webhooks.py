"""What a webhook is told, by the real publisher to real receivers."""

import base64
import json
import os
import re
import signal
import time
from collections import defaultdict

import pytest

from newsroom import ROOT, gone
from receiver import Receiver
from servers import multipart

MINUTE, HOUR, DAY = 60, 3600, 86400
WAITS = [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR,
         20 * HOUR, 24 * HOUR]
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA"
    "60e6kgAAAABJRU5ErkJggg==")


@pytest.fixture
def newsdesk(open_newsroom):
    """newsdesk(settings) is a newsroom with a web server."""
    def open_one(settings=None):
        room = open_newsroom({"http_seconds": 2, **(settings or {})})
        room.start("lighttpd")
        return room
    return open_one


@pytest.fixture
def desk(newsdesk):
    return newsdesk()


@pytest.fixture
def receivers():
    """receivers() is a new one."""
    made = []

    def make(*words):
        made.append(Receiver(*words))
        return made[-1]
    yield make
    for one in made:
        one.stop()


@pytest.fixture
def receiver(receivers):
    return receivers()


def hook(desk, url, **fields):
    """A new webhook: the API's answer."""
    if isinstance(url, Receiver):
        url = url.url()
    answer = desk.post("/api/v1/webhooks", {"url": url, **fields})
    assert answer.status == 201, answer
    return answer.json


def change(desk, one, **fields):
    answer = desk.request("PATCH", f"/api/v1/webhooks/{one['id']}", fields)
    assert answer.status == 200, answer
    return answer.json


def test(desk, one):
    """Queue a webhook.test."""
    answer = desk.post(f"/api/v1/webhooks/{one['id']}/test")
    assert answer.status == 202, answer
    return answer.json


test.__test__ = False


def delivery(desk, one):
    answer = desk.get(f"/api/v1/deliveries/{one['id']}")
    assert answer.status == 200, answer
    return answer.json


def state_of(desk, one):
    return desk.get(f"/api/v1/webhooks/{one['id']}").json


def wait_of(desk, one):
    """Seconds until the delivery is due."""
    [row] = desk.sql("SELECT next_at FROM delivery WHERE id ="
                     f" '{one['id'].removeprefix('delivery_')}'")
    return (row["next_at"] - desk.now()) / 1000


def examples():
    """The README's, by type."""
    text = (ROOT / "README").read_text()
    found = re.findall(r'^    (\{"event_type".*?\}\})\n\n', text, re.M | re.S)
    return {one["event_type"]: one for one in map(json.loads, found)}


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


# ------------------------------------------------------------ what is said

def test_every_event_is_told_signed_and_as_documented(desk, receiver):
    ours = hook(desk, receiver)
    text = "Grüße 😀 \u2028 / \"it's\" \\ \t\n\x01\x7f <b>"
    account = desk.site_account()
    failing, away = desk.mastodon()
    kind, body = multipart(("file", PNG, "a.png"))
    desk.post("/api/v1/media", body, headers={"Content-Type": kind})
    post = desk.post("/api/v1/posts", {
        "platforms": ["site"], "caption": text, "externalId": "mine-7",
        "scheduledTime": "2099-01-01T00:00:00.123Z"}).json["postIds"][0]
    desk.request("DELETE", f"/api/v1/posts/{post}")
    sent = desk.post("/api/v1/publish", {
        "platforms": ["site"], "caption": text}).json["postIds"][0]
    failing.fault("status", path="/api/v1/statuses", method="POST",
                  status=422, body={"error": "no"})
    desk.schedule(away, "refused")
    desk.advance(61)
    desk.tick()
    desk.tick()
    failing.order(call="revoke", token="alice-token")
    desk.schedule(away, "expired")
    desk.tick()
    desk.tick()
    for one in receiver.seen:
        one.check(ours["secret"])
        assert one.json["profile_id"] == desk.profile
        assert abs(int(one.headers["webhook-timestamp"]) * 1000
                   - desk.now()) < 100_000
    told = {one.type: one.json for one in receiver.seen}
    documented = examples()
    for type, one in told.items():
        assert list(one["data"]) == list(documented[type]["data"])
    assert sorted(receiver.types()) == [
        "account.connected", "account.connected", "account.expired",
        "media.created", "post.cancelled", "post.failed", "post.published",
        "post.scheduled", "post.scheduled"]
    data = told["post.published"]["data"]
    assert data["content"] == text
    assert data["post_id"] and data["target_id"] == sent[len("post_"):]
    assert data["platform"] == "site" and data["account_id"] == account
    row = desk.target(data["target_id"])
    assert data["external_post_id"] == row["remote_id"]
    assert data["permalink"] == row["permalink"]
    shown = desk.get(f"/api/v1/posts/{sent}").json
    assert data["published_at"] == shown["publishedAt"]
    assert data["scheduled_for"] == shown["scheduledTime"]
    cancelled = told["post.cancelled"]["data"]
    assert cancelled["scheduled_for"] == "2099-01-01T00:00:00.123Z"
    assert cancelled["external_id"] == "mine-7"
    assert cancelled["published_at"] is None
    assert told["post.failed"]["data"]["category"] == "platform_rejected"
    assert told["account.expired"]["data"]["account_id"] == away


def test_each_event_has_its_example():
    source = (ROOT / "lib/core/webhook_form.c").read_text()
    types = re.findall(r'"([a-z]+\.[a-z]+)"', source)
    assert sorted(types + ["webhook.test"]) == sorted(examples())


def test_secrets_of_theirs_and_a_replaced_one(desk, receiver):
    one = hook(desk, receiver, secret="plain — words")
    test(desk, one)
    desk.tick()
    receiver.seen[0].check("plain — words")
    assert list(receiver.seen[0].json["data"]) == list(
        examples()["webhook.test"]["data"])
    new = change(desk, one, secret=None)["secret"]
    test(desk, one)
    desk.tick()
    receiver.seen[1].check(new, "plain — words")
    desk.advance(DAY + 60)
    test(desk, one)
    desk.sql("DELETE FROM meta WHERE name = 'tick_high'")
    desk.tick()
    receiver.seen[2].check(new)


def test_what_arrived_is_logged(desk, receiver):
    receiver.answer(201, body="größer\0 \x01".encode() + b"\xff" * 2000)
    sent = test(desk, hook(desk, receiver))
    desk.tick()
    done = delivery(desk, sent)
    assert done["status"] == "delivered" and done["nextAttemptAt"] is None
    [attempt] = done["attempts"]
    assert attempt["number"] == 1 and attempt["responseStatus"] == 201
    assert attempt["error"] is None and attempt["durationMs"] >= 0
    assert attempt["response"].startswith("gr????er   ?")
    assert len(attempt["response"]) == 1000
    assert receiver.seen[0].id == done["eventId"]
    assert receiver.seen[0].json["data"]["webhook_id"] in done["webhookId"]


# ------------------------------------------------------------ what fails

def test_a_failure_is_repeated_on_the_schedule(desk, receiver):
    receiver.answer(500, body=b"broken")
    one = hook(desk, receiver)
    sent = test(desk, one)
    for number, wait in enumerate(WAITS, 1):
        desk.tick()
        assert len(receiver.seen) == number
        assert delivery(desk, sent)["status"] == "pending"
        assert wait * 0.8 - 3 < wait_of(desk, sent) < wait * 1.2 + 1
        if wait > 5:
            desk.tick()
            assert len(receiver.seen) == number
        desk.sql("DELETE FROM meta WHERE name = 'tick_high'")
        desk.advance(wait * 1.2 + 1)
    desk.tick()
    done = delivery(desk, sent)
    assert done["status"] == "failed" and done["nextAttemptAt"] is None
    assert len(done["attempts"]) == len(receiver.seen) == 10
    assert {a["error"] for a in done["attempts"]} == {"it answered 500"}
    assert done["attempts"][9]["response"] == "broken"
    assert len({s.id for s in receiver.seen}) == 1
    assert len({s.body for s in receiver.seen}) == 1
    assert len({s.headers["webhook-timestamp"] for s in receiver.seen}) == 10
    assert state_of(desk, one)["active"] is True


def test_retry_sends_the_same_again(desk, receiver):
    receiver.answer(500)
    sent = test(desk, hook(desk, receiver, maxRetries=0))
    desk.tick()
    assert delivery(desk, sent)["status"] == "failed"
    receiver.answer(200)
    for count in (2, 3):            # a failed one, then a delivered one
        answer = desk.post(f"/api/v1/deliveries/{sent['id']}/retry")
        assert answer.status == 202, answer
        desk.tick()
        done = delivery(desk, sent)
        assert done["status"] == "delivered"
        assert [a["number"] for a in done["attempts"]] == list(
            range(1, count + 1))
    assert len({(s.id, s.body) for s in receiver.seen}) == 1
    assert len(receiver.seen) == 3


def test_a_redirect_is_a_failure_and_not_followed(desk, receivers):
    inside, outside = receivers(), receivers()
    outside.answer(302, {"Location": inside.url("/secret")})
    sent = test(desk, hook(desk, outside))
    desk.tick()
    [attempt] = delivery(desk, sent)["attempts"]
    assert attempt["responseStatus"] == 302
    assert "redirect" in attempt["error"]
    assert len(outside.seen) == 1 and inside.seen == []


def test_a_private_address_is_not_reached(desk, receivers):
    inside = receivers(["127.0.0.2"])
    sent = test(desk, hook(desk, inside.url(host="127.0.0.2")))
    name = test(desk, hook(desk, f"https://localhost:{inside.port}/"))
    desk.tick()
    assert inside.seen == [] and not inside.most
    for one in (sent, name):
        [attempt] = delivery(desk, one)["attempts"]
        assert attempt["responseStatus"] is None and attempt["error"]


def test_a_closed_port_and_a_hanging_receiver(desk, receivers):
    closed, slow = receivers(), receivers()
    closed.stop()
    slow.answer(seconds=6)
    refused = test(desk, hook(desk, closed.url()))
    hung = test(desk, hook(desk, slow.url()))
    began = time.time()
    desk.tick()
    assert time.time() - began < 5
    assert "no connection" in delivery(desk, refused)["attempts"][0]["error"]
    [attempt] = delivery(desk, hung)["attempts"]
    assert "too long" in attempt["error"]
    assert 1900 < attempt["durationMs"] < 3500


def test_a_slow_receiver_delays_no_post_and_no_other(newsdesk, receivers):
    desk = newsdesk({"tick_seconds": 4, "http_seconds": 3})
    slow, quick = receivers(), receivers(["127.0.0.1"])
    slow.answer(seconds=5)
    test(desk, hook(desk, slow))
    other = hook(desk, quick, events=["post.published"])
    target = desk.schedule(desk.site_account(), seconds=1.5)
    due = desk.target(target)["due_at"]
    desk.tick()
    assert due <= desk.target(target)["published_at"] < due + 700
    [told] = quick.seen
    told.check(other["secret"])
    assert told.at * 1000 < due + 2500


@pytest.mark.parametrize("status, ends", [(200, "delivered"),
                                          (500, "pending")])
def test_an_endless_answer_is_cut(desk, receiver, status, ends):
    receiver.answer(status, body=b"x" * 10_000_000)
    sent = test(desk, hook(desk, receiver))
    desk.tick()
    done = delivery(desk, sent)
    assert done["status"] == ends
    [attempt] = done["attempts"]
    assert attempt["responseStatus"] == status
    assert attempt["response"] == "x" * 1000
    desk.wait_for(lambda: receiver.now["all"] == 0)
    assert receiver.sent < 9_000_000


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_the_whole_webhook(desk, receiver, status):
    receiver.answers = [(status, {"Retry-After": "600"}, b"", 0),
                        (200, {}, b"", 0)]
    one = hook(desk, receiver)
    first = test(desk, one)
    desk.tick()
    second = test(desk, one)
    desk.advance(500)
    desk.tick()
    assert len(receiver.seen) == 1
    desk.advance(101)
    desk.tick()
    assert [delivery(desk, d)["status"] for d in (first, second)] == [
        "delivered", "delivered"]
    assert len(receiver.seen) == 3


def test_gone_disables_and_tells_the_others(desk, receivers):
    leaving, staying = receivers(), receivers()
    leaving.answer(410)
    one = hook(desk, leaving)
    hook(desk, staying, events=["webhook.disabled"])
    first, second = test(desk, one), test(desk, one)
    desk.tick()
    desk.tick()
    shown = state_of(desk, one)
    assert shown["active"] is False and "410" in shown["disabledReason"]
    assert {delivery(desk, d)["status"] for d in (first, second)} == {
        "failed"}
    [told] = staying.seen
    assert list(told.json["data"]) == list(
        examples()["webhook.disabled"]["data"])
    assert told.json["data"] == {
        "webhook_id": one["id"][len("webhook_"):], "url": one["url"],
        "reason": "It answered 410: it is gone."}
    desk.tick()
    assert len(leaving.seen) <= 2


def test_five_days_of_failures_disable(desk, receiver):
    receiver.answer(500)
    one = hook(desk, receiver, maxRetries=0)
    for days in (0, 2, 2, 0.9):
        desk.advance(days * DAY)        # ticks having run all the while
        desk.sql("DELETE FROM meta WHERE name IN ('tick_high', 'tick_last')")
        test(desk, one)
        desk.tick()
        assert state_of(desk, one)["active"] is True
    desk.advance(0.2 * DAY)
    desk.sql("DELETE FROM meta WHERE name IN ('tick_high', 'tick_last')")
    test(desk, one)
    desk.tick()
    shown = state_of(desk, one)
    assert shown["active"] is False and "five days" in shown["disabledReason"]
    assert change(desk, one, active=True)["failingSince"] is None


def test_one_success_begins_the_five_days_anew(desk, receiver):
    one = hook(desk, receiver, maxRetries=0)
    for days, status in ((0, 500), (4, 200), (2, 500), (4, 500)):
        desk.advance(days * DAY)
        desk.sql("DELETE FROM meta WHERE name = 'tick_high'")
        receiver.answer(status)
        test(desk, one)
        desk.tick()
        assert state_of(desk, one)["active"] is True


# ------------------------------------------------------------ many, and crashes

def test_four_for_a_host_and_thirty_two_in_all(newsdesk, receivers):
    hosts = [f"127.0.0.{n}" for n in range(1, 11)]
    desk = newsdesk({"tick_seconds": 6,
                     "allow_private_networks": " ".join(hosts)})
    receiver = receivers(hosts)
    receiver.answer(seconds=0.4)
    for host in hosts:
        one = hook(desk, receiver.url(host=host))
        for _ in range(7):
            test(desk, one)
    desk.tick()
    assert len(receiver.seen) == 70 == len({s.id for s in receiver.seen})
    assert receiver.most.pop("all") == 32
    assert set(receiver.most.values()) == {4}


def test_overlapping_ticks_tell_once(desk, receiver):
    receiver.answer(seconds=0.1)
    one = hook(desk, receiver)
    for _ in range(10):
        test(desk, one)
    ticks = [desk.start_tick() for _ in range(4)]
    assert [tick.communicate() and tick.returncode for tick in ticks] == [0] * 4
    desk.tick()
    assert len(receiver.seen) == 10 == len({s.id for s in receiver.seen})


def test_killed_before_the_record_it_is_sent_again(newsdesk, receiver):
    desk = newsdesk({"http_seconds": 15, "tick_seconds": 2})
    receiver.answers = [(200, {}, b"", 5), (200, {}, b"", 0)]
    sent = test(desk, hook(desk, receiver))
    tick = desk.start_tick()
    desk.wait_for(lambda: receiver.seen)
    family = [tick.pid, *children(tick.pid)]
    for pid in family:
        os.kill(pid, signal.SIGKILL)
    tick.wait()
    desk.wait_for(lambda: all(map(gone, family)))
    [attempt] = delivery(desk, sent)["attempts"]
    assert attempt["durationMs"] is None
    assert desk.post(f"/api/v1/deliveries/{sent['id']}/retry").status == 409
    desk.tick()
    first, second = receiver.seen
    assert first.id == second.id and first.body == second.body
    done = delivery(desk, sent)
    assert done["status"] == "delivered"
    assert "interrupted" in done["attempts"][0]["error"]
    assert done["attempts"][1]["error"] is None


def points_of_deliverer(desk):
    """The points that a process passes that sends, and no other process."""
    passed = defaultdict(list)
    listing = desk.dir / "data/points"
    desk.run("publisher", extra={"CRIER_POINTS": str(listing)})
    for line in listing.read_text().splitlines():
        pid, _, name = line.split(" ", 2)
        passed[pid].append(name)
    listing.unlink()
    [deliverer] = [pid for pid, names in passed.items()
                   if any("http begin" in name for name in names)]
    mine = passed.pop(deliverer)
    return [name for name in dict.fromkeys(mine)
            if not any(name in names for names in passed.values())]


def test_killed_at_many_points_it_arrives(desk, receiver):
    """Between a deliverer's first statement and its last."""
    one = hook(desk, receiver)
    test(desk, one)
    points = points_of_deliverer(desk)[::3]
    assert 8 <= len(points) < 24, points
    receiver.seen.clear()
    for point in points:
        sent = test(desk, one)
        desk.run("publisher", extra={"CRIER_KILL_AT": point}, check=False)
        desk.tick()
        assert delivery(desk, sent)["status"] == "delivered", point
        ids = [s for s in receiver.seen if s.id == sent["eventId"]]
        assert 1 <= len(ids) <= 2 and len({s.body for s in ids}) == 1
    # Some were sent twice, and some died before they sent.
    assert len(points) + 2 <= len(receiver.seen) < 2 * len(points)


def test_asked_to_stop_it_ends_what_is_on_its_way(newsdesk, receiver):
    desk = newsdesk({"http_seconds": 10, "tick_seconds": 10})
    receiver.answer(seconds=1)
    one = hook(desk, receiver)
    sent = [test(desk, one) for _ in range(6)]
    tick = desk.start_tick()
    desk.wait_for(lambda: len(receiver.seen) == 4)
    tick.send_signal(signal.SIGTERM)
    tick.communicate()
    states = [delivery(desk, d)["status"] for d in sent]
    assert states.count("delivered") == 4 == len(receiver.seen)
    assert states.count("pending") == 2


def test_a_webhook_removed_meanwhile(desk, receiver):
    receiver.answer(seconds=1)
    one = hook(desk, receiver)
    test(desk, one)
    tick = desk.start_tick()
    desk.wait_for(lambda: receiver.seen)
    answer = desk.request("DELETE", f"/api/v1/webhooks/{one['id']}")
    assert answer.status == 200
    assert tick.communicate() and tick.returncode == 0
    assert desk.sql("SELECT * FROM delivery") == []


def test_the_doctor_speaks_of_webhooks(desk, receiver):
    def said():
        lines = desk.run("crier-admin", "doctor", check=False).stdout
        return [line for line in lines.splitlines()
                if line.split()[1] == "webhooks"]

    one = hook(desk, receiver)
    test(desk, one)
    assert [line.split()[0] for line in said()] == ["ok"]
    desk.advance(11 * MINUTE)
    assert said()[0].startswith("FAIL") and "1 deliver" in said()[0]
    receiver.answer(410)
    desk.tick()
    assert [line.split()[0] for line in said()] == ["ok", "warn"]
    assert "disabled" in said()[1]
