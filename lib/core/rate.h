/* rate.h: how often, counted in run files without fsync.

   A window is a clock hour (or any length) that begins at a multiple of its
   length. Counts are lost with the machine; that is meant: they protect,
   they do not account. Reading one writes nothing to the database. */
#ifndef RATE_H
#define RATE_H
#include <stdint.h>

struct rate {
    int allowed;                /* 0: the limit is used up */
    int64_t limit, remaining;
    int64_t reset_at;           /* when the window ends */
};

/* Count amount against limit in the window of name (letters, digits and -),
   of window_ms milliseconds. Nothing is counted when it would pass the limit.
   limit 0 means none. */
struct rate rate_take(const char *name, int64_t amount, int64_t limit,
                      int64_t window_ms);

/* Remove the files of names that begin so and were not counted in for two
   hours. Each tick does for sign-ins, of which strangers make new names; that
   of a key stays, as its time is when the key was last used. */
void rate_sweep(const char *prefix);
#endif
