/* doctor_state.c: what the database says of ticks, posts and accounts. */
#include "admin/doctor.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/memory.h"
#include "core/account.h"
#include "core/config.h"
#include "core/invariants.h"
#include "core/readiness.h"
#include "core/webhook.h"
#include "data/db.h"
#include "data/json.h"
#include "data/value.h"

enum {
    TICK_LATE = 10 * MINUTE,    /* cron starts one a minute, or every five */
    STUCK = 20 * MINUTE
};

static void
check_database(void)
{
    const char *fault = db_fault();
    const char *mode = db_text("PRAGMA journal_mode");

    if (fault != NULL)
        doctor_say(DOCTOR_FAIL, "database", "%s", fault);
    else if (mode == NULL || mode[0] != 'w')
        doctor_say(DOCTOR_FAIL, "database", "its journal is not a WAL");
    else if (db_integer("SELECT count(*) FROM pragma_foreign_key_check", 0))
        doctor_say(DOCTOR_FAIL, "database", "rows point to nothing (PRAGMA"
                   " foreign_key_check lists them)");
    else
        doctor_say(DOCTOR_OK, "database", "sound, schema version %d",
                   DB_VERSION);
}

/* Is publishing stopped on purpose? Then nothing that waits is stuck. */
static int
check_stops(void)
{
    const char *why = db_text("SELECT value FROM meta"
                              " WHERE name = 'halted'");
    const char *doubt = db_text("SELECT value FROM meta"
                                " WHERE name = 'clock_doubt'");
    char room[CLOCK_ROOM];

    if (why != NULL)
        doctor_say(DOCTOR_WARN, "publishing", "stopped: %s (crier-admin"
                   " resume)", why);
    if (doubt != NULL)
        doctor_say(DOCTOR_WARN, "clock", "in doubt since %s: %s, %d ticks"
                   " agree (crier-admin clock accept)",
                   clock_print(json_integer(doubt, "$.since", 0),
                               CLOCK_SECONDS, room),
                   json_text(doubt, "$.why"),
                   (int)json_integer(doubt, "$.ticks", 0));
    else
        doctor_say(clock_is_synchronised() ? DOCTOR_OK : DOCTOR_WARN, "clock",
                   clock_is_synchronised() ? "synchronised"
                   : "the kernel does not say that it is synchronised");
    return why != NULL || doubt != NULL;
}

/* Networks that refuse the whole application, and those whose day is used
   up. */
static void
check_networks(void)
{
    const struct catalogue_row *row;
    int waiting = 0;

    for (row = catalogue; row->name != NULL; row++) {
        struct needs needs = { .count = 0 };
        int i;

        readiness_of_network(row, &needs);
        for (i = 0; i < needs.count; i++)
            if (needs.list[i].until_at != 0) {
                doctor_say(DOCTOR_WARN, "networks", "%s",
                           needs.list[i].words);
                waiting = 1;
            }
    }
    if (!waiting)
        doctor_say(DOCTOR_OK, "networks", "none refuses this server's"
                   " application");
}

#define NOT_PAUSED \
    " AND NOT EXISTS (SELECT 1 FROM network_pause w" \
    "  WHERE w.network = t.network AND w.until_at > :now - 600000)"

/* How many targets meet a condition over :now. */
static long long
count_targets(const char *condition)
{
    return db_integer(memory_format("SELECT count(*) FROM target t"
        " JOIN account a ON a.id = t.account WHERE %s", condition), 0);
}

static void
check_tick(int stopped)
{
    int64_t last = db_integer("SELECT cast(value AS INTEGER) FROM meta"
                              " WHERE name = 'tick_last'", 0);
    long long waiting = count_targets(
        "t.state IN ('scheduled', 'verifying') AND t.held_at IS NULL"
        " AND t.next_at < :now - 600000 AND a.status = 'active'"
        " AND a.not_before < :now - 600000" NOT_PAUSED);
    char room[CLOCK_ROOM];

    if (last == 0)
        doctor_say(waiting && !stopped ? DOCTOR_FAIL : DOCTOR_WARN,
                   "last tick", "none yet: cron is to start the publisher");
    else
        doctor_say(clock_now() - last < TICK_LATE ? DOCTOR_OK
                   : waiting && !stopped ? DOCTOR_FAIL : DOCTOR_WARN,
                   "last tick", "%s", clock_print(last, CLOCK_SECONDS, room));
    if (waiting > 0)
        doctor_say(stopped ? DOCTOR_WARN : DOCTOR_FAIL, "due posts",
                   "%lld are more than 10 minutes late", waiting);
    else
        doctor_say(DOCTOR_OK, "due posts", "none waits for its turn");
}

static void
count_dead(void *context)
{
    *(int *)context += !lock_is_held(memory_format("%s/%s",
        config()->run_dir, value_text("doctor_worker")));
}

