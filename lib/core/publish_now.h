/* publish_now.h: an endpoint that wants a post out at once starts the
   publisher as a process; it does not include it. */
#ifndef PUBLISH_NOW_H
#define PUBLISH_NOW_H
#include <stdint.h>

/* Start `publisher --post` for a post that is committed, and wait until all
   its targets have come to an end, or crier.conf's publish_wait seconds have
   passed: the publisher goes on by itself then. No transaction may be open.
   Where the publisher cannot be started the next tick does the work. */
void publish_now(const char *post);

/* The same with `publisher --changes`, for what post_public.h has queued:
   until each change is done, has failed, or waits: for another try, or because
   publishing is halted. */
void change_now(const char *post);
/* The same with `publisher --sync`, for an account whose sync_at has come:
   until its network has been asked. */
void sync_now(const char *account);
#endif
