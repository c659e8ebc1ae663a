/* reddit.h: what the parts of the driver for Reddit share.

   Facts are of PRAW's source and of field reports: Reddit's own page of its
   API refuses automated readers, and what only the field says is marked
   UNVERIFIED. An account is one subreddit, or the profile u_NAME, of one
   person: its remote id is ana/test or u_ana. A post may name another by its
   setting subreddit. */
#ifndef REDDIT_H
#define REDDIT_H
#include "network/network.h"
#include "network/oauth.h"
#include "network/told.h"

/* Reddit as an authorization server, and the User-Agent that it wants of
   every request, as a header line. */
const struct oauth_provider *reddit_provider(void);
const char *reddit_agent(void);

/* The URL of a path of the API. */
const char *reddit_url(const char *path);

/* Send a request for a path with the job's token, renewed where it must be:
   a GET, whose path gets raw_json=1 so that texts come unescaped; a form; a
   JSON body. */
struct oauth_answer reddit_get(struct job *, const char *path);
struct oauth_answer reddit_post(struct job *, const char *path,
                                const struct text *form);
struct oauth_answer reddit_post_json(struct job *, const char *path,
                                     const char *body);

/* Is this a 2xx with readable JSON that reports no error? Failures come with
   200 too. */
int reddit_is_good(const struct oauth_answer *);

/* The answer's JSON; "{}" where it is none. */
const char *reddit_body(const struct oauth_answer *);

/* The first error that an answer reports, such as RATELIMIT; "" for none. */
const char *reddit_code(const struct oauth_answer *);

/* What an answer that is not good says of a call. sent: the call may have made
   the post public, so that no answer and a 5xx leave it unknown. */
struct result reddit_refusal(const struct oauth_answer *, int sent);

/* RESULT_READY, or that no more requests are left until the window's end, as
   the answer's headers say. */
struct result reddit_allowance(const struct oauth_answer *);

/* Where the job's post goes: test, or u_ana; whose account it is: ana, or NULL
   where the account does not tell. */
const char *reddit_place(const struct job *);
const char *reddit_person(const struct job *);

/* What the job's post is. Jobs of posts that are public carry no media: then
   self stands for all but a link. */
enum reddit_kind {
    REDDIT_SELF, REDDIT_LINK, REDDIT_IMAGE, REDDIT_GALLERY, REDDIT_VIDEO
};
enum reddit_kind reddit_kind(const struct job *);

/* Merge a JSON object into resume, and commit. */
void reddit_keep(struct job *, const char *changes);

/* reddit_rules.c: would the subreddit take the post? Finds the id of a flair
   that the job has by its text. RESULT_READY, or why not. Then the flair's id,
   and its text where that differs from the template's; or NULL. */
struct result reddit_rules(struct job *);
const char *reddit_flair(const struct job *);
const char *reddit_flair_text(const struct job *);

/* Add to *limits, a JSON object, what the subreddit says of its rules and
   flairs (core/check_subreddit.h), as far as it can be read and is short.
   RESULT_READY, or that nothing more is to be asked now. */
struct result reddit_limits(struct job *, const char *place,
                            const char **limits);

/* reddit_media.c: upload the job's files, and its video's poster. */
struct result reddit_media(struct job *);

/* What an uploaded file goes by: its URL at Reddit's store, and the id that
   galleries take; of the poster its URL. Only after reddit_media(). */
const char *reddit_media_url(const struct job *, int position);
const char *reddit_media_id(const struct job *, int position);
const char *reddit_media_poster(const struct job *);

/* reddit_post.c: the driver's send. */
struct result reddit_send(struct job *);

/* It is public: its full name (t3_...), its URL or NULL, and what Reddit says
   of it as JSON, or NULL: a moderator's program may have removed it. */
struct result reddit_posted(const char *name, const char *url,
                            const char *post);

/* reddit_lookup.c: the driver's look_up; and the newest of the account's posts
   that is the job's, made since then. RESULT_POSTED, RESULT_ABSENT where none
   is, or why Reddit cannot say. */
struct result reddit_look_up(struct job *);
struct result reddit_find(struct job *, int64_t since);

/* Whose page to look at: the account's, or the token's; NULL and why not in
   *fault. And when what a listing shows was made; 0: it does not tell. */
const char *reddit_name(struct job *, struct result *fault);
int64_t reddit_made_at(const char *data);

/* reddit_after.c: what concerns a post that is public. Its data as JSON; NULL
   and why not in *fault. */
const char *reddit_read(struct job *, const char *name,
                        struct result *fault);
struct result reddit_edit(struct job *);
struct result reddit_remove(struct job *);
struct result reddit_measure(struct job *, struct metrics *);

/* reddit_connect.c: whose tokens these are, and tokens that renew. */
struct oauth_start reddit_oauth_begin(const char *server, const char *app,
                                      const char *redirect_uri,
                                      const char *state);
struct connected reddit_oauth_finish(const char *server, const char *app,
                                     const char *redirect_uri,
                                     const char *verifier, const char *code);
struct result reddit_sync(struct job *, struct connected *);
struct result reddit_refresh(struct job *);
struct result reddit_revoke(struct job *);

/* reddit_comment.c: the driver of first comments, and the id of a post
   in a link to it. */
extern const struct network reddit_comment;
const char *reddit_id_in_link(const struct job *, const char *link);
#endif
