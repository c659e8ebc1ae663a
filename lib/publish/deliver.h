/* deliver.h: the process that tells webhooks, beside those that publish. */
#ifndef DELIVER_H
#define DELIVER_H
#include <stdint.h>

/* Is a deliverer of any tick at work? */
int deliver_is_running(void);

/* Deliver what is due, many at once, until there is nothing left or deadline
   (of clock_steady()) has passed; then wait for what is on its way. One
   process of an instance does so at a time: where another is at it, this one
   ends. For a process made for it, that has no database open: a child of the
   tick. Returns the exit status. */
int deliver_run(int64_t deadline);
#endif
