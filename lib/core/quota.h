/* quota.h: what the owner of a profile has used this month (UTC), in all
   profiles of theirs, and what their plan allows. */
#ifndef QUOTA_H
#define QUOTA_H
#include <stdint.h>
#include "core/fault.h"

enum { QUOTA_NONE = -1 };       /* a limit that is not there */

struct quota {
    int64_t used, limit;        /* limit may be QUOTA_NONE */
};

/* Targets made this month, cancelled ones too. */
struct quota quota_posts(const char *profile);

/* FAULT_POST_QUOTA where so many more are not left. Without a limit nothing is
   counted. */
struct fault quota_posts_left(const char *profile, int count);

/* AI credits used this month. */
struct quota quota_credits(const char *profile);

/* FAULT_CREDITS where so many more are not left. */
struct fault quota_credits_left(const char *profile, int credits);

/* Inside a transaction: count credits as used, all or, with FAULT_CREDITS,
   none; also when several programs do it at once. */
struct fault quota_credits_take(const char *profile, int credits);
#endif
