"""What becomes of a post: each answer of a network, each outcome."""

import os
import signal


def test_a_post_goes_out_with_permalink_and_event(room):
    account = room.site_account()
    target, before = room.schedule(account, "Good morning"), room.now()
    room.tick()
    row = room.target(target)
    assert row["state"] == "posted" and row["worker"] is None
    assert row["permalink"].startswith(room.url + "/site/")
    assert row["category"] is None and row["reason"] is None
    assert before <= row["published_at"] <= room.now()
    page = room.site / row["permalink"][len(room.url + "/site/"):]
    assert "Good morning" in page.read_text()
    [attempt] = room.attempts(target)
    assert attempt["number"] == 1 and attempt["outcome"] == "posted"
    assert attempt["claimed_at"] <= attempt["sent_at"] <= attempt["ended_at"]
    assert room.events(target) == ["post.published"]


def test_what_is_not_due_stays(room):
    account = room.site_account()
    target = room.schedule(account, seconds=3600)
    room.tick()
    assert room.state(target) == "scheduled"
    assert room.attempts(target) == []


def test_a_post_goes_out_to_the_second(open_newsroom):
    room = open_newsroom({"tick_seconds": 60})
    target = room.schedule(room.site_account(), seconds=2.2)
    due = room.target(target)["due_at"]
    tick = room.start_tick()
    room.wait_for(lambda: room.state(target) == "posted")
    assert due <= room.target(target)["published_at"] < due + 10_000
    tick.terminate()
    assert tick.wait(25) == 0


def test_no_connection_is_retried_three_times(room):
    stand, account = room.mastodon()
    stand.stop()
    target = room.schedule(account)
    for wait in (48, 96, 192):
        room.tick()
        if wait < 192:
            row = room.target(target)
            assert row["state"] == "scheduled"
            assert row["category"] == "network_error"
            waits = row["next_at"] - row["updated_at"]
            assert wait * 990 < waits < wait * 1500
            room.tick()
            assert len(room.attempts(target)) == wait // 48
            room.advance(wait * 1.6)
    row = room.target(target)
    assert row["state"] == "failed" and row["failures"] == 3
    assert room.outcomes(target) == ["retry", "retry", "failed"]
    assert room.events(target) == ["post.failed"]


def test_a_refusal_fails_at_once_with_the_servers_words(room):
    stand, account = room.mastodon()
    stand.fault("status", path="/api/v1/statuses", method="POST", status=422,
                body={"error": "Validation failed: nope"})
    target = room.schedule(account)
    room.tick()
    row = room.target(target)
    assert row["state"] == "failed"
    assert row["category"] == "platform_rejected"
    assert "nope" in row["reason"]
    assert room.attempts(target)[0]["http_status"] == 422
    assert room.events(target) == ["post.failed"]


def test_retry_after_holds_all_posts_of_the_account(room):
    stand, alice = room.mastodon()
    bob = room.mastodon_account(stand, "bob")
    stand.fault("status", path="/api/v1/statuses", method="POST", status=429,
                headers={"Retry-After": "300"})
    first = room.schedule(alice, "first")
    room.tick()
    later = room.schedule(alice, "later")
    other = room.schedule(bob, "other")
    assert room.target(first)["category"] == "rate_limited"
    assert room.target(first)["failures"] == 0
    wait = room.account(alice)["not_before"] - room.now()
    assert 280_000 < wait <= 300_000
    room.tick()
    assert room.states(first, later, other) == ["scheduled", "scheduled",
                                                "posted"]
    room.advance(301)
    room.tick()
    assert room.states(first, later) == ["posted", "posted"]
    assert stand.texts() == ["other", "first", "later"]


def test_a_refused_token_expires_the_account_and_fails_no_post(room):
    stand, account = room.mastodon()
    stand.order(call="revoke", token="alice-token")
    first, second = room.schedule(account, "1"), room.schedule(account, "2")
    room.tick()
    assert room.account(account)["status"] == "expired"
    assert room.states(first, second) == ["scheduled", "scheduled"]
    assert room.target(first)["category"] == "auth_error"
    assert len(room.attempts(first) + room.attempts(second)) == 1
    types = [row["type"] for row in room.sql("SELECT type FROM event")]
    assert types.count("account.expired") == 1
    room.advance(500)
    room.tick()
    assert room.states(first, second) == ["scheduled", "scheduled"]
    stand.order(call="token", account="alice", token="new-token", scopes=(
        "read:accounts read:statuses write:statuses write:media profile"))
    room.add_account("mastodon", "--server", stand.url, secret="new-token")
    room.tick()
    assert room.states(first, second) == ["posted", "posted"]


