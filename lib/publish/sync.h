/* sync.h: asking networks anew who an account is and what it may. */
#ifndef SYNC_H
#define SYNC_H

/* Ask about the account that is due first. Returns 0 where none is due. Its
   next time is committed before the network is asked. A token that the
   network refuses expires the account; other refusals are kept as the
   account's sync_fault. The database is open. */
int sync_next(void);

/* Ask about one account whose time has come, in a process that has no database
   open. Returns the exit status: 1 where it is not to be asked now. */
int sync_one(const char *account);
#endif
