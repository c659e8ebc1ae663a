/* revoke.h: tokens of accounts that their owners took away. */
#ifndef REVOKE_H
#define REVOKE_H

/* Give the account's token back, and forget it; also where the network does
   not take it, and a week after the account was taken away. A network that
   does not answer is asked again the next time. A network whose call ends
   more than a token is not asked while an active account, of any profile, may
   be the same person's: it is left to the last of them. */
void revoke(const char *account, const char *network);
#endif