static void
check_stuck(int stopped)
{
    int dead = 0;
    long long unresolved;

    value_set_integer("doctor_then", clock_now() - STUCK);
    db_each("SELECT worker AS doctor_worker FROM target"
            " WHERE worker IS NOT NULL AND updated_at < :doctor_then"
            " UNION ALL SELECT worker FROM change"
            " WHERE worker IS NOT NULL AND next_at < :doctor_then",
            count_dead, &dead);
    unresolved = count_targets("t.state = 'verifying' AND a.status = 'active'"
                               " AND t.updated_at < :doctor_then - 2400000"
                               NOT_PAUSED);
    if (dead > 0 || unresolved > 0)
        doctor_say(stopped ? DOCTOR_WARN : DOCTOR_FAIL, "stuck posts",
                   "%d whose worker is gone, %lld unresolved for an hour",
                   dead, unresolved);
    else
        doctor_say(DOCTOR_OK, "stuck posts", "none");
}

/* Say how many there are of something that its owner should see to. */
static void
mention(const char *what, long long count, const char *words)
{
    if (count > 0)
        doctor_say(DOCTOR_WARN, what, "%lld %s", count, words);
}

static void
check_owners_turn(void)
{
    mention("uncertain", count_targets("t.state = 'uncertain'"
                                       " AND t.hidden_at IS NULL"),
            "posts wait for their owner's word");
    mention("held", count_targets("t.held_at IS NOT NULL"),
            "posts were too late to go out unasked");
    mention("accounts", db_integer("SELECT count(*) FROM account"
                                   " WHERE status = 'expired'", 0),
            "accounts must be connected again");
    mention("waiting", count_targets("t.state IN ('scheduled', 'verifying')"
                                     " AND a.status <> 'active'"),
            "posts wait for an account that is not connected");
}

/* Deliveries are repeatable, so late ones are nobody's loss; but somebody
   waits for them. */
static void
check_webhooks(int stopped)
{
    long long late = db_integer(
        "SELECT count(*) FROM delivery d JOIN webhook w ON w.id = d.webhook"
        " WHERE d.state = 'pending' AND d.next_at < :now - 600000"
        "  AND w.state = 'active' AND w.not_before < :now - 600000", 0);

    if (late > 0)
        doctor_say(stopped ? DOCTOR_WARN : DOCTOR_FAIL, "webhooks",
                   "%lld deliveries are more than 10 minutes late", late);
    else
        doctor_say(DOCTOR_OK, "webhooks", "no delivery waits for its turn");
    mention("webhooks", db_integer("SELECT count(*) FROM webhook"
                                   " WHERE state = 'disabled'", 0),
            "are disabled: GET /api/v1/webhooks says why");
    mention("webhooks", db_integer("SELECT count(*) FROM webhook"
                                   " WHERE failing_since < :now - 86400000"
                                   "  AND state = 'active'", 0),
            "have failed for a day and more");
}

static void
count_closed(void *context)
{
    *(int *)context += !account_opens(value_text("doctor_account"));
}

static void
count_closed_webhook(void *context)
{
    const struct value *box = value_find("doctor_box");

    *(int *)context += !webhook_opens(value_text("doctor_webhook"),
                                      box->bytes, box->length);
}

/* A webhook's secret that does not open ends the publisher's worker that
   tells it. */
static void
check_webhook_seals(void)
{
    int closed = 0;
    int sealed = db_each("SELECT id AS doctor_webhook, secret AS doctor_box"
                         " FROM webhook", count_closed_webhook, &closed);

    doctor_say(closed ? DOCTOR_FAIL : DOCTOR_OK, "webhook keys", "%d of %d"
               " webhooks' secrets open with this key file", sealed - closed,
               sealed);
}

static void
check_seals(void)
{
    int closed = 0;
    int sealed = db_each("SELECT id AS doctor_account FROM account"
                         " WHERE credentials IS NOT NULL", count_closed,
                         &closed);

    doctor_say(closed ? DOCTOR_FAIL : DOCTOR_OK, "key", "%d of %d accounts'"
               " secrets open with this key file", sealed - closed, sealed);
}

static void
check_invariants(void)
{
    const struct invariant *invariant;

    for (invariant = invariants; invariant->name != NULL; invariant++) {
        const char *first;
        long long broken = invariants_check(invariant, &first);

        if (broken > 0)
            doctor_say(DOCTOR_FAIL, invariant->name, "broken %lld times"
                       " (%s): %s", broken, first, invariant->promise);
        else
            doctor_say(DOCTOR_OK, invariant->name, "%s", invariant->promise);
    }
}

void
doctor_state(void)
{
    int stopped;

    value_set_integer("now", clock_now());
    check_database();
    stopped = check_stops();
    check_tick(stopped);
    check_stuck(stopped);
    check_networks();
    check_owners_turn();
    check_webhooks(stopped);
    check_seals();
    check_webhook_seals();
    check_invariants();
}
