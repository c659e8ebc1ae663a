/* at_once.h: one post published now, to all its accounts side by side. */
#ifndef AT_ONCE_H
#define AT_ONCE_H

/* Start a worker for each waiting target of the post, as many at once as
   crier.conf's workers says, and wait for them all. No database may be open.
   Returns 0 when none of them failed to go out, else 1. */
int at_once(const char *post);

/* The same for the changes that wait for the post's targets (change.h). */
int at_once_changes(const char *post);
#endif
