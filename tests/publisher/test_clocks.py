"""Clocks, the whole way from a request to what is public: times of people's
zones, months of every length, ticks that were skipped, and a system clock that
jumps, or that knows no better than 1970."""

import json
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from newsroom import quote
from receiver import Receiver

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
UTC = timezone.utc
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
         "America/Santiago", "Africa/Casablanca", "Pacific/Chatham"]
NATIVE, RAILS, SYNCER = ("/api/v1/posts", "/socialrails/api/v1/posts",
                         "/socialsyncer/v1/posts")


@pytest.fixture
def open_desk(open_newsroom):
    """A newsroom with a web server, and one site account."""
    def open_one(settings=None, **how):
        desk = open_newsroom({"publish_wait": 0, "requests_an_hour": 0,
                              "posts_an_hour": 0, **(settings or {})}, **how)
        desk.start("lighttpd")
        desk.ana = desk.site_account()
        return desk
    return open_one


@pytest.fixture
def desk(open_desk):
    return open_desk()


# -------------------------------------------------------------------- times


def milliseconds(moment):
    """Of an aware datetime, since 1970: by whole numbers, to the unit."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        milliseconds=1)


def moment(at):
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)


def written(at, part="milliseconds"):
    return moment(at).isoformat(timespec=part).replace("+00:00", "Z")


def meant(local, zone):
    """When a local time is, as Python has it: of two the first, and one that
    is skipped as if the clocks had not been changed yet."""
    return milliseconds(local.replace(tzinfo=ZoneInfo(zone), fold=0)
                        .astimezone(UTC))


def changes(zone, since):
    """The next change forward and the next back of a zone's clocks, each as
    its moment and by how much."""
    zone = ZoneInfo(zone)

    def offset(at):
        return moment(at).astimezone(zone).utcoffset()
    found, at = {}, since // HOUR * HOUR
    while len(found) < 2:
        at += HOUR
        by = offset(at) - offset(at - HOUR)
        if by:
            low, high = at - HOUR, at
            while high - low > SECOND:
                middle = (low + high) // 2 // SECOND * SECOND
                low, high = (low, middle) if offset(middle) == offset(high) \
                    else (middle, high)
            found.setdefault(by > timedelta(0), (high, by))
    return found[True], found[False]


def go(desk, at):
    """Every program's clock shows this time now."""
    desk.advance((at - desk.now()) / 1000)


def accept(desk, at=None):
    """The same, and the operator says that it is right."""
    if at is not None:
        go(desk, at)
    desk.admin("clock", "accept")


# ----------------------------------------------------------------- requests


def schedule(desk, path, text, when, zone=None, headers=None, status=201):
    """Schedule a post as this API documents it. Returns its target's id and
    the time that the answer says; with another status, the answer."""
    bodies = {
        NATIVE: {"platforms": ["site"], "caption": text,
                 "scheduledTime": when},
        RAILS: {"content": text, "platform": "site", "scheduled_for": when},
        SYNCER: {"content": text, "publishNow": False, "scheduledFor": when,
                 "platforms": [{"platform": "site",
                                "accountId": desk.ana}]}}
    body = {**bodies[path], **({"timezone": zone} if zone else {})}
    answer = desk.post(path, body, headers=headers)
    assert answer.status == status, answer
    if status != 201:
        return answer
    said = answer.json.get("data", answer.json)
    return target_of(desk, text), said.get("scheduledTime") \
        or said.get("scheduledFor") or said["scheduled_for"]


def target_of(desk, text):
    [row] = desk.sql("SELECT t.id FROM target t JOIN post p ON p.id = t.post"
                     f" WHERE p.text = {quote(text)}")
    return row["id"]


def now_post(desk, text, headers=None, status=201):
    answer = desk.post(SYNCER, {
        "content": text, "publishNow": True, "platforms": [
            {"platform": "site", "accountId": desk.ana}]}, headers=headers)
    assert answer.status == status, answer
    return answer


