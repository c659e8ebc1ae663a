/* bluesky.h: what the parts of the Bluesky driver share.

   An account lives on a server of its own (its PDS), which speaks XRPC: a
   query is GET PDS/xrpc/METHOD?..., a procedure is POST with JSON, a refusal
   is {"error": NAME, "message": WORDS}. Source of every rule here:
   bluesky-social/atproto, lexicons/ and packages/pds (August 2026). */
#ifndef BLUESKY_H
#define BLUESKY_H
#include "network/network.h"

#define BLUESKY_POSTS "app.bsky.feed.post"

/* A session. An app password buys two tokens: the access token serves calls
   for about two hours; the refresh token, for 90 days, buys the next pair and
   is then used up, but for two hours more it buys that same pair again, so a
   crash before the pair was saved loses nothing. Sign-ins are limited to 30
   in five minutes and 300 a day: the password is used only where the refresh
   token is dead. */
struct bluesky_session {
    struct job *job;            /* NULL while an account is being connected */
    const char *server;         /* where the app password signs in */
    const char *pds;            /* base URL of the account's own server */
    const char *did, *handle;
    const char *access, *refresh, *password;
    const char *status;         /* deactivated, takendown ...; or NULL */
    int renewed;                /* tried in this process: once is enough */
    struct result fault;        /* why it was not renewed, or RESULT_READY */
};

/* Where one signs in who names no server: crier.conf's api_url.bluesky, else
   https://bsky.social, the entryway to Bluesky's own servers. */
const char *bluesky_session_server(void);

/* Take up the session in the job's credentials; only reading what is there. */
void bluesky_session_load(struct bluesky_session *, struct job *);

/* The same, and renew it where its access token ends within a minute. The
   new pair is committed before it is used. RESULT_READY, or why not. */
struct result bluesky_session_open(struct bluesky_session *, struct job *);

/* See network.h: refresh. An idle account's refresh token ends too. */
struct result bluesky_session_refresh(struct job *);

/* When its refresh token ends; 0 where that is not said. */
int64_t bluesky_session_ends(const struct bluesky_session *);

/* Sign in at session->server with session->password; login is a handle, an
   e-mail address or a DID. RESULT_READY, or why not. */
struct result bluesky_session_begin(struct bluesky_session *,
                                    const char *login);

/* The session's credentials as JSON. */
const char *bluesky_session_credentials(const struct bluesky_session *);

/* Call a method ("com.atproto.repo.uploadBlob") of the account's server; URL
   and bearer of the request are set here. Where the access token has ended
   (400 ExpiredToken: the call was not carried out) the session is renewed and
   the call made again, once. */
struct http_answer bluesky_session_call(struct bluesky_session *,
                                        struct http_request *,
                                        const char *method);

/* What an answer that is not good means for a call that makes nothing public;
   RESULT_RETRY, RESULT_REJECTED or RESULT_AUTH. */
struct result bluesky_session_fault(const struct bluesky_session *,
                                    const struct http_answer *);

/* What a token claims (a JWT's payload, not verified: it is its server's word
   to itself); "{}" where it is no JWT. */
const char *bluesky_session_claims(const char *token);

/* Answers. Good: 200 with clean JSON. Error and message: "" where absent.
   Fault: as above, by the name in `error` (renewing left aside). */
int bluesky_answer_is_good(const struct http_answer *);
const char *bluesky_answer_error(const struct http_answer *);
const char *bluesky_answer_message(const struct http_answer *);
struct result bluesky_answer_fault(const struct http_answer *);

/* Has the access token ended, or is it not one the server knows? */
int bluesky_answer_is_stale(const struct http_answer *);

/* See network.h: connect. */
struct connected bluesky_connect(const char *server, const char *login,
                                 const char *secret);

/* See network.h: revoke. */
struct result bluesky_sync(struct job *, struct connected *);
struct result bluesky_revoke(struct job *);

/* Upload bytes (a request with body or body_path) as a blob of this type.
   RESULT_READY and *blob, the JSON that a record refers to it by; or why not.
   The same bytes give the same blob. A blob that no record refers to is gone
   after a while. */
struct result bluesky_media_upload(struct bluesky_session *,
                                   struct http_request *, const char *type,
                                   const char **blob);

/* Upload what the job carries, each file once: blobs are kept in the job's
   resume as they come. *embed is the embed's JSON, NULL where the job has no
   media. RESULT_READY, RESULT_WAIT while a video is processed, or why not. */
struct result bluesky_media_embed(struct bluesky_session *,
                                  const char **embed);

/* Forget the job's blobs and record: the server has lost one of them. */
void bluesky_media_forget(struct job *);

/* Have a video processed: its blob, as bluesky_media_upload(), or RESULT_WAIT
   until the service is done. What it works on is kept in the job's resume. */
struct result bluesky_video_blob(struct bluesky_session *,
                                 const struct job_media *, const char **blob);

/* The card of a web page as an embed's JSON; NULL where there is none to be
   had, whatever the reason. */
const char *bluesky_card_embed(struct bluesky_session *, const char *url);

/* bluesky_reply.c. The key in at://DID/COLLECTION/KEY, NULL where that is not
   one of the session's account's posts; and what the account's own server
   answers of the record at a key, which it tells without a token. */
const char *bluesky_reply_key(const struct bluesky_session *,
                              const char *uri);
struct http_answer bluesky_reply_get(const struct bluesky_session *,
                                     const char *key);

/* What the job answers as a record's `reply`: the post and the part before it.
   *reply is NULL where the job is no part. RESULT_READY, or why not. */
struct result bluesky_reply_make(struct bluesky_session *,
                                 const char **reply);

/* See network.h: id_in_link. */
const char *bluesky_reply_id_in_link(const struct job *, const char *link);

/* Make the record and keep it in the job's resume: from then on it is the
   same at every try. RESULT_READY, RESULT_WAIT, or why not. */
struct result bluesky_record_prepare(struct bluesky_session *);

/* The kept record; NULL where there is none. */
const char *bluesky_record_kept(const struct job *);

/* Merge these members (JSON) into the job's resume and commit it. */
void bluesky_record_keep(struct job *, const char *members);

/* bluesky_measure.c: see network.h: measure. */
struct result bluesky_measure(struct job *, struct metrics *);
#endif