def test_a_network_without_a_driver_fails_when_due(room):
    account = room.add_account("snapchat", "--handle", "ana", "--offline",
                               secret="token")
    target = room.schedule(account, seconds=60)
    room.tick()
    assert room.state(target) == "scheduled"
    room.advance(61)
    room.tick()
    row = room.target(target)
    assert row["state"] == "failed"
    assert row["category"] == "unsupported_network"


def test_content_that_does_not_fit_any_more_is_refused_before_sending(room):
    stand, account = room.mastodon()
    target = room.schedule(account, "x" * 5001)
    room.tick()
    row = room.target(target)
    assert row["state"] == "failed"
    assert row["category"] == "platform_rejected"
    assert room.attempts(target)[0]["sent_at"] is None
    assert stand.texts() == []


# ---------------------------------------------------- the answer never came

def test_a_keyed_network_is_asked_with_the_same_key(room):
    stand, account = room.mastodon()
    stand.fault("drop", path="/api/v1/statuses", method="POST")
    target = room.schedule(account)
    room.tick()
    room.tick()
    assert room.state(target) == "posted"
    assert len(stand.ledger()) == 1
    [attempt] = room.attempts(target)
    assert attempt["outcome"] == "posted"
    assert room.events(target) == ["post.published"]


def test_an_unknown_send_waits_for_the_settle_time(open_newsroom):
    room = open_newsroom({"settle_seconds": 120})
    stand, account = room.mastodon()
    stand.fault("drop", path="/api/v1/statuses", method="POST")
    target, later = room.schedule(account, "a"), room.schedule(account, "b")
    room.tick()
    room.tick()
    assert room.states(target, later) == ["verifying", "scheduled"]
    assert room.attempts(target)[0]["ended_at"] is None
    room.advance(121)
    room.tick()
    assert room.states(target, later) == ["posted", "posted"]
    assert stand.texts() == ["a", "b"]


def test_a_look_up_adopts_what_is_there(room):
    stand, account = room.mastodon("gotosocial")
    stand.fault("drop", path="/api/v1/statuses", method="POST")
    target = room.schedule(account)
    room.tick()
    room.tick()
    assert room.state(target) == "posted"
    assert room.target(target)["remote_id"] == stand.ledger()[0]["id"]
    assert len(stand.ledger()) == 1


def test_what_is_proven_absent_is_sent_again(room):
    stand, account = room.mastodon("gotosocial")
    stand.fault("drop_before", path="/api/v1/statuses", method="POST")
    target = room.schedule(account)
    room.tick()
    room.tick()
    assert room.outcomes(target) == ["retry"]
    assert room.target(target)["failures"] == 1
    room.advance(90)
    room.tick()
    assert room.state(target) == "posted"
    assert room.outcomes(target) == ["retry", "posted"]
    assert len(stand.ledger()) == 1


def test_what_cannot_be_known_is_uncertain_and_never_sent_again(room):
    stand, account = room.mastodon("snac")
    stand.fault("drop_before", path="/api/v1/statuses", method="POST")
    target = room.schedule(account)
    room.tick()
    room.tick()
    row = room.target(target)
    assert row["state"] == "uncertain" and row["category"] == "uncertain"
    assert row["reason"].startswith("uncertain:")
    assert "alice" in row["reason"]
    assert room.events(target) == ["post.uncertain"]
    room.advance(3600)
    room.tick()
    assert room.state(target) == "uncertain"
    assert stand.ledger() == []


def test_a_refusal_of_the_second_send_proves_nothing(room):
    """I11: the first may be out, whatever the second is told."""
    stand, account = room.mastodon()
    stand.fault("drop", path="/api/v1/statuses", method="POST")
    stand.fault("status", path="/api/v1/statuses", method="POST", status=403,
                body={"error": "This action is not allowed"})
    stand.order(set={"stale_lists": 5})
    target = room.schedule(account)
    room.tick()
    room.tick()
    assert room.state(target) == "uncertain"
    assert len(stand.ledger()) == 1


