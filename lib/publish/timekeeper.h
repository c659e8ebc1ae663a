/* timekeeper.h: may the clock be believed?

   A wrong clock would publish what is not due, or hold what is. So each tick
   remembers the latest time seen (meta tick_high), and a jump stops
   publishing until it is explained. */
#ifndef TIMEKEEPER_H
#define TIMEKEEPER_H
#include <stdint.h>

/* Is now a time to publish at? 1, and the process keeps to it
   (clock_keep()); 0, with a note:
   - before CLOCK_EARLIEST, of which nothing is learnt;
   - more than two minutes before the latest tick: until the time is back;
   - more than 6 hours after it: until the operator says so (crier-admin clock
     accept), or ten ticks, half a minute to an hour apart, agree while the
     system's clock is synchronised; after more than 30 days only the
     operator can. What is doubted since when, and how many ticks agree, is
     JSON in meta clock_doubt. Where it went back, meta clock_back is the
     last attempt's rowid then: how long ago those were sent is not known.
   A tick keeps what it learns; a publisher that serves one target does not.
   No other row changes. The database is open. */
int timekeeper_trusts(int64_t now, int is_tick);

/* Has the time of day moved by more than two minutes against the steady
   clock since timekeeper_trusts()? Then nothing more is claimed: the next
   tick asks anew. */
int timekeeper_moved(void);
#endif
