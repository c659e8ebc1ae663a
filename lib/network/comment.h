/* comment.h: what the drivers of first comments share.

   A comment is one call, armed and sent like a post (struct network: parts).
   After a lost answer it is looked for among the comments of its post. That a
   list does not show one proves nothing, because networks hold comments back:
   then only its owner can tell, and it is never sent again by itself. */
#ifndef COMMENT_H
#define COMMENT_H
#include "network/network.h"

/* A driver's prepare where nothing is to be prepared: RESULT_READY. */
struct result comment_ready(struct job *);

/* Nothing made before this can be the job's comment: its send, less what the
   network's clock may be behind ours. */
int64_t comment_since(const struct job *);

/* Is this the job's text? White space around it, and the CR of a CRLF, may
   have changed. theirs may be NULL. */
int comment_is_text(const struct job *, const char *theirs);

/* The job's comment was not found: RESULT_WAIT until it has been looked for a
   second time, then RESULT_UNKNOWN. title is the network's. */
struct result comment_missing(const struct job *, const char *title);

/* What a refused look-up comes to: RESULT_WAIT or RESULT_AUTH where it may be
   answered later, else RESULT_UNKNOWN. */
struct result comment_unreadable(struct result refusal);

/* The right to comment is missing, and that alone: nothing is wrong with the
   account. what is the right that its owner gives. */
struct result comment_forbidden(const char *title, const char *what);

/* It stands there as id (NULL: not told), under a link or NULL. */
struct result comment_posted(const char *id, const char *link);
#endif
