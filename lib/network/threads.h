/* threads.h: what the parts of the driver for Threads share. */
#ifndef THREADS_H
#define THREADS_H
#include "network/network.h"

/* The API's base URL, without its version. */
const char *threads_base(void);

/* The URL of the post of this id, and what is asked of it. */
const char *threads_url(const char *id, const char *query);

/* Can what the job answers be answered? RESULT_READY, or why not. */
struct result threads_find_answered(struct job *);
#endif
