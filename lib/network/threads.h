/* threads.h: what the parts of the driver for Threads share. */
#ifndef THREADS_H
#define THREADS_H
#include "network/network.h"

/* The API's base URL, without its version. */
const char *threads_base(void);

/* The URL of the post of this id, and what is asked of it. */
const char *threads_url(const char *id, const char *query);

/* threads_connect.c */
struct oauth_start threads_oauth_begin(const char *server, const char *app,
                                       const char *redirect_uri,
                                       const char *state);
struct connected threads_oauth_finish(const char *server, const char *app,
                                      const char *redirect_uri,
                                      const char *verifier, const char *code);
struct result threads_sync(struct job *, struct connected *);
struct result threads_refresh(struct job *);

/* Can what the job answers be answered? RESULT_READY, or why not. */
struct result threads_find_answered(struct job *);
#endif
