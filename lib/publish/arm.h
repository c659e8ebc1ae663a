/* arm.h: the line between what can be repeated and what cannot.

   Before the one call that makes a post public its attempt says, committed
   and synced, that it may have been made (I4), with the key that makes a
   repeat harmless and a hash of what is sent. Until the attempt ends that key
   stays; a driver may choose another one for the next. */
#ifndef ARM_H
#define ARM_H
#include "network/network.h"
#include "publish/claim.h"

enum arm {
    ARM_ARMED,                  /* the call must follow */
    ARM_STOPPED,                /* publishing was halted: no call */
    ARM_FAILED                  /* the commit failed: no call */
};

/* Commit that the claim's attempt is being sent; sets claim->sent_at. */
enum arm arm(struct claim *, const struct job *);
#endif
