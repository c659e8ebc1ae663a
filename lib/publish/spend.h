/* spend.h: what spend() of a job answers. */
#ifndef SPEND_H
#define SPEND_H
#include "network/network.h"

/* Count what a call to this network costs (core/day_quota.h), in a transaction
   of its own. reads: it publishes and changes nothing, so that it leaves a
   part of the day alone. RESULT_READY; or RESULT_RETRY of what waits for the
   next day, without being a failure. */
struct result spend_count(const char *network, enum day_kind, int amount,
                          int reads);
#endif
