/* spend.c: a network's day, counted for the jobs that ask it. */
#include "publish/spend.h"
#include "base/clock.h"
#include "data/db.h"

struct result
spend_count(const char *network, enum day_kind kind, int amount, int reads)
{
    const struct catalogue_row *row = catalogue_find(network);
    struct result result = { .kind = RESULT_READY };
    int taken;

    db_begin();
    taken = day_quota_take(row, kind, amount, reads);
    db_try_commit();
    if (taken)
        return result;
    return (struct result){ .kind = RESULT_RETRY, .category = "rate_limited",
        .words = day_quota_words(row, kind), .pause = PAUSE_THIS,
        .retry_at = day_quota_ends(row, clock_now()) };
}
