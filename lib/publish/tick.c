/* tick.c: the publisher's parent: it claims nothing itself, and holds no
   database open while it forks or sleeps. */
#include "publish/change.h"
#include "publish/tick.h"
#include "publish/claim.h"
#include "publish/crew.h"
#include "publish/late.h"
#include "publish/outgoing.h"
#include "publish/recover.h"
#include "publish/spool.h"
#include "publish/timekeeper.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "core/config.h"
#include "core/rate.h"
#include "data/db.h"
#include "data/value.h"

#include <string.h>

enum { STEP_MS = SECOND, ACCOUNTS_MOST = 400, CHANGES_MOST = 50 };

/* The accounts with something to do now, the one that waits longest first. */
struct due {
    const char *accounts[ACCOUNTS_MOST];
    int count;
    const char *changes[CHANGES_MOST];  /* targets */
    int change_count;
    int64_t next_at;            /* the next moment after now; 0: none */
    int deliveries;             /* 1: webhooks are to be told */
};

static void
add_account(void *context)
{
    struct due *due = context;

    due->accounts[due->count++] = memory_copy(value_text("tick_account"));
}

static void
add_change(void *context)
{
    struct due *due = context;

    due->changes[due->change_count++] = memory_copy(value_text("tick_target"));
}

static void
look_for_changes(struct due *due)
{
    value_set_integer("tick_changes", CHANGES_MOST);
    db_each("SELECT c.target AS tick_target FROM change c"
            "  JOIN target t ON t.id = c.target"
            "  JOIN account a ON a.id = t.account"
            " WHERE c.worker IS NULL AND c.next_at <= :now"
            "  AND a.not_before <= :now AND" CHANGE_COMES_NEXT
            "  AND NOT EXISTS (SELECT 1"
            "   FROM network_pause w WHERE w.network = a.network"
            "    AND w.extent = 'all' AND w.until_at > :now)"
            "  AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'halted')"
            " ORDER BY c.next_at LIMIT :tick_changes", add_change, due);
}

/* A round begins whenever a worker ends; the log is emptied once a second. */
static void
empty_log(void)
{
    static int64_t next_at;

    if (clock_steady() < next_at)
        return;
    next_at = clock_steady() + STEP_MS;
    db_empty_log();
}

static struct due *
look(void)
{
    struct due *due = memory_get(sizeof *due);

    db_open(config()->database);
    value_set_integer("now", clock_now());
    value_set_integer("tick_most", ACCOUNTS_MOST);
    db_each("SELECT a.id AS tick_account FROM account a"
            " WHERE a.id IN (SELECT t.account FROM target t"
            "   WHERE t.state IN ('scheduled', 'verifying')"
            "    AND t.held_at IS NULL AND t.next_at <= :now)"
            "  AND" CLAIM_ACCOUNT_MAY_SEND
            "  AND (SELECT f.next_at" CLAIM_FIRST ") <= :now"
            " ORDER BY (SELECT f.due_at" CLAIM_FIRST ") LIMIT :tick_most",
            add_account, due);
    due->next_at = db_integer(
        "SELECT t.next_at FROM target t"
        " WHERE t.state IN ('scheduled', 'verifying') AND t.held_at IS NULL"
        "  AND t.next_at > :now ORDER BY t.next_at LIMIT 1", 0);
    look_for_changes(due);
    due->deliveries = outgoing_is_due();
    empty_log();
    db_close();
    return due;
}

/* How long to sleep: to the next due moment, a second at most. */
static int64_t
pause_until(const struct due *due, int64_t deadline)
{
    int64_t pause = STEP_MS, left = deadline - clock_steady();

    if (due->next_at > 0 && due->next_at - clock_now() < pause)
        pause = due->next_at - clock_now();
    if (left < pause)
        pause = left;
    return pause > 0 ? pause : 1;
}

/* Start what is due, sleep, collect who ended, until the tick is over or
   somebody asks to stop. */
static void
rounds(int64_t deadline)
{
    memory_keep();
    while (clock_steady() < deadline && !crew_asked_to_stop()
           && !timekeeper_moved() && spool_has_room()) {
        const struct due *due = look();
        int i;

        crew_start_holder(deadline);
        for (i = 0; i < due->count; i++)
            if (!crew_start(due->accounts[i], deadline))
                break;
        for (i = 0; i < due->change_count; i++)
            if (!crew_start_change(due->changes[i]))
                break;
        if (due->deliveries)
            crew_start_deliverer(deadline);
        crew_wait(pause_until(due, deadline));
        value_reset();
        memory_reset();
    }
}

/* Is this a moment to publish at? Leaves the database open. */
static int
may_begin(void)
{
    int64_t now = clock_now();
    const char *halted;
    int trusted;

    db_open(config()->database);
    halted = db_text("SELECT value FROM meta WHERE name = 'halted'");
    trusted = timekeeper_trusts(now, 1);
    if (halted != NULL)
        note("publishing is halted (%s): crier-admin resume", halted);
    if (halted != NULL || !trusted)
        return 0;
    if (!spool_has_room()) {
        note("less than %d MB are free: nothing is published",
             config()->minimum_free_mb);
        return 0;
    }
    late_policy(now);
    return 1;
}

int
tick(void)
{
    int64_t deadline = clock_steady()
                       + (int64_t)config()->tick_seconds * SECOND;

    crew_begin();
    if (!may_begin()) {
        db_close();
        return 0;
    }
    recover();
    rate_sweep("signin-");
    db_close();
    value_reset();
    rounds(deadline);
    if (!crew_asked_to_stop() && !timekeeper_moved() && spool_has_room()) {
        db_open(config()->database);
        late_tick_ended(clock_now());
        db_empty_log();
        db_close();
    }
    crew_end();
    return 0;
}
