/* worker.h: a process that publishes: one account's targets, or one target. */
#ifndef WORKER_H
#define WORKER_H
#include <stdint.h>

/* The path of a worker's run file. Its lock says that the worker lives. */
const char *worker_path(const char *name);

/* Work through an account's due targets, one after the other, and claim none
   after deadline (of clock_steady()). For a process made for it, that has no
   database open: a child of the tick. Returns the exit status. */
int worker_run(const char *account, int64_t deadline);

/* Publish one target at once, if it can be claimed; beside the tick's workers
   and not counted among them. Returns the exit status:
   0 where it was worked on, 1 where it could not be claimed. */
int worker_run_target(const char *target);

/* Make the change that waits for a target (change.h). The same statuses. */
int worker_run_change(const char *target);
#endif
