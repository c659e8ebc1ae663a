/* tiktok.h: what the parts of the driver for TikTok share.

   Login Kit and the Content Posting API v2 (direct post). Nothing becomes
   public by a call alone: it makes a task (publish_id), which TikTok works
   through and tells about. Source: TikTok's documentation; what it does not
   say is marked UNVERIFIED. */
#ifndef TIKTOK_H
#define TIKTOK_H
#include "network/network.h"
#include "network/oauth.h"
#include "network/told.h"

/* TikTok as an authorization server. */
const struct oauth_provider *tiktok_provider(void);

/* The URL of a path of the API. A slash before the query matters. */
const char *tiktok_url(const char *path);

/* The path that tells what an account may post, and the header of a body. */
#define TIKTOK_CREATOR_INFO "/v2/post/publish/creator_info/query/"
#define TIKTOK_JSON "Content-Type: application/json; charset=UTF-8"

/* POST a JSON body with the job's token, renewed where it must be. */
struct oauth_answer tiktok_ask(struct job *, const char *path,
                               const char *body);

/* Does it say ok? Errors come with status 200, too. */
int tiktok_is_good(const struct http_answer *);

/* What an answer that is not good says, by its code. sent: the call may have
   begun a post, so that no answer and a 5xx leave it unknown. */
struct result tiktok_refusal(const struct oauth_answer *, int sent);

/* The same of a code alone, such as a fail_reason; words is NULL. */
struct result tiktok_code(const char *code);

/* Merge a JSON object into resume, and commit. It keeps {creator: {name,
   comment, duet, stitch}, publish: {id, url, at, next, last}, again}. */
void tiktok_keep(struct job *, const char *changes);

/* Is the job a video (and not photos)? */
int tiktok_is_video(const struct job *);

/* The task that was begun for the job; NULL: none is known. */
const char *tiktok_task(const struct job *);

/* Does the account's grant hold this scope, as far as TikTok told? */
int tiktok_may(const struct job *, const char *scope);

/* tiktok_post.c: may the creator post this now (creator_info, which TikTok
   wants asked before each post)? RESULT_READY once it is kept. And the JSON
   that begins a post. */
struct result tiktok_creator(struct job *);
const char *tiktok_video_init(const struct job *, int64_t chunk, int count);
const char *tiktok_photo_init(const struct job *);

/* tiktok_video.c: begin the upload and send all of the file but its last
   piece; send that, which makes it a post. */
struct result tiktok_video_prepare(struct job *);
struct result tiktok_video_send(struct job *);

/* tiktok_status.c: what became of the job's task: the driver's look_up and
   measure. */
struct result tiktok_look_up(struct job *);
struct result tiktok_measure(struct job *, struct metrics *);

/* It is with TikTok: ask again soon. */
struct result tiktok_busy(void);

/* tiktok_list.c: a post whose task is not known, among the account's newest
   public ones. */
struct result tiktok_find(struct job *);

/* Is this a post's id: a number? NULL is none. */
int tiktok_is_id(const char *);

/* The post is there. id may be NULL: TikTok has not told it. */
struct result tiktok_posted(const struct job *, const char *id);

/* tiktok_connect.c: the driver's OAuth. */
struct oauth_start tiktok_oauth_begin(const char *server, const char *app,
                                      const char *redirect_uri,
                                      const char *state);
struct connected tiktok_oauth_finish(const char *server, const char *app,
                                     const char *redirect_uri,
                                     const char *verifier, const char *code);
struct result tiktok_sync(struct job *, struct connected *);
struct result tiktok_refresh(struct job *);
struct result tiktok_revoke(struct job *);
#endif
