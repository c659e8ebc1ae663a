/* errand.h: what a driver is given for errands beside publishing: an
   account's token, a public post's metrics. */
#ifndef ERRAND_H
#define ERRAND_H
#include "network/network.h"

/* The job of an account, without target, text and media; or of a post that is
   public, as it went out but without its media. Its save_credentials() and
   hold_credentials() are renew.h's; it resumes nothing. NULL where there is
   no such account or post. */
struct job *errand_of_account(const char *account);
struct job *errand_of_post(const char *target);

/* The version of the job's credentials. */
int64_t errand_version(const struct job *);
#endif
