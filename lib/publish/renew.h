/* renew.h: an account's credentials, renewed by one process at a time.

   Networks that rotate a refresh token spend it at its use, and some take a
   second use for a theft: two processes that renew at once lock the owner
   out. So who is about to renew holds a kernel lock. One process works on one
   account at a time. */
#ifndef RENEW_H
#define RENEW_H
#include <stdint.h>

/* Hold the account's credentials: wait, 15 seconds at most, until nobody else
   does. 1, also where this process holds them already; 0: it takes too long.
   What they are now is to be read afterwards. */
int renew_hold(const char *account);

/* The same without waiting. */
int renew_try_hold(const char *account);

/* Commit renewed credentials, and let go. Where somebody connected the
   account anew meanwhile, theirs stay. Returns the ones to use, whose version
   *version then is. A commit that fails is tried for a minute, since what was
   rotated and is not kept locks its owner out; then the program ends. */
const char *renew_keep(const char *account, int64_t *version,
                       const char *credentials, int64_t token_expires_at);

/* Let go, where anything is held. */
void renew_release(void);
#endif
