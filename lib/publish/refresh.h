/* refresh.h: renewing tokens before they end. */
#ifndef REFRESH_H
#define REFRESH_H

/* Renew the token of the account whose is due first. Returns 0 where none is
   due. Its next look at the account is committed before the network is asked,
   so that one at which this process dies does not hold up the others. A grant
   that the network refuses expires the account; so does a token that has
   ended and cannot be renewed. The database is open. */
int refresh_next(void);
#endif