def public(desk, account="ana"):
    """What the site shows, in the order it went out: (text, milliseconds)."""
    path = desk.site / account / "feed.json"
    items = json.loads(path.read_text())["items"] if path.exists() else []
    return sorted(((one["content_text"], milliseconds(
        datetime.fromisoformat(one["date_published"].replace("Z", "+00:00"))))
        for one in items), key=lambda one: one[1])


def posted(desk):
    return [row["text"] for row in desk.sql(
        "SELECT p.text FROM target t JOIN post p ON p.id = t.post"
        " WHERE t.state = 'posted' ORDER BY t.published_at, t.rowid")]


def held(desk):
    return [row["text"] for row in desk.sql(
        "SELECT p.text FROM target t JOIN post p ON p.id = t.post"
        " WHERE t.held_at IS NOT NULL ORDER BY t.due_at")]


def tick_until(desk, target):
    """A tick that ends once the target is out; on a slow machine several."""
    for _ in range(9):
        tick = desk.start_tick()
        desk.wait_for(lambda: desk.state(target) == "posted"
                      or tick.poll() is not None, 50)
        tick.terminate()
        assert tick.wait(50) == 0
        tick.stderr.close()
        if desk.state(target) == "posted":
            return
    raise AssertionError("it does not go out")


def ticks(desk, enough):
    """A tick; on a slow machine as many as it takes, of at most five."""
    for _ in range(5):
        desk.tick()
        if enough():
            return


def goes_out(desk, *texts):
    """A tick, and this is all that is new by it."""
    before = posted(desk)
    ticks(desk, lambda: len(posted(desk)) >= len(before) + len(texts))
    now = posted(desk)
    assert now[:len(before)] == before
    assert sorted(now[len(before):]) == sorted(texts)


# ------------------------------------------------- zones and far-away times


def leap_year(since):
    year = moment(since).year + 1
    while not (year % 4 == 0 and (year % 100 or year % 400 == 0)):
        year += 1
    return year


def local_posts(since):
    """(path, what is sent, its zone, when that is) of times in the hour that
    is skipped and in the one that comes twice, of each zone; of a leap day,
    of the second after which 32 bits end, and of the last of 2099."""
    posts = []
    for place, zone in enumerate(ZONES):
        for number, (at, by) in enumerate(changes(zone, since + 2 * DAY)):
            # the middle of the gap, or of what comes twice
            local = moment(at).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            local += (-by if by > timedelta(0) else by * -1) / 2
            path = (NATIVE, SYNCER, RAILS)[(place + number) % 3]
            due = meant(local, zone)
            assert due == at + abs(by) // timedelta(milliseconds=2) * (
                1 if by > timedelta(0) else -1)
            if path == RAILS:       # it takes no zone: an offset says it all
                when = local.replace(tzinfo=ZoneInfo(zone)).isoformat()
                posts.append((path, when, None, due))
            else:
                posts.append((path, local.isoformat(), zone, due))
    leap = leap_year(since)
    for path, local, zone in (
            (NATIVE, datetime(leap, 2, 29, 23, 59, 59), "Asia/Kathmandu"),
            (SYNCER, datetime(2038, 1, 19, 3, 14, 8), "UTC"),
            (NATIVE, datetime(2099, 12, 31, 23, 59, 59), "Europe/Berlin")):
        posts.append((path, local.isoformat(), zone, meant(local, zone)))
    return posts


def test_local_times_go_out_at_their_moment(desk):
    posts = sorted(local_posts(desk.now()), key=lambda one: one[3])
    ids = []
    for number, (path, when, zone, due) in enumerate(posts):
        target, said = schedule(desk, path, f"post {number}", when, zone)
        assert said == written(due, "milliseconds" if path == NATIVE
                               else "seconds"), (when, zone)
        ids.append(target)
    leap = leap_year(desk.now())
    for day in (f"{leap + 1}-02-29T12:00:00", "2100-02-29T12:00:00"):
        schedule(desk, NATIVE, "no day", day, "Europe/Berlin", status=400)
    for number, (target, (_, when, zone, due)) in enumerate(zip(ids, posts)):
        accept(desk, due - 150)
        tick_until(desk, target)
        assert posted(desk) == [f"post {n}" for n in range(number + 1)]
        out = desk.target(target)["published_at"]
        assert due <= out < due + MINUTE, (when, zone)
    assert [text for text, _ in public(desk)] == [
        f"post {n}" for n in range(len(posts))]
    assert held(desk) == []


