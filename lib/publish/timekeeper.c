/* timekeeper.c: the latest time seen, and doubts about the present one. */
#include "publish/timekeeper.h"
#include "base/clock.h"
#include "base/log.h"
#include "data/db.h"
#include "data/json.h"
#include "data/value.h"

enum {
    BACK_MS = 2 * MINUTE,
    JUMP_MS = 6 * HOUR,
    AGREEING_TICKS = 10,
    APART_MS = 30 * SECOND,     /* ticks that count are so far apart ... */
    TOGETHER_MS = HOUR          /* ... and not farther */
};

static const int64_t LONG_MS = (int64_t)30 * DAY;

int
timekeeper_moved(void)
{
    int64_t moved = clock_moved();

    return moved > BACK_MS || moved < -BACK_MS;
}

static void
keep(const char *sql)
{
    db_begin();
    db_batch(sql);
    db_commit();
}

static int
trust(int64_t now, int is_tick)
{
    value_set_integer("tick_now", now);
    if (is_tick)
        keep("INSERT INTO meta (name, value) VALUES ('tick_high', :tick_now)"
             " ON CONFLICT (name) DO UPDATE SET value ="
             "  max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER));"
             "DELETE FROM meta WHERE name = 'clock_doubt'");
    return 1;
}

/* Keep the doubt, and count this tick when it agrees with the one before.
   Returns how many agree. */
static int64_t
doubt(const char *why, int64_t now)
{
    const char *kept = db_text("SELECT value FROM meta"
                               " WHERE name = 'clock_doubt'");
    int64_t last = kept ? json_integer(kept, "$.last", 0) : 0;
    int64_t ticks = kept ? json_integer(kept, "$.ticks", 0) : 0;

    if (now < last || now - last > TOGETHER_MS)
        ticks = 1;
    else if (now - last < APART_MS)
        return ticks;
    else
        ticks++;
    value_set_text("tick_why", why);
    value_set_integer("tick_since", ticks > 1 ? json_integer(kept, "$.since",
                                                             now) : now);
    value_set_integer("tick_now", now);
    value_set_integer("tick_ticks", ticks);
    value_set_text("tick_doubt", json_make(
        "json_object('why', :tick_why, 'since', :tick_since,"
        " 'last', :tick_now, 'ticks', :tick_ticks)"));
    keep("INSERT OR REPLACE INTO meta (name, value)"
         " VALUES ('clock_doubt', :tick_doubt);"
         "INSERT OR REPLACE INTO meta (name, value)"
         " SELECT 'clock_back', (SELECT ifnull(max(rowid), 0) FROM attempt)"
         "  WHERE :tick_why = 'clock_back'");
    return ticks;
}

int
timekeeper_trusts(int64_t now, int is_tick)
{
    int64_t high = db_integer("SELECT CAST(value AS INTEGER) FROM meta"
                              " WHERE name = 'tick_high'", now);
    int64_t ticks = 0;
    char room[CLOCK_ROOM];

    if (now < CLOCK_EARLIEST) {
        if (is_tick)
            doubt("clock_back", now);
        note("the clock shows %s: nothing is published until it is right",
             clock_print(now, CLOCK_SECONDS, room));
        return 0;
    }
    clock_keep(now);
    if (now >= high - BACK_MS && now <= high + JUMP_MS)
        return trust(now, is_tick);
    if (now < high) {
        if (is_tick)
            doubt("clock_back", now);
        note("the clock went back by %lld s: nothing is published until it is"
             " back, or until crier-admin clock accept",
             (long long)(high - now) / SECOND);
        return 0;
    }
    if (is_tick)
        ticks = doubt("clock_forward", now);
    if (ticks >= AGREEING_TICKS && now - high <= LONG_MS
        && clock_is_synchronised())
        return trust(now, is_tick);
    note("the last tick was %lld s ago, or the clock jumped: nothing is"
         " published until crier-admin clock accept%s",
         (long long)(now - high) / SECOND, now - high > LONG_MS ? ""
         : ", or until ten ticks agree and the clock is synchronised");
    return 0;
}
