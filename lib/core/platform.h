/* platform.h: what a profile means by a network's name alone.

   Some APIs name no account: a profile has one account of each network that
   such posts go to, and options that they have unless they say otherwise. */
#ifndef PLATFORM_H
#define PLATFORM_H
#include "core/post.h"

/* Fill in a target's network, account, limits and settings: the account that
   the profile has set for this network, else its first connected one, among
   those the viewer sees; its options with own (JSON or NULL) laid over them.
   Faults: FAULT_PLATFORM_UNSUPPORTED; FAULT_NO_ACCOUNT where there is none or
   it must be connected again, unless it is for a draft: then the account may
   stay NULL (but a key limited to accounts makes no draft without one). */
struct fault platform_choose(struct viewer, const char *network, int draft,
                             const char *own, struct post_target *);

/* Inside a transaction: what the profile means by a network from now on.
   account NULL: the first connected; settings NULL: none. Faults:
   FAULT_PLATFORM_UNSUPPORTED, FAULT_ACCOUNTS (no account of that network that
   the viewer sees), FAULT_SETTINGS, FAULT_ACCOUNTS_DENIED (a key limited to
   accounts names none, or would replace what is set for one it may not use).
   */
struct fault platform_set(struct viewer, const char *network,
                          const char *account, const char *settings);
#endif
