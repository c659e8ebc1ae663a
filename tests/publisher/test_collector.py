"""The collector: tokens renewed before they end, in one process at a time,
and snapshots of what networks tell of posts."""

import fcntl
import json
import re
import sqlite3

import pytest

from newsroom import EMAIL, ROOT, quote

PASSWORD = "abcd-efgh-ijkl-mnop"
RENEW = "/xrpc/com.atproto.server.refreshSession"
SIGN_IN = "/xrpc/com.atproto.server.createSession"
HOUR, DAY = 3600, 86400
COUNTS = ("likes", "comments", "shares", "views", "impressions", "clicks",
          "saves")


@pytest.fixture
def room(open_newsroom):
    return open_newsroom({"http_seconds": 5})


@pytest.fixture
def bluesky(room):
    stand = room.stand("bluesky")
    with open(room.conf, "a") as conf:
        conf.write("api_url.bluesky = %s\n" % stand.url)
    stand.account = room.add_account("bluesky", "--handle", "crier.test",
                                     secret=PASSWORD)
    return stand


def later(room, seconds):
    """So many seconds later, ticks having run all the while."""
    room.advance(seconds)
    room.admin("clock", "accept")


def collect(room, check=True):
    done = room.run("collector", check=check)
    assert not check or done.stdout == "", done
    return done


def token(room, account):
    return room.sql(
        "SELECT status, credentials_version AS version, refresh_at,"
        " token_expires_at, hex(credentials) AS box FROM account"
        f" WHERE id = {quote(account)}")[0]


def due(room, account):
    """The account's token is to be renewed now."""
    room.write([f"UPDATE account SET refresh_at = {room.now()}"
                f" WHERE id = {quote(account)}"])


def account_events(room):
    return [row["type"] for row in room.sql(
        "SELECT type FROM event WHERE target IS NULL ORDER BY id")]


def snapshots(room, target):
    return room.sql(f"SELECT * FROM metric WHERE target = {quote(target)}"
                    " ORDER BY taken_at")


def published(room, *accounts):
    """One post for each of them, public."""
    targets = [room.schedule(account, f"Post {number}")
               for number, account in enumerate(accounts)]
    room.tick()
    assert room.states(*targets) == ["posted"] * len(targets)
    return targets


# ------------------------------------------------------------------ tokens


def test_a_token_is_renewed_before_it_ends(room, bluesky):
    first = token(room, bluesky.account)
    ends = first["token_expires_at"]
    assert abs(ends - room.now() - 90 * DAY * 1000) < HOUR * 1000
    assert first["refresh_at"] == ends - 30 * DAY * 1000
    collect(room)
    assert token(room, bluesky.account) == first
    later(room, 60 * DAY + HOUR)
    collect(room)
    second = token(room, bluesky.account)
    assert second["version"] == first["version"] + 1
    assert second["token_expires_at"] > ends + 50 * DAY * 1000
    assert second["refresh_at"] > room.now() + 50 * DAY * 1000
    assert bluesky.requests("POST", RENEW) == 1
    collect(room)
    assert bluesky.requests("POST", RENEW) == 1


def test_a_refused_grant_expires_the_account(room, bluesky):
    waiting = room.schedule(bluesky.account, seconds=HOUR)
    bluesky.order(call="revoke", handle="crier.test")
    due(room, bluesky.account)
    collect(room)
    assert token(room, bluesky.account)["status"] == "expired"
    assert account_events(room)[-1] == "account.expired"
    assert room.state(waiting) == "scheduled"
    due(room, bluesky.account)
    asked = len(bluesky.order()["requests"])
    collect(room)
    assert len(bluesky.order()["requests"]) == asked


