/* plan.h: what would go out when: publisher --dry-run. */
#ifndef PLAN_H
#define PLAN_H
#include <stdint.h>

/* Print on standard output, one line each in the order of their times, the
   targets that would go out from now until until: time, platform, handle,
   target id, first words; `held` in the time's place for what a tick at now
   would hold as too late. Changes nothing. The database is open. */
void plan_print(int64_t now, int64_t until);
#endif
