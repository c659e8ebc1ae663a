/* recover.h: what dead workers left behind.

   A worker is dead when nobody holds the lock on its run file: the kernel
   says so, no timer does. A worker that is merely stopped keeps its lock and
   what it claimed. */
#ifndef RECOVER_H
#define RECOVER_H

/* For each target in the hands of a dead worker: write the ending that the
   worker spooled, or that its death means. Then make `uncertain` what is being
   verified but cannot be asked about (its account is disconnected, or expired
   and not connected again for half an hour after the send), let go what dead
   workers were changing (change.h), and remove run files that no worker
   needs. The database is open. */
void recover(void);
#endif
