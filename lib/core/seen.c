/* seen.c: the clock, and the latest time that a tick believed. */
#include "core/seen.h"
#include "base/clock.h"
#include "data/db.h"

static int64_t
high(int64_t otherwise)
{
    return db_integer("SELECT CAST(value AS INTEGER) FROM meta"
                      " WHERE name = 'tick_high'", otherwise);
}

int64_t
seen_latest(void)
{
    int64_t now = clock_now(), seen = high(now);

    return seen > now ? seen : now;
}

int64_t
seen_earliest(void)
{
    int64_t now = clock_now(), seen = high(now);

    return seen < now ? seen : now;
}
