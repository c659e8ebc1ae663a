/* seen.h: what time it is at the latest and at the earliest, where the system's
   clock may be wrong. A tick keeps the latest time that it believed (meta
   tick_high); between that and what the clock shows lies the truth. The
   database is open. */
#ifndef SEEN_H
#define SEEN_H
#include <stdint.h>

/* The later of the two: what had ended by a time that was believed does not
   come to life because the clock went back. */
int64_t seen_latest(void);

/* The earlier of the two: what is kept for a while is not forgotten because
   the clock went forward. */
int64_t seen_earliest(void);
#endif
