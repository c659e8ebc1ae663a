/* tick.h: what cron starts each minute. */
#ifndef TICK_H
#define TICK_H

/* One tick: look at the clock, hold what is too late, recover from dead
   workers, sweep the counts of sign-ins long past; then for tick_seconds start
   one worker for each account that has something due, to the second, and for
   each change that waits, at most config's workers at once over all ticks,
   and one that tells webhooks; then wait for them. Returns the exit status. */
int tick(void);
#endif
