/* crew.h: the tick's children: one for an account or a change, so many at
   once, one for webhooks, and one that holds the database open. */
#ifndef CREW_H
#define CREW_H
#include <stdint.h>

/* Take charge of the signals that tell of children and ask to stop. */
void crew_begin(void);

/* Start a worker for the account unless one of ours works for it already, or
   failed at it a moment ago. No database may be open. Returns 0 where all
   slots (over all ticks) are taken, else 1. */
int crew_start(const char *account, int64_t deadline);

/* The same for the change of a target that waits (change.h). */
int crew_start_change(const char *target);

/* Start the one that tells webhooks, unless one of any tick is at work, or
   ours failed a moment ago. It takes none of the slots. */
void crew_start_deliverer(int64_t deadline);

/* Start the one that holds the database open (holder.h), unless ours does. */
void crew_start_holder(int64_t deadline);

/* Sleep for so many milliseconds at most: less when a worker ends or somebody
   asks to stop. */
void crew_wait(int64_t milliseconds);

int crew_asked_to_stop(void);

/* Wait for all workers; the holder is told to go. Asked to stop, pass that on
   and wait 25 seconds; a worker that is still waiting for a network's answer
   then goes on alone. */
void crew_end(void);
#endif
