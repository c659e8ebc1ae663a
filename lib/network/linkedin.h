/* linkedin.h: what the parts of the driver for LinkedIn share.

   The versioned REST API (Posts, Images, Videos) for members and pages. An
   account's remote_account is its URN: urn:li:person:ID, or
   urn:li:organization:NUMBER for a page. What LinkedIn's documentation does
   not say is marked UNVERIFIED. */
#ifndef LINKEDIN_H
#define LINKEDIN_H
#include "network/network.h"
#include "network/oauth.h"
#include "network/told.h"

/* LinkedIn as an authorization server. */
const struct oauth_provider *linkedin_provider(void);

/* The URL of a path of the API. */
const char *linkedin_url(const char *path);

/* The path with a URN behind it, percent-encoded, and what follows. */
const char *linkedin_path(const char *path, const char *urn,
                          const char *rest);

/* Send a request with the job's token, its version headers and, where body is
   no NULL, that JSON. rest_method is X-RestLi-Method's value, or NULL. */
struct oauth_answer linkedin_call(struct job *, const char *method,
                                  const char *path, const char *rest_method,
                                  const char *body);

/* linkedin_pages.c: ask with a token that is no account's yet. */
struct oauth_answer linkedin_ask(const char *token, const char *path);

/* The path of what a page says of itself. */
const char *linkedin_page_path(const char *urn);

/* Add an account to the JSON objects that a person chooses from: by its URN,
   its handle, and its name and avatar or NULL. */
void linkedin_add_choice(struct text *choices, const char *urn,
                         const char *handle, const char *name,
                         const char *avatar, const struct oauth_tokens *);

/* Add each page (of the first 1,000 in a role) that these tokens may post to:
   NULL, or why they cannot be listed. */
const char *linkedin_add_pages(struct text *choices,
                               const struct oauth_tokens *);

/* Write the headers of every call into a request's, from its first on. */
void linkedin_headers(const char **headers);

/* Is this a 2xx; one with readable JSON? Was the token not allowed to? */
int linkedin_is_done(const struct oauth_answer *);
int linkedin_is_good(const struct oauth_answer *);
int linkedin_is_forbidden(const struct oauth_answer *);

/* The code of an error; "" where an answer has none. */
const char *linkedin_code(const struct oauth_answer *);

/* What an answer that is not good says about a call. sent: the call may have
   made the post public, so that no answer and a 5xx leave it unknown. */
struct result linkedin_refusal(const struct oauth_answer *, int sent);

/* The same result, after a longer wait each time that LinkedIn asks to slow
   down without saying for how long: counted in resume. */
struct result linkedin_paced(struct job *, struct result);

/* Merge a JSON object into resume, and commit. */
void linkedin_keep(struct job *, const char *changes);

/* Is the account a page? And the URN it posts as. */
int linkedin_is_page(const struct job *);
const char *linkedin_author(const struct job *);

/* linkedin_entry.c: one file's upload, as resume has it under our media id.
   Who may not ask how LinkedIn gets on with a file (members) only waits. */
enum linkedin_step { LINKEDIN_ASK, LINKEDIN_BLIND, LINKEDIN_READY };

struct linkedin_entry {
    const char *urn;            /* NULL: it is not uploaded */
    enum linkedin_step step;
    int64_t at;                 /* when its bytes were there */
    int64_t check_at;           /* when to ask, or to go on */
};

struct linkedin_entry linkedin_entry_of(const struct job *, const char *id);
void linkedin_entry_keep(struct job *, const char *id,
                         const struct linkedin_entry *);

/* Forget all uploads; 0 where that was done for this post before. Wait once
   more for them all, until then. */
int linkedin_entry_forget(struct job *);
void linkedin_entry_delay(struct job *, int64_t until);

/* linkedin_media.c: upload what the job carries, and wait until it can be
   attached. */
struct result linkedin_media_prepare(struct job *);

/* Send an image, which is the body of *put; the rest of that request is set
   here. RESULT_READY with its URN, which waits for what follows. */
struct result linkedin_media_image(struct job *, struct http_request *put,
                                   const char **urn);

/* Wait for what was uploaded under this id: RESULT_READY, or RESULT_WAIT. */
struct result linkedin_media_wait(struct job *, const char *id, int is_video);

/* linkedin_card.c: a text's first link as an article, which LinkedIn does not
   make by itself. Where its page cannot be had, or its picture, there is none;
   the page is asked once. */
struct result linkedin_card_prepare(struct job *);

/* Its JSON; NULL where the post has none. Do without; 0: it had none. */
const char *linkedin_card_article(const struct job *);
int linkedin_card_drop(struct job *);

/* linkedin_video.c: send a video's bytes in parts; RESULT_READY with its
   URN. */
struct result linkedin_video_upload(struct job *, int position,
                                    const char **urn);

/* An upload that LinkedIn does not take (any more): begun anew, once. */
struct result linkedin_media_lost(struct job *, const struct oauth_answer *);

/* linkedin_post.c: the driver's send; the permalink of a post. */
struct result linkedin_post_send(struct job *);
const char *linkedin_post_permalink(const char *urn);

/* linkedin_after.c: the driver's edit, remove and measure. */
struct result linkedin_edit(struct job *);
struct result linkedin_remove(struct job *);
struct result linkedin_measure(struct job *, struct metrics *);

/* linkedin_lookup.c: the driver's look_up; the job's post among the newest of
   a page since then: RESULT_POSTED, RESULT_ABSENT, or why it is not known. */
struct result linkedin_lookup(struct job *);
struct result linkedin_lookup_find(struct job *, int64_t since);

/* linkedin_text.c: text as LinkedIn's little text, and back. */
const char *linkedin_text_escape(const char *text);
const char *linkedin_text_plain(const char *little);

/* The first URN of a post (share or ugcPost) in a sentence, or NULL. */
const char *linkedin_text_urn(const char *words);

/* linkedin_connect.c: the driver's connect, OAuth and refresh. */
struct connected linkedin_connect(const char *server, const char *login,
                                  const char *secret);
struct oauth_start linkedin_oauth_begin(const char *server, const char *app,
                                        const char *redirect_uri,
                                        const char *state);
struct connected linkedin_oauth_finish(const char *server, const char *app,
                                       const char *redirect_uri,
                                       const char *verifier,
                                       const char *code);
struct result linkedin_sync(struct job *, struct connected *);
struct result linkedin_refresh(struct job *);
struct result linkedin_revoke(struct job *);

/* linkedin_comment.c: the driver of first comments, and the id of a post
   in a link to it. */
extern const struct network linkedin_comment;
const char *linkedin_id_in_link(const struct job *, const char *link);
#endif
