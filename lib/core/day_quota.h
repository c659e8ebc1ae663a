/* day_quota.h: what a network allows an application in a day, and what Crier
   has asked of it.

   Such a network says nowhere how much is left, so it is counted here, before
   each call. Publishing comes first: what only reads leaves a fifth alone. */
#ifndef DAY_QUOTA_H
#define DAY_QUOTA_H
#include <stdint.h>
#include "core/catalogue.h"

enum day_kind { DAY_UPLOADS, DAY_UNITS };

struct day_quota {
    int64_t used, limit;        /* limit 0: nothing is counted */
    int64_t ends_at;            /* when the day ends */
};

/* When the network's day ends: the first midnight after now, where it counts.
   Where it counts no days: in 24 hours. */
int64_t day_quota_ends(const struct catalogue_row *, int64_t now);

/* What is used of today's. */
struct day_quota day_quota_of(const struct catalogue_row *, enum day_kind);

/* Inside a transaction: count an amount. 1; or 0, with nothing counted, where
   the day has not so much left. reads: a fifth of the day is not for it. */
int day_quota_take(const struct catalogue_row *, enum day_kind, int amount,
                   int reads);

/* The sentence for those who wait for the next day. */
const char *day_quota_words(const struct catalogue_row *, enum day_kind);
#endif
