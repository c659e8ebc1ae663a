/* refresh.h: renewing tokens before they end, and giving back those of
   accounts that were taken away (revoke.h). */
#ifndef REFRESH_H
#define REFRESH_H

/* Do what is due first. Returns 0 where none is
   due. Its next look at the account is committed before the network is asked,
   so that one at which this process dies does not hold up the others. A grant
   that the network refuses expires the account; so does a token that has
   ended and cannot be renewed. The database is open. */
int refresh_next(void);
#endif