def test_a_months_quota_is_the_calendars(desk):
    """One post a month, in every profile of the owner."""
    desk.write(["UPDATE user SET posts_a_month = 1"])
    year = leap_year(desk.now())
    days = [datetime(year - 1, 2, 28), datetime(year, 1, 31),
            datetime(year, 2, 29), datetime(year, 4, 30)]
    for day in days:
        last = meant(day + timedelta(days=1), "UTC")
        go(desk, last - 10 * MINUTE)
        schedule(desk, NATIVE, f"last of {day}", "2100-01-01T00:00:00Z")
        assert schedule(desk, NATIVE, "more", "2100-01-01T00:00:00Z",
                        status=429).json["code"] == "quota_exceeded"
        go(desk, last)
        if day != days[1]:          # February's is for its last day
            schedule(desk, NATIVE, f"first after {day}",
                     "2100-01-01T00:00:00Z")


# ------------------------------------------------------------ skipped ticks


def fill(desk, *hours):
    """Posts of both accounts, due so many hours from now."""
    for hour in hours:
        for account, name in ((desk.ana, "ana"), (desk.ben, "ben")):
            desk.schedule(account, f"{name} {hour}", seconds=hour * 3600)


def rounds(desk, *expected):
    """What goes out in each of so many ticks, a minute apart."""
    for texts in expected:
        goes_out(desk, *texts)
        desk.advance(61)


def doubted(desk, ticks, says):
    """So many ticks, each of which changes no row and says so."""
    before = desk.sql("SELECT * FROM target")
    for _ in range(ticks):
        assert says in desk.tick().stderr
        desk.advance(31)
    assert desk.sql("SELECT * FROM target") == before


def test_skipped_ticks(open_desk):
    """For an hour, a day and a month. Of the accounts Ana's allows its posts
    to be a day late, as all do, Ben's two hours and Carl's one. What may go
    out goes in the order it was due, one a minute and account; the rest is
    held."""
    desk = open_desk(variables={"CRIER_SYNCHRONISED": "yes"})
    desk.ben, carl = desk.site_account("ben"), desk.site_account("carl")
    desk.write([f"UPDATE account SET late_ms = {hours * HOUR}"
                f" WHERE id = {quote(account)}"
                for account, hours in ((desk.ben, 2), (carl, 1))])
    desk.tick()
    # told to wait by its network, which is no lateness
    desk.schedule(carl, "carl 0.1", seconds=360)
    desk.write([f"UPDATE account SET not_before = {desk.now() + 3 * HOUR}"
                f" WHERE id = {quote(carl)}"])
    fill(desk, 0.25, 0.5, 1.25)
    desk.advance(3600)
    rounds(desk, ["ana 0.25", "ben 0.25"], ["ana 0.5", "ben 0.5"])
    desk.advance(900)
    desk.write(["UPDATE account SET not_before = 0"])
    rounds(desk, ["ana 1.25", "ben 1.25", "carl 0.1"])
    assert held(desk) == []

    # a day: ten ticks that agree, and a synchronised clock, are as good as
    # the operator's word
    fill(desk, 1, 1.5, 23.5, 26)
    desk.advance(25.25 * 3600)
    doubted(desk, 9, "or until ten ticks agree")
    rounds(desk, ["ana 1.5", "ben 23.5"], ["ana 23.5"])
    assert held(desk) == ["ana 1", "ben 1", "ben 1.5"]
    desk.advance(2400)
    rounds(desk, ["ana 26", "ben 26"])

    # over a month: the operator alone can explain it
    fill(desk, 1.75, 30 * 24 - 22, 30 * 24 - 1)
    desk.advance(30 * 86400 + 3600)
    doubted(desk, 11, "until crier-admin clock accept\n")
    desk.admin("clock", "accept")
    rounds(desk, ["ana 698"], ["ana 719"])
    assert held(desk) == ["ana 1", "ben 1", "ben 1.5", "ana 1.75", "ben 1.75",
                          "ben 698", "ben 719"]

    # what was held goes when its owner says so, and nothing else with it
    answer = desk.post(f"{NATIVE}/{target_of(desk, 'ana 1')}/retry")
    assert answer.status == 200, answer
    rounds(desk, ["ana 1"])
    assert held(desk) == ["ben 1", "ben 1.5", "ana 1.75", "ben 1.75",
                          "ben 698", "ben 719"]
    assert sorted(text for name in ("ana", "ben", "carl")
                  for text, _ in public(desk, name)) == sorted(posted(desk))


