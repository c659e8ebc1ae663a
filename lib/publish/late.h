/* late.h: what was not published while no tick ran. */
#ifndef LATE_H
#define LATE_H
#include <stdint.h>

/* Ticks farther apart than this are an outage. */
enum { LATE_OUTAGE_MS = 10 * 60 * 1000 };

/* By how much a target is late: the time that no tick ran since it was due.
   Waiting for a retry, a rate limit or its account does not count. */
int64_t late_by(int64_t due_at, int64_t tick_last, int64_t now);

/* At the start of a tick, after an outage: targets later than their account's
   late_ms are held for their owner to decide, and the rest of the backlog goes
   out oldest first, one a minute and account (meta outage says up to which
   due time; finish.c obeys it), and the time counts for no webhook's days of
   failing. What was asked for at once while the clock was ahead becomes due.
   Then notes that a tick is at work, in meta
   tick_last. The database is open. */
void late_policy(int64_t now);

/* A tick ended well. */
void late_tick_ended(int64_t now);
#endif
