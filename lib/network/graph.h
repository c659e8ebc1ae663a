/* graph.h: what Meta's Graph APIs share: Threads, Instagram and Facebook.

   Source: developers.facebook.com/docs, the error references of the three.
   A refusal is read by its code and subcode, never by its HTTP status or its
   words: a 400 may be anything. Every id is a string of digits, longer than
   53 bits. */
#ifndef GRAPH_H
#define GRAPH_H
#include "network/network.h"
#include "network/oauth.h"

/* The version of the Graph API that a network is asked in: crier.conf's
   api_version, else v25.0. Threads has its own. */
const char *graph_version(const char *network);

/* Ask a URL with a token, as a form where one is given (then by POST). */
struct http_answer graph_get(const char *url, const char *token);
struct http_answer graph_post(const char *url, const char *token,
                              const struct text *form);
struct http_answer graph_delete(const char *url, const char *token);

/* An URL for a call with a token, with the proof (appsecret_proof) that it
   comes from the application whose secret this is; as it is where secret is
   NULL or "". Facebook's applications may require it of each call. */
const char *graph_proven(const char *url, const char *secret,
                         const char *token);

/* Is this an answer with status 200 and readable JSON that holds no error? */
int graph_is_good(const struct http_answer *);

/* error.code and error.error_subcode of an answer; 0 where there are none. */
int64_t graph_code(const struct http_answer *);
int64_t graph_subcode(const struct http_answer *);

/* Is this the refusal of a right that was not granted, and nothing worse? */
int graph_is_forbidden(const struct http_answer *);

/* Does a refusal say that nothing of that id is there (any more), or that the
   token does not see it (100/33)? */
int graph_is_absent(const struct http_answer *);

/* What an answer that is not good says of a call to a network of this title.
   sent: the call may have made the post public, so that no answer and what
   Meta calls transient leave it unknown. */
struct result graph_refusal(const char *title, const struct http_answer *,
                            int sent);

/* The same of a call that publishes nothing: RESULT_AUTH only where the token
   itself is dead (190, 102). An account that lacks a right, or that Meta keeps
   from something, may publish all the same: RESULT_REJECTED. right is what the
   call needs, to be told where it was not granted; or NULL. */
struct result graph_spare(const char *title, const struct http_answer *,
                          const char *right);

/* A time as the Graph APIs print it (2026-03-01T10:00:00+0000); 0 where it is
   none. */
int64_t graph_time(const char *);

/* graph_insights.c: read the insights at a URL (which may have a query) by
   their names (the last is
   NULL) into as many counts, -1 of what is not told; more goes behind the
   query. A name that this post lacks fails the whole call: then each is asked
   by itself. Returns 1; 0 with the answer that refused, where none was told:
   also of a post that is gone. */
int graph_insights(const char *url, const char *const *names,
                   const char *more, const char *token, int64_t *counts,
                   struct http_answer *);

/* What an answer that refused means for the driver's measure: as of
   graph_spare(), but what the account may not do today it is asked for again
   tomorrow, when its owner may have allowed it. */
struct result graph_unmeasured(const char *title, const struct http_answer *,
                               const char *right);

/* An hour from now where an answer says that 80 % of the calls are used, of
   the application or of an account; else 0. */
int64_t graph_slow_until(const struct http_answer *);

/* How an account of one Graph API is connected and its token renewed: a code
   gives a short-lived token, that a long-lived one, and that the next. */
struct graph_login {
    struct oauth_provider provider;
    const char *exchange_url, *exchange_grant;
    const char *refresh_url, *refresh_grant;
    const char *me;             /* the URL that tells whose token it is */
    const char *rights;         /* the URL that tells a token's rights; NULL:
                                   the answer to a code does */
    const char *const *needed;  /* rights without which nothing is published;
                                   the last is NULL */

    /* The account in its answer, without credentials. An answer that is not
       good, or lacks something, gives a fault. */
    struct connected (*read_account)(const struct http_answer *);
};

/* A driver's whole oauth_finish and sync: graph_connect.c. People may take
   rights out of the consent: without those that are needed nothing is
   connected, where the network tells. */
struct connected graph_finish(const struct graph_login *, const char *app,
                              const char *redirect_uri, const char *code);
struct result graph_sync(const struct graph_login *, struct job *,
                         struct connected *);

/* A driver's whole refresh. A token that is not a day old, or has expired,
   cannot be renewed: the network says so. Its refusals are Meta's, not
   OAuth's: RESULT_AUTH only where the token is dead. */
struct result graph_refresh(const struct graph_login *, struct job *);
#endif