# ------------------------------------------- jumps while something is sent


def test_a_jump_between_claim_and_finish(open_newsroom):
    """A year back, a year ahead: what the clock does meanwhile is no time of a
    post, not when it went out, nor when it is tried again; and nothing more
    is claimed."""
    room = open_newsroom({"tick_seconds": 30})
    (one, first), (two, second) = (room.mastodon("gotosocial"),
                                   room.mastodon("gotosocial"))
    later = [room.schedule(account, "later", seconds=DAY / 1000)
             for account in (first, second)]
    for year in (-365 * 86400, 365 * 86400):
        good = room.schedule(first, f"good {year}")
        bad = room.schedule(second, f"bad {year}")
        for stand in (one, two):
            stand.fault("slow", path="/api/v1/accounts", seconds=1)
        two.fault("status", path="/api/v1/statuses", method="POST",
                  status=429, headers={"Retry-After": "60"})
        began = room.now()
        tick = room.start_tick()
        room.wait_for(lambda: one.order()["faults"] == 0
                      and two.order()["faults"] <= 1, 50)
        room.advance(year)
        assert tick.wait(50) == 0
        tick.stderr.close()
        room.advance(-year)
        row = room.target(good)
        assert row["state"] == "posted", row
        assert began <= row["published_at"] <= room.now()
        assert row["measure_at"] == row["published_at"] + HOUR
        row = room.target(bad)
        assert row["state"] == "scheduled", row
        assert began <= row["next_at"] <= room.now() + 5 * MINUTE, row
        for attempt in room.attempts(good) + room.attempts(bad):
            assert began <= attempt["claimed_at"] <= attempt["ended_at"]
        room.advance(5 * 60)
        tick_until(room, bad)
    assert one.texts() == ["good -31536000", "good 31536000"]
    assert two.texts() == ["bad -31536000", "bad 31536000"]
    assert room.states(*later) == ["scheduled"] * 2


def test_a_key_that_a_clock_put_back_makes_look_young(open_newsroom):
    """Mastodon forgets a key after an hour of its own clock. Ours was two
    hours ahead when the answer was lost, and was put right."""
    room = open_newsroom({"http_seconds": 5})
    room.clock_file, ours = room.dir / "their-clock", room.clock_file
    stand, account = room.mastodon()
    room.clock_file = ours
    room.advance(2 * 3600)
    target = room.schedule(account, "once")
    stand.fault("drop", path="/api/v1/statuses", method="POST")
    stand.fault("status", path="/api/v1/statuses", method="POST", count=9,
                status=503)
    room.tick()
    assert room.state(target) == "verifying"
    stand.order(clear=True)
    room.advance(-2 * 3600)
    assert "went back" in room.tick().stderr
    # two hours on, ours is back where it was
    (room.dir / "their-clock").write_text(f"{2 * HOUR}\n")
    room.advance(2 * 3600 + 90)
    room.tick()
    assert stand.texts() == ["once"]
    assert room.state(target) == "uncertain"


# ------------------------------------------------------- 1970, 2099 and now

EPOCH = 20 * SECOND             # a Raspberry Pi, twenty seconds after power
Y2099 = 4_070_908_800_000


def everything(desk):
    return [desk.sql(f"SELECT {what}") for what in (
        "* FROM target", "* FROM post", "* FROM delivery",
        "id, status, credentials_version, refresh_at FROM account",
        "hex(hash), expires_at FROM session", "key FROM idempotency",
        "id, expires_at, revoked_at FROM api_key",
        "* FROM meta WHERE name NOT IN ('clock_doubt', 'clock_back')")]


