/* mastodon.h: what the parts of the driver for Mastodon's client API share.

   Many servers speak that API: Mastodon, GoToSocial, Pleroma and Akkoma,
   Pixelfed, snac. They differ in what an Idempotency-Key does, how text is
   counted and how media is taken; mastodon.c has the table. Every id is an
   opaque string. */
#ifndef MASTODON_H
#define MASTODON_H
#include "network/network.h"

/* What is known of a server's software. */
struct mastodon_flavour {
    const char *software;       /* as its nodeinfo says */
    int replays;                /* a key that was used answers with the status
                                   it made, for an hour at least */
    int replays_errors;         /* and with the error it got */
    int reads_own_writes;       /* a status is in the account's list from the
                                   moment it exists */
    int counts_graphemes;       /* and shortens links; else code points */
    int needs_media;            /* refuses text alone */
};

/* The flavour that a server's stored limits name; one that promises nothing
   where they name none we know. */
const struct mastodon_flavour *mastodon_flavour(const char *limits);

/* The URL of a path on a server, as crier.conf may redirect it. */
const char *mastodon_url(const char *server, const char *path);

/* Ask for a path with the job's token; a form is sent where body is no NULL,
   under key where that is no NULL. */
struct http_answer mastodon_get(const struct job *, const char *path);
struct http_answer mastodon_post(const struct job *, const char *path,
                                 const char *form, const char *key);

/* The job's access token. */
const char *mastodon_token(const struct job *);

/* Is this an answer with status 200 and readable JSON? */
int mastodon_is_good(const struct http_answer *);

/* What an answer that is not good says about a call. sent: the call may have
   made the post public, so that no answer and a 5xx leave it unknown. */
struct result mastodon_refusal(const struct http_answer *, int sent);

/* Commit resume, and go on with it. */
void mastodon_keep(struct job *, const char *resume);

/* mastodon_media.c: upload what the job carries and wait for its processing.
   RESULT_READY once every file can be attached. */
struct result mastodon_media_prepare(struct job *);

/* The network's id of a file of the job; NULL where it was not uploaded. */
const char *mastodon_media_id(const struct job *, int position);

/* After a 422: does a file still wait, or has the server lost it? Forgets
   lost ones. RESULT_READY where the files were not the reason. */
struct result mastodon_media_review(struct job *);

/* mastodon_status.c: the driver's send. */
struct result mastodon_status_send(struct job *);

/* The status is there: its id and permalink from its JSON. remote_id is NULL
   where it has none. */
struct result mastodon_status_posted(const char *status);

/* The result for an answer to POST /api/v1/statuses. */
struct result mastodon_status_result(const struct job *,
                                     const struct http_answer *);

/* POST the job's status under its key. */
struct http_answer mastodon_status_post(const struct job *);

/* A new key for the job, from its target, its content and how often a server
   has refused it: a refused try does not poison the next. Under the
   instance's secret, because Pleroma's keys are shared by all its users. */
const char *mastodon_status_key(const struct job *);

/* Count a refusal of the job's key in resume: the next try has another. */
void mastodon_status_refused(struct job *);

/* mastodon_lookup.c: the driver's look_up. */
struct result mastodon_lookup(struct job *);

/* Before a send to a server without keys: note the account's newest status in
   resume, so that a look-up knows what came after it. */
void mastodon_lookup_prepare(struct job *);

/* mastodon_change.c: the driver's edit (Mastodon 3.5 and GoToSocial take it;
   snac too, Pixelfed: UNVERIFIED) and remove. */
struct result mastodon_change_edit(struct job *);
struct result mastodon_change_remove(struct job *);

/* mastodon_html.c: the text that a status's HTML shows, and a text as it is
   compared: white space collapsed, mentions without their host. */
const char *mastodon_html_text(const char *html);
const char *mastodon_html_normal(const char *text);

/* mastodon_connect.c and mastodon_oauth.c: the driver's connect and OAuth. */
struct connected mastodon_connect(const char *server, const char *login,
                                  const char *secret);
struct result mastodon_sync(struct job *, struct connected *);
struct oauth_start mastodon_oauth_begin(const char *server, const char *app,
                                        const char *redirect_uri,
                                        const char *state);
struct connected mastodon_oauth_finish(const char *server, const char *app,
                                       const char *redirect_uri,
                                       const char *verifier,
                                       const char *code);
struct result mastodon_oauth_revoke(struct job *);

/* mastodon_instance.c: a server's software as it names it, in lower case (""
   where it does not say), and its limits as stored with the account. */
const char *mastodon_instance_software(const char *server);
const char *mastodon_instance_limits(const char *server);

/* mastodon_measure.c: see network.h: measure. */
struct result mastodon_measure(struct job *, struct metrics *);
#endif
