/* late.c: holding what is too late, pacing what is not. */
#include "publish/late.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "data/db.h"
#include "data/value.h"

/* late_by() in SQL, over a row of target. */
#define LATE_BY "(:late_now - max(due_at, :late_tick_last))"

#define KEEP_TICK_LAST \
    "INSERT OR REPLACE INTO meta (name, value)" \
    " VALUES ('tick_last', :late_now)"

int64_t
late_by(int64_t due_at, int64_t tick_last, int64_t now)
{
    return now - (due_at > tick_last ? due_at : tick_last);
}

/* The backlog that an earlier outage left is gone when nothing due by then
   is left. */
#define FORGET_OUTAGE \
    "DELETE FROM meta WHERE name = 'outage' AND NOT EXISTS (" \
    " SELECT 1 FROM target t WHERE t.state IN ('scheduled', 'verifying')" \
    "  AND t.held_at IS NULL AND t.next_at <= CAST(meta.value AS INTEGER))"

static void
hold(void)
{
    db_run("UPDATE target SET held_at = :late_now, updated_at = :late_now,"
           "  reason = 'This post is later than its account allows: its owner"
           " decides.', category = 'missed_window'"
           " WHERE state IN ('scheduled', 'verifying') AND held_at IS NULL"
           "  AND state = 'scheduled'"
           "  AND next_at <= :late_now AND " LATE_BY " > (SELECT late_ms"
           "   FROM account WHERE id = target.account)");
    if (db_changes() > 0)
        note("%d posts are too late to go out unasked: they are held",
             db_changes());
    db_run("INSERT OR REPLACE INTO meta (name, value)"
           " VALUES ('outage', :late_now)");
    db_run("UPDATE webhook SET failing_since = failing_since + :late_now"
           "  - :late_tick_last WHERE failing_since <= :late_tick_last");
}

/* What was asked for at once while the clock was ahead is due now that it is
   right. Ids begin with the time. */
static void
bring_back(int64_t now)
{
    value_set_text("late_ahead", id_since(now + 5 * MINUTE));
    value_set_integer("late_future", now + 5 * MINUTE);
    db_run("UPDATE target SET due_at = :late_now, next_at = :late_now,"
           "  updated_at = :late_now WHERE id >= :late_ahead"
           "  AND created_at >= :late_future AND state = 'scheduled'"
           "  AND due_at <= created_at + 60000");
}

void
late_policy(int64_t now)
{
    int64_t tick_last = db_integer("SELECT CAST(value AS INTEGER) FROM meta"
                                   " WHERE name = 'tick_last'", now);

    value_set_integer("late_now", now);
    value_set_integer("late_tick_last", tick_last);
    db_begin();
    if (now - tick_last > LATE_OUTAGE_MS)
        hold();
    else
        db_run(FORGET_OUTAGE);
    bring_back(now);
    db_run(KEEP_TICK_LAST);
    db_commit();
}

void
late_tick_ended(int64_t now)
{
    value_set_integer("late_now", now);
    db_begin();
    db_run(KEEP_TICK_LAST);
    db_commit();
}