def boot(desk, at):
    """The machine starts with a clock that is wrong: what cron runs, runs."""
    go(desk, at)
    before = everything(desk)
    said = desk.tick().stderr
    desk.run("collector")
    desk.run("janitor")
    desk.advance(61)
    desk.tick()
    assert everything(desk) == before
    return said


def rate_is_sane(desk, answer):
    reset = int(answer.headers["X-RateLimit-Reset"]) * 1000
    assert desk.now() - MINUTE < reset <= desk.now() + HOUR + MINUTE


@pytest.mark.parametrize("wrong", [EPOCH, Y2099])
def test_a_wrong_clock_loses_nothing_and_sends_nothing(open_desk, wrong):
    """1970 and 2099: what was due stays, what is asked for meanwhile is kept,
    and with the right time all of it goes out, once."""
    desk = open_desk({"requests_an_hour": 50, "posts_an_hour": 50,
                      "duplicate_seconds": 60})
    right = desk.now()
    kept = {"Idempotency-Key": "kept"}
    desk.admin("clock", "accept")
    due, _ = schedule(desk, NATIVE, "due", written(right + HOUR))
    schedule(desk, SYNCER, "with key", written(right + 90 * DAY),
             headers=kept)
    first = schedule(desk, SYNCER, "with key", written(right + 90 * DAY),
                     headers=kept)
    said = boot(desk, wrong)
    go(desk, wrong)
    assert ("shows 1970" if wrong == EPOCH else "jumped") in said

    answer = desk.get(NATIVE)
    assert answer.status == 200, answer
    rate_is_sane(desk, answer)
    assert schedule(desk, SYNCER, "with key", written(right + 90 * DAY),
                    headers=kept) == first
    future = written(max(right, wrong) + 2 * DAY)
    schedule(desk, NATIVE, "for later", future)
    assert schedule(desk, NATIVE, "for later", future,
                    status=409).json["code"] == "conflict"
    asked = {"Idempotency-Key": "asked"}
    answer = now_post(desk, "at once", asked)
    assert answer.json["status"] in ("scheduled", "publishing")
    for key in range(6):        # as many as would push out what is kept
        schedule(desk, NATIVE, f"key-{key}", future,
                 headers={"Idempotency-Key": f"key-{key}"})
    assert posted(desk) == [] and desk.state(due) == "scheduled"

    go(desk, right + 5 * MINUTE)
    now_post(desk, "at once", asked)
    goes_out(desk, "at once")
    for _ in range(2):
        now_post(desk, "at once", asked)
        assert schedule(desk, SYNCER, "with key", written(right + 90 * DAY),
                        headers=kept) == first
        desk.run("janitor")
    assert len(desk.sql("SELECT id FROM post")) == 10
    go(desk, desk.target(due)["due_at"] - 300)
    tick_until(desk, due)
    assert posted(desk) == ["at once", "due"] and held(desk) == []
    assert [text for text, _ in public(desk)] == ["at once", "due"]

    # what the wrong clock made ends as all of its kind does
    accept(desk, right + 26 * HOUR)
    desk.run("janitor")
    assert desk.sql("SELECT key FROM idempotency") == []
    desk.write(["UPDATE user SET posts_a_month = 8"])
    go(desk, meant(datetime(moment(right).year + 1, 9, 1), "UTC"))
    schedule(desk, NATIVE, "another month", written(right + 2000 * DAY))


