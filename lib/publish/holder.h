/* holder.h: the process that holds the database open while a tick lives.

   Who opens a database that nobody has open makes SQLite's index of the log
   anew (the file -shm): two dozen system calls of each request. The tick
   itself cannot hold it: a connection must not pass a fork(). */
#ifndef HOLDER_H
#define HOLDER_H
#include <stdint.h>

/* Hold it, and read nothing, until deadline (of clock_steady()), SIGTERM or a
   second after the tick's death. For a child of the tick that has no database
   open and SIGTERM blocked. Returns the exit status. */
int holder_run(int64_t deadline);
#endif