def test_no_answer_changes_nothing_and_is_asked_again(room, bluesky):
    first = token(room, bluesky.account)
    for fault in ({"fault": "status", "status": 503}, {"fault": "drop_before"},
                  {"fault": "truncate"}, {"fault": "drop"}):
        due(room, bluesky.account)
        bluesky.order(**fault, path=RENEW)
        collect(room)
        assert bluesky.order()["faults"] == 0
        after = token(room, bluesky.account)
        assert (after["box"], after["status"]) == (first["box"], "active")
        assert room.now() < after["refresh_at"] <= room.now() + HOUR * 1000
    collect(room)
    assert token(room, bluesky.account)["version"] == first["version"]
    later(room, HOUR)
    collect(room)
    assert token(room, bluesky.account)["version"] == first["version"] + 1


def test_what_keeps_the_collector_from_asking(room, bluesky):
    """The network said to wait; another collector is at work; publishing is
    halted; the clock has jumped."""
    until = room.now() + 2 * HOUR * 1000
    room.write([f"UPDATE account SET refresh_at = 1, not_before = {until}"])
    collect(room)
    assert token(room, bluesky.account)["refresh_at"] == until
    room.write(["UPDATE account SET not_before = 0"])
    due(room, bluesky.account)
    with open(room.dir / "data/run/collector", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        collect(room)
    room.admin("emergency-stop")
    collect(room)
    room.admin("resume")
    room.tick()
    room.advance(40 * DAY)
    collect(room)
    assert bluesky.requests("POST", RENEW) == 0
    room.admin("clock", "accept")
    collect(room)
    assert bluesky.requests("POST", RENEW) == 1


def place_of(room, name):
    """Run the collector; where it passes the point of this name first, as
    lib/base/point.h has it."""
    points = room.dir / "data/run/points"
    room.run("collector", extra={"CRIER_POINTS": str(points)})
    return next(line.split(None, 2)[2]
                for line in points.read_text().splitlines()
                if line.endswith(" / " + name))


def killed(room, place):
    done = room.run("collector", extra={"CRIER_KILL_AT": place}, check=False)
    assert done.returncode == 70 and "ended by signal 9" in done.stderr


@pytest.mark.parametrize("grace, status", [(7200, "active"), (0, "expired")])
def test_a_crash_between_the_answer_and_its_commit(room, bluesky, grace,
                                                   status):
    """The old token is tried once more: where the network still takes it all
    is well, else the account expires."""
    due(room, bluesky.account)
    place = place_of(room, "renewed")
    bluesky.order(set={"grace_seconds": grace})
    first = token(room, bluesky.account)
    due(room, bluesky.account)
    killed(room, place)
    assert bluesky.requests("POST", RENEW) == 2
    assert token(room, bluesky.account)["box"] == first["box"]
    if status == "expired":
        bluesky.order(call="revoke", handle="crier.test")
    later(room, HOUR)
    collect(room)
    assert token(room, bluesky.account)["status"] == status
    assert bluesky.requests("POST", RENEW) == 3
    assert account_events(room).count("account.expired") == (
        status == "expired")


def test_two_renew_one_token_once(room, bluesky):
    """A publisher's worker and the collector find the same token ended."""
    target = room.schedule(bluesky.account)
    later(room, 3 * HOUR)       # the access token has ended
    due(room, bluesky.account)
    bluesky.fault("slow", path=RENEW, seconds=2)
    first = token(room, bluesky.account)["version"]
    tick = room.start_tick()
    room.wait_for(lambda: bluesky.order()["faults"] == 0)
    collect(room)
    tick.wait()
    room.tick()
    assert room.state(target) == "posted"
    assert bluesky.requests("POST", RENEW) == 1
    assert token(room, bluesky.account)["version"] == first + 1
    assert bluesky.refused() == []


def test_one_that_waits_finds_what_the_other_has_renewed(room, bluesky):
    target = room.schedule(bluesky.account)
    later(room, 3 * HOUR)
    due(room, bluesky.account)
    bluesky.fault("slow", path=RENEW, seconds=2)
    collector = room.start_program("collector")
    room.wait_for(lambda: bluesky.order()["faults"] == 0)
    room.tick()
    assert collector.wait() == 0
    assert room.state(target) == "posted"
    assert bluesky.requests("POST", RENEW) == 1
    assert token(room, bluesky.account)["version"] == 2


def test_a_token_that_cannot_be_renewed_expires_when_it_ends(room):
    account = room.add_account("linkedin", "--handle", "ana", "--offline",
                               secret="x")
    ends = room.now() + 2 * HOUR * 1000
    room.write(["UPDATE account SET refresh_at = 1,"
                f" token_expires_at = {ends}"])
    for seconds, status in ((0, "active"), (HOUR + 1, "active"),
                            (HOUR + 1, "expired")):
        later(room, seconds)
        collect(room)
        assert token(room, account)["status"] == status
    assert account_events(room)[-1] == "account.expired"


def test_rotated_tokens_and_a_wrong_secret(room):
    stand, account = room.oauth("x", "2244994945000000001")
    for version in (2, 3):
        due(room, account)
        collect(room)
        assert token(room, account)["version"] == version
        assert token(room, account)["token_expires_at"] > room.now() + HOUR
    conf = room.conf.read_text()
    room.conf.write_text(conf.replace("client_secret.twitter = ",
                                      "client_secret.twitter = no"))
    due(room, account)
    collect(room)
    row = token(room, account)
    assert (row["version"], row["status"]) == (3, "active")
    room.conf.write_text(conf)
    due(room, account)
    stand.order(fault="drop", path="/api.x.com/2/oauth2/token")
    collect(room)               # the answer is lost, the old token spent
    assert token(room, account)["status"] == "active"
    due(room, account)
    collect(room)
    assert token(room, account)["status"] == "expired"
    assert account_events(room)[-1] == "account.expired"


def disconnect(room, account):
    """As the API does it, for an account without posts."""
    room.write(["UPDATE account SET status = 'disconnected', given_back ="
                " credentials, credentials = NULL, token_expires_at = NULL,"
                f" refresh_at = 1, updated_at = {room.now()}"
                f" WHERE id = {quote(account)}"])


def test_tokens_of_accounts_that_went_are_given_back(room, bluesky):
    """One network takes it, one never heard of the application that it was
    given to, one does not answer for a week."""
    stand, x_account = room.oauth("x", "2244994945000000001")
    other, stranger = room.mastodon()
    for account in (x_account, stranger, bluesky.account):
        disconnect(room, account)
    bluesky.order(fault="status", status=503, count=2,
                  path="/xrpc/com.atproto.server.deleteSession")
    collect(room)
    left = "SELECT id FROM account WHERE given_back IS NOT NULL"
    assert [row["id"] for row in room.sql(left)] == [bluesky.account]
    assert stand.requests("POST", "/api.x.com/2/oauth2/revoke") == 1
    assert stand.order(call="tokens")["unspent"] == []
    later(room, HOUR)
    collect(room)
    assert len(room.sql(left)) == 1 and bluesky.order()["faults"] == 0
    later(room, 7 * DAY)
    collect(room)
    assert room.sql(left) == []
    asked = len(bluesky.order()["requests"])
    due(room, bluesky.account)
    collect(room)
    assert len(bluesky.order()["requests"]) == asked


@pytest.mark.parametrize("name, path, mine, other", [
    ("tiktok", "/open.tiktokapis.com/v2/oauth/revoke/", "_000alice",
     "_000alice"),
    ("facebook", "/graph.facebook.com/v25.0/me/permissions",
     "100100000000000001", "100100000000000003"),
    ("linkedin", "/www.linkedin.com/oauth/v2/revoke", "urn:li:person:alice",
     "urn:li:organization:5515715"),
    ("youtube", "/oauth2.googleapis.com/revoke", "UCalice0000000000000000A",
     "UCbob000000000000000000B")])
def test_what_ends_more_than_a_token_is_left_to_the_last(
        room, name, path, mine, other):
    """Another profile has the account, or another of the same person's: it
    goes on as before. TikTok's of other people are in nobody's way."""
    method = "DELETE" if name == "facebook" else "POST"
    stand, first = room.oauth(name, mine)
    if name == "tiktok":
        room.oauth_account(stand, "_000bob", "bob")
    profile = room.admin("profile", "add", "--user", EMAIL, "--name",
                         "Shop").split()[0]
    second = room.add_account(
        name, "--offline", "--handle", other, "--profile", profile,
        secret=json.dumps(stand.order(call="token", account="alice")))
    disconnect(room, first)
    collect(room)
    assert stand.requests(method, path) == 0
    assert room.sql("SELECT id FROM account WHERE given_back IS NOT NULL"
                    ) == []
    disconnect(room, second)
    collect(room)
    assert stand.requests(method, path) == 1
    assert room.sql("SELECT id FROM account WHERE given_back IS NOT NULL"
                    ) == []
    assert stand.order(call="tokens")["alive"] == (
        ["bob"] if name == "tiktok" else [])


# ----------------------------------------------------------------- metrics


def test_snapshots_of_a_status(room):
    stand, account = room.mastodon()
    [target] = published(room, account)
    remote = room.target(target)["remote_id"]
    out = room.target(target)["published_at"]
    collect(room)
    assert snapshots(room, target) == []
    stand.order(call="counts", id=remote, counts={
        "favourites_count": 7, "replies_count": 2, "reblogs_count": 3,
        "quotes_count": 1})
    later(room, HOUR)
    collect(room)
    [one] = snapshots(room, target)
    assert {name: one[name] for name in COUNTS} == {
        "likes": 7, "comments": 2, "shares": 4, "views": None,
        "impressions": None, "clicks": None, "saves": None}
    assert out + HOUR * 1000 <= one["taken_at"] <= room.now()
    collect(room)
    assert len(snapshots(room, target)) == 1
    taken = []
    for hours in (6, 24, 72, 96, 120, 144):
        room.advance((out + hours * HOUR * 1000 - room.now()) / 1000 + 1)
        room.admin("clock", "accept")
        collect(room)
        collect(room)
        taken.append(len(snapshots(room, target)))
    assert taken == [2, 3, 4, 5, 6, 7]
    later(room, 24 * DAY)       # the machine was off: one for all of them
    collect(room)
    assert len(snapshots(room, target)) == 8
    assert room.target(target)["measure_at"] is None
    assert stand.refused() == []


def test_snapshots_of_a_bluesky_post(room, bluesky):
    [target] = published(room, bluesky.account)
    bluesky.order(call="counts", uri=room.target(target)["remote_id"],
                  counts={"likeCount": 5, "replyCount": 1, "repostCount": 2,
                          "quoteCount": 4, "bookmarkCount": 3})
    later(room, 3 * HOUR)       # the access token has ended besides
    collect(room)
    [one] = snapshots(room, target)
    assert {name: one[name] for name in COUNTS} == {
        "likes": 5, "comments": 1, "shares": 6, "views": None,
        "impressions": None, "clicks": None, "saves": 3}
    assert bluesky.requests("POST", RENEW) == 1
    later(room, 4 * HOUR)
    bluesky.order(call="remove", uri=room.target(target)["remote_id"])
    collect(room)
    assert len(snapshots(room, target)) == 1
    assert room.target(target)["measure_at"] is None


def test_one_that_is_gone_and_one_that_is_odd(room):
    stand, account = room.mastodon()
    targets = published(room, account, account, account)
    stand.order(call="delete", id=room.target(targets[0])["remote_id"])
    stand.order(call="counts", id=room.target(targets[1])["remote_id"],
                counts={"favourites_count": None, "reblogs_count": "3"})
    later(room, HOUR + 60)
    collect(room)
    assert [len(snapshots(room, target)) for target in targets] == [0, 1, 1]
    [one] = snapshots(room, targets[1])
    assert (one["likes"], one["comments"]) == (None, 0)
    assert room.target(targets[0])["measure_at"] is None


def test_a_limited_account_rests_and_the_others_do_not(room):
    limited, first = room.mastodon()
    free, second = room.mastodon()
    targets = published(room, first, first, first, second, second)
    held, others = targets[:3], targets[3:]
    later(room, HOUR + 60)
    limited.fault("status", path="/api/v1/statuses/", status=429, count=9,
                  headers={"Retry-After": "1800"})
    collect(room)
    asked = limited.order()["faults"]
    assert asked == 8           # one call, and the others of it wait
    assert [len(snapshots(room, one)) for one in held] == [0, 0, 0]
    assert [len(snapshots(room, one)) for one in others] == [1, 1]
    assert room.account(first)["not_before"] == 0
    collect(room)
    assert limited.order()["faults"] == asked
    limited.order(clear=True)
    later(room, HOUR)
    collect(room)
    assert [len(snapshots(room, one)) for one in held] == [1, 1, 1]


def test_a_revoked_token_expires_the_account(room):
    stand, account = room.mastodon()
    [target] = published(room, account)
    stand.order(call="revoke", token="alice-token")
    later(room, HOUR)
    collect(room)
    assert room.account(account)["status"] == "expired"
    assert account_events(room)[-1] == "account.expired"
    later(room, 6 * HOUR)
    asked = len(stand.order()["requests"])
    collect(room)
    assert len(stand.order()["requests"]) == asked
    assert room.target(target)["measure_at"] > room.now()


def test_what_cannot_be_measured_is_not_looked_at_again(room):
    account = room.site_account()
    [target] = published(room, account)
    assert room.target(target)["measure_at"] is not None
    later(room, HOUR)
    collect(room)
    assert room.target(target)["measure_at"] is None
    assert snapshots(room, target) == []


def test_a_run_that_dies_at_a_post_goes_on_after_it(room):
    stand, account = room.mastodon()
    targets = published(room, account, account)
    later(room, HOUR)
    place = place_of(room, "measure")
    assert [len(snapshots(room, one)) for one in targets] == [1, 1]
    room.write([f"UPDATE target SET measure_at = {room.now()}",
                "DELETE FROM metric"])
    killed(room, place)
    assert sum(len(snapshots(room, one)) for one in targets) == 0
    collect(room)
    assert sum(len(snapshots(room, one)) for one in targets) == 1
    later(room, HOUR)
    collect(room)
    assert [len(snapshots(room, one)) for one in targets] == [1, 1]


# ----------------------------------------------------------------- the rest


def test_help_and_words(room):
    assert room.run("collector", "--help").stdout.startswith(
        "usage: collector\n")
    done = room.run("collector", "now", check=False)
    assert done.returncode == 64 and "usage: collector" in done.stderr


def test_secrets_are_in_no_log(room, bluesky):
    for fault in ({"fault": "status", "status": 400, "body": {
                      "error": "InvalidRequest", "message": PASSWORD}},
                  {"fault": "truncate"}):
        due(room, bluesky.account)
        bluesky.order(**fault, path=RENEW)
        said = collect(room, check=False)
        for secret in (PASSWORD, "eyJ"):
            assert secret not in said.stderr + said.stdout


def test_a_run_costs_the_same_over_a_million_posts():
    """The two statements that find what is due use an index that holds only
    what is."""
    database = sqlite3.connect(":memory:")
    database.executescript((ROOT / "schema.sql").read_text())
    for path, index in (("refresh", "account_refresh (refresh_at>? AND"),
                        ("measure", "target_measure (measure_at>? AND")):
        source = (ROOT / f"lib/publish/{path}.c").read_text()
        [run] = [found for found in re.findall(
            r'(?:"[^"\n]*"\s*)+', source) if "_at <= :" in found]
        sql = "".join(re.findall(r'"([^"\n]*)"', run))
        names = dict.fromkeys(re.findall(r":(\w+)", sql))
        steps = [row[3] for row in database.execute(
            "EXPLAIN QUERY PLAN " + sql, names)]
        assert any(index in step for step in steps), (sql, steps)
        assert not any("TEMP B-TREE" in step or step.startswith("SCAN")
                       for step in steps), steps
