/* told.h: what networks tell in their refusals, made fit to be shown, and
   the results that drivers make of it.

   For networks whose URL holds the secret: an answer may repeat its request's
   path, so no word of theirs is passed on without a look. */
#ifndef TOLD_H
#define TOLD_H
#include <stdint.h>
#include "network/network.h"

/* A network's sentence as part of ours: at most 200 graphemes, without the
   full stop at its end, and with *** wherever secret stands in it. "" where
   sentence is NULL. */
const char *told_words(const char *sentence, const char *secret);

/* A result whose words hold ... wherever one of the account's secrets stood:
   a network may repeat what it was sent. Secrets are the members of its
   credentials whose names end in token, Jwt, password or secret. */
struct result told_hushed(struct result, const struct job *);

/* When a network is to be asked again: so many seconds from now as the number
   at path of the answer's JSON says (a fraction is rounded up), and one more;
   else what Retry-After says; 0 where neither says anything. At most 24 hours
   from now. */
int64_t told_wait(const struct http_answer *, const char *path);

/* What stands at path of a network's JSON: an id, NULL where there is none or
   it is empty; and how many there are of something, -1 where that is no count
   (so many that some added up have no room in 64 bits are none), otherwise
   where nothing is said. */
const char *told_id(const char *json, const char *path);
int64_t told_count(const char *json, const char *path, int64_t otherwise);

/* What a network gives as a link: NULL where it is NULL or none. */
const char *told_link(const char *url);

/* The id that follows start in a link, of these letters alone, up to the
   link's end or to one of /?#&; NULL where the link does not begin so, or no
   such id follows. */
const char *told_link_id(const char *link, const char *start,
                         const char *letters);

/* How long a request may take that uploads so many bytes: a minute, and what
   they need at 100 KiB a second. */
int told_seconds(long long bytes);

/* A result with its category and words. */
struct result told_result(enum result_kind, const char *category,
                          const char *words);

/* Of a question about an account: fault NULL is RESULT_READY, else it is the
   sentence that says what the answer lacks. */
struct result told_of_account(const char *fault);

/* Of a call that got no whole answer: title is the network's. sent: the call
   may have made the post public; then RESULT_UNKNOWN unless surely nothing
   was sent. Else RESULT_RETRY; RESULT_REJECTED where the address guard
   refused. */
struct result told_no_answer(const char *title, const struct http_answer *,
                             int sent);
#endif
