/* day_quota.c: counting an application's requests of a day. */
#include "core/day_quota.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

#include <limits.h>

static const struct { const char *kind, *key; } kinds[] = {
    [DAY_UPLOADS] = { "uploads", "uploads_a_day" },
    [DAY_UNITS] = { "units", "units_a_day" },
};

/* A zone is less than 15 hours off, so the day there is that of a moment
   within 24 hours. */
int64_t
day_quota_ends(const struct catalogue_row *row, int64_t now)
{
    char room[CLOCK_ROOM];
    int64_t at = 0;
    int day;

    if (row->day_zone == NULL)
        return now + DAY;
    for (day = -1; day <= 2 && at <= now; day++) {
        clock_print(now + day * (int64_t)DAY, CLOCK_SECONDS, room);
        if (clock_read(memory_format("%.10sT00:00", room), row->day_zone,
                       &at) != CLOCK_OK)
            return now + DAY;
    }
    return at;
}

static int64_t
limit_of(const struct catalogue_row *row, enum day_kind kind)
{
    const char *set = config_word(kinds[kind].key, row->name, NULL);
    long long limit;

    if (set != NULL && text_number(set, 0, INT_MAX, &limit))
        return limit;
    return kind == DAY_UPLOADS ? row->uploads_a_day : row->units_a_day;
}

struct day_quota
day_quota_of(const struct catalogue_row *row, enum day_kind kind)
{
    struct day_quota quota = { .limit = limit_of(row, kind),
        .ends_at = day_quota_ends(row, clock_now()) };

    if (quota.limit == 0)
        return quota;
    value_set_text("day_network", row->name);
    value_set_text("day_kind", kinds[kind].kind);
    value_set_integer("day_now", clock_now());
    quota.used = db_integer("SELECT used FROM network_quota"
                            " WHERE network = :day_network"
                            "  AND kind = :day_kind AND ends_at > :day_now",
                            0);
    return quota;
}

int
day_quota_take(const struct catalogue_row *row, enum day_kind kind,
               int amount, int reads)
{
    struct day_quota quota = day_quota_of(row, kind);

    if (quota.limit == 0)
        return 1;
    if (quota.used + amount > quota.limit - (reads ? quota.limit / 5 : 0))
        return 0;
    value_set_integer("day_used", quota.used + amount);
    value_set_integer("day_ends", quota.ends_at);
    if (db_run("INSERT INTO network_quota (network, kind, used, ends_at)"
               " VALUES (:day_network, :day_kind, :day_used, :day_ends)"
               " ON CONFLICT DO UPDATE SET used = excluded.used,"
               "  ends_at = excluded.ends_at") == DB_REFUSED)
        die("quota of %s: %s", row->name, db_why());
    return 1;
}

const char *
day_quota_words(const struct catalogue_row *row, enum day_kind kind)
{
    struct day_quota quota = day_quota_of(row, kind);
    char room[CLOCK_ROOM];

    return memory_format("%s allows this server's application %lld %s a day;"
        " what is left of them does not suffice. The next day begins at %s.",
        row->title, (long long)quota.limit, kinds[kind].kind,
        clock_print(quota.ends_at, CLOCK_SECONDS, room));
}
