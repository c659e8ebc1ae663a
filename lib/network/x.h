/* x.h: what the parts of the driver for X (Twitter) share.

   API v2 over OAuth 2.0 with PKCE. Every id is a decimal string of up to 19
   digits. Facts are of X's documentation (docs.x.com, openapi.json 2.167);
   what it does not say is marked UNVERIFIED. */
#ifndef X_H
#define X_H
#include "network/network.h"
#include "network/oauth.h"
#include "network/told.h"

/* X as an authorization server. */
const struct oauth_provider *x_provider(void);

/* The URL of a path of the API. */
const char *x_url(const char *path);

/* Send a request for a path with the job's token, renewed where it must be. */
struct oauth_answer x_call(struct job *, struct http_request *,
                           const char *path);

/* The same of a GET, and of a POST with a JSON body. */
struct oauth_answer x_get(struct job *, const char *path);
struct oauth_answer x_post_json(struct job *, const char *path,
                                const char *body);

/* Is this a 2xx with readable JSON? */
int x_is_good(const struct oauth_answer *);

/* What an answer that is not good says about a call. sent: the call may have
   made the post public, so that no answer and a 5xx leave it unknown. */
struct result x_refusal(const struct oauth_answer *, int sent);

/* The name of the problem an answer reports: the last segment of its type
   (the host before it differs), "" where it has none or about:blank. */
const char *x_problem(const struct oauth_answer *);

/* Merge a JSON object into resume, and commit. */
void x_keep(struct job *, const char *changes);

/* x_media.c: upload what the job carries, wait for its processing, give it
   its alt text. RESULT_READY once every file can be attached. */
struct result x_media_prepare(struct job *);

/* x_entry.c: one file's upload, as resume has it under our media id. */
enum x_step { X_UPLOADING, X_PROCESSING, X_READY, X_DESCRIBED };

struct x_entry {
    const char *id, *key;       /* X's media id and media key; id NULL: there
                                   is no upload of it that still lives */
    enum x_step step;
    int next;                   /* the segment to send next */
    int64_t at;                 /* when it was begun, or its last byte sent */
    int64_t check_at;           /* when to ask about its processing */
    int64_t expires_at;         /* X forgets it then */
};

struct x_entry x_entry_of(const struct job *, int position);
void x_entry_keep(struct job *, int position, const struct x_entry *);

/* Forget the uploads: the next prepare() makes them anew. Returns 0 where
   that was done for this post before. */
int x_entry_forget(struct job *, int position);
int x_entry_forget_all(struct job *);

/* x_upload.c: send a file's bytes, from where its entry says; RESULT_READY
   where X has nothing more to do with it, RESULT_WAIT where it processes it.
   x_upload_status() asks about that; x_upload_judge() reads an answer that
   tells of it, and keeps it;
   x_upload_lost() a refusal: an upload that X does not know (any more) is
   begun anew, once. */
struct result x_upload(struct job *, int position);
struct oauth_answer x_upload_status(struct job *, const struct x_entry *);
struct result x_upload_judge(struct job *, int position, struct x_entry *,
                             const struct oauth_answer *);
struct result x_upload_lost(struct job *, int position,
                            const struct oauth_answer *);

/* x_post.c: the driver's send, remove and id_in_link; the permalink of a
   post. */
struct result x_post_send(struct job *);
struct result x_post_remove(struct job *);
const char *x_post_permalink(const char *id);
const char *x_post_id_in_link(const struct job *, const char *link);

/* x_edit.c: the driver's edit. */
struct result x_edit(struct job *);

/* x_lookup.c: the driver's look_up. */
struct result x_lookup(struct job *);

/* The newest of the account's posts that is the job's, of all or (since not
   0) of those made since then. RESULT_POSTED with its id and permalink and
   its time in *created_at, RESULT_ABSENT where none is, or why X cannot say. */
struct result x_lookup_find(struct job *, int64_t since, int64_t *created_at);

/* x_text.c: the text its author wrote, of a post's JSON; and a text as it is
   compared: NFC, white space collapsed, links without scheme. */
const char *x_text_of(const char *post);
const char *x_text_normal(const char *text);

/* x_measure.c: the driver's measure. */
struct result x_measure(struct job *, struct metrics *);

/* x_connect.c: the driver's connect and OAuth. */
struct connected x_connect(const char *server, const char *login,
                           const char *secret);
struct oauth_start x_oauth_begin(const char *server, const char *app,
                                 const char *redirect_uri, const char *state);
struct connected x_oauth_finish(const char *server, const char *app,
                                const char *redirect_uri,
                                const char *verifier, const char *code);
struct result x_sync(struct job *, struct connected *);
struct result x_refresh(struct job *);
struct result x_revoke(struct job *);
#endif