def test_a_first_start_in_1970_and_who_may_ask(desk):
    """Of a time before Crier was written nothing is learnt. A key without an
    end works at any time; one that has ended does not come to life, nor does a
    connect link, nor does a session last as long as a wrong clock meant it
    to."""
    go(desk, EPOCH)
    target, _ = schedule(desk, NATIVE, "next year",
                         written(desk.now() - desk.shift + 365 * DAY))
    now_post(desk, "at once")
    assert "1970" in desk.tick().stderr
    assert posted(desk) == [] and desk.meta("tick_high") is None
    desk.advance(-desk.shift / 1000)
    goes_out(desk, "at once")
    assert desk.meta("clock_doubt") is None

    right = desk.now()
    ends = desk.add_key("owner@example.org", "all", "--expires",
                        written(right + HOUR), name="ends")
    assert desk.get(NATIVE, key=ends).status == 200
    link = urlsplit(desk.post("/api/v1/connections", {
        "platform": "mastodon"}).json["connectUrl"]).path
    assert desk.get(link, key=None).status == 200
    accept(desk, right + 2 * HOUR)
    assert desk.get(NATIVE, key=ends).status == 401
    for wrong in (EPOCH, Y2099):
        go(desk, wrong)
        assert desk.get(NATIVE).status == 200
        assert desk.get(NATIVE, key=ends).status == 401
        assert desk.get(link, key=None).status == 410
        made = desk.post("/api/v1/connections", {"platform": "mastodon"})
        assert desk.get(urlsplit(made.json["connectUrl"]).path,
                        key=None).status == 200
    desk.write(["INSERT INTO session (hash, user, created_at, expires_at)"
                f" SELECT x'00', id, {desk.now()}, {desk.now() + 30 * DAY}"
                " FROM user"])
    go(desk, right + 2 * HOUR)
    desk.run("janitor")
    [row] = desk.sql("SELECT expires_at FROM session")
    assert desk.now() < row["expires_at"] <= desk.now() + 30 * DAY


# ------------------------------------------------- webhooks and snapshots


@pytest.fixture
def receiver():
    one = Receiver()
    yield one
    one.stop()


def test_webhooks_after_six_days_without_ticks(desk, receiver):
    """Days in which nobody tried are no days in which all tries failed; what
    waits is told once."""
    answer = desk.post("/api/v1/webhooks", {"url": receiver.url()})
    assert answer.status == 201, answer
    hook = answer.json["id"].removeprefix("wh_").removeprefix("webhook_")
    receiver.answer(503)
    schedule(desk, NATIVE, "one", written(desk.now() + 2 * SECOND))
    desk.advance(2)
    goes_out(desk, "one")
    ticks(desk, lambda: "post.published" in receiver.types())
    failed = len(receiver.seen)
    desk.advance(6 * 86400)
    desk.admin("clock", "accept")
    ticks(desk, lambda: len(receiver.seen) > failed)
    assert len(receiver.seen) > failed
    [row] = desk.sql("SELECT state, failing_since FROM webhook"
                     f" WHERE id = {quote(hook)}")
    assert row["state"] == "active" and row["failing_since"], row
    receiver.answer(200)
    del receiver.seen[:]
    desk.advance(40 * 60)
    ticks(desk, lambda: len(receiver.seen) > 1)
    assert sorted(receiver.types()) == ["post.published", "post.scheduled"]
    desk.advance(3600)
    desk.tick()
    assert len(receiver.seen) == 2
    [row] = desk.sql("SELECT state, failing_since FROM webhook")
    assert row == {"state": "active", "failing_since": None}


def test_snapshots_after_jumps(room):
    """None under a wrong clock; after days without a run one for each post,
    none twice, and for one whose thirty days are over the last."""
    stand, account = room.mastodon()
    old = room.schedule(account, "old")
    goes_out(room, "old")
    room.advance(25 * 86400)
    accept(room)
    young = room.schedule(account, "young")
    goes_out(room, "young")
    right = room.now()

    def taken():
        return [len(room.sql("SELECT 1 FROM metric WHERE target ="
                             f" {quote(one)}")) for one in (old, young)]
    for wrong in (EPOCH, right + 80 * 365 * DAY):
        go(room, wrong)
        room.tick()
        room.run("collector")
    assert taken() == [0, 0]
    accept(room, right + 10 * DAY)
    room.run("collector")
    room.run("collector")
    assert taken() == [1, 1]
    assert room.target(old)["measure_at"] is None
    assert room.target(young)["measure_at"] == (
        room.target(young)["published_at"] + 11 * DAY)