def test_half_an_hour_without_proof_is_uncertain(open_newsroom):
    room = open_newsroom({"settle_seconds": 60})
    stand, account = room.mastodon()
    stand.fault("drop", path="/api/v1/statuses", method="POST")
    target = room.schedule(account)
    room.tick()
    stand.stop()
    for _ in range(6):
        if room.state(target) == "verifying":
            room.advance(360)
            room.tick()
    assert room.state(target) == "uncertain"
    assert room.events(target) == ["post.uncertain"]


def test_an_account_that_expired_meanwhile_ends_in_uncertain(open_newsroom):
    room = open_newsroom({"settle_seconds": 60})
    stand, account = room.mastodon()
    stand.fault("drop", path="/api/v1/statuses", method="POST")
    target = room.schedule(account)
    room.tick()
    assert room.state(target) == "verifying"
    room.sql("UPDATE account SET status = 'expired'")
    room.advance(29 * 60)
    room.tick()
    assert room.state(target) == "verifying"
    room.advance(90)
    room.tick()
    assert room.state(target) == "uncertain"


# ------------------------------------------------------------- workers die

def test_a_death_before_sending_is_no_failure(room):
    stand, account = room.mastodon("gotosocial")
    stand.fault("hang", path="/api/v1/accounts", seconds=30)
    target = room.schedule(account)
    tick = room.start_tick()
    room.kill_worker()
    tick.communicate()
    assert room.state(target) == "publishing"
    room.tick()
    row = room.target(target)
    assert row["state"] == "posted"
    assert row["crashes"] == 0 and row["failures"] == 0     # it came further
    assert room.outcomes(target) == ["crashed", "posted"]
    assert len(stand.ledger()) == 1


def test_a_death_after_sending_is_looked_up(room):
    stand, account = room.mastodon("gotosocial")
    stand.fault("hang", path="/api/v1/statuses", method="POST", seconds=30)
    target = room.schedule(account)
    tick = room.start_tick()
    room.wait_until_sent(target)
    room.wait_for(stand.ledger)
    room.kill_worker()
    tick.communicate()
    room.tick()
    assert room.state(target) == "posted"
    assert room.target(target)["crashes"] == 1
    assert len(stand.ledger()) == 1 and len(room.attempts(target)) == 1


def test_a_post_that_kills_its_workers_is_given_up(room):
    stand, account = room.mastodon("gotosocial")
    stand.fault("hang_before", path="/api/v1/accounts", seconds=30, count=3)
    target = room.schedule(account)
    for _ in range(3):
        tick = room.start_tick()
        room.kill_worker()
        tick.communicate()
    room.tick()
    row = room.target(target)
    assert row["state"] == "failed" and row["category"] == "poison"
    assert stand.ledger() == [] and room.events(target) == ["post.failed"]


def test_steps_forgive_no_deaths_after_five_hundred_attempts(room):
    stand, account = room.mastodon("gotosocial")
    stand.fault("hang", path="/api/v1/accounts", seconds=30)
    target = room.schedule(account)
    room.sql("INSERT INTO attempt (id, target, number, worker, claimed_at,"
             " ended_at, outcome) SELECT 'attempt-' || value, '%s', value,"
             " 'w', %d, %d, 'crashed' FROM generate_series(1, 499)"
             % (target, room.now(), room.now()))
    tick = room.start_tick()
    room.kill_worker()
    tick.communicate()
    room.tick()
    row = room.target(target)
    assert row["state"] == "posted" and row["crashes"] == 1, row
    assert len(stand.ledger()) == 1


def test_a_stopped_worker_keeps_what_it_holds(room):
    stand, account = room.mastodon("gotosocial")
    stand.fault("hang", path="/api/v1/accounts", seconds=2)
    target = room.schedule(account)
    tick = room.start_tick()
    pid = room.wait_for(room.workers)[0]
    os.kill(pid, signal.SIGSTOP)
    room.advance(3600)
    room.tick()
    assert room.state(target) == "publishing"
    os.kill(pid, signal.SIGCONT)
    tick.communicate()
    room.tick()
    assert room.state(target) == "posted"
    assert len(stand.ledger()) == 1
