/* youtube.h: what the parts of the driver for YouTube share.

   Data API v3. One grant is one channel, whose id is the account's. A video
   goes up in a resumable session: it exists once its last byte has arrived,
   and not before, and the session tells at any time whether it does. What
   Google's documentation does not say is marked UNVERIFIED. */
#ifndef YOUTUBE_H
#define YOUTUBE_H
#include "network/network.h"
#include "network/oauth.h"
#include "network/told.h"

/* Google as an authorization server. */
const struct oauth_provider *youtube_provider(void);

/* The URL of a path of the API. */
const char *youtube_url(const char *path);

/* Is this a URL on a host of Google's APIs? The token goes nowhere else. */
int youtube_is_googles(const char *url);

/* Send a request with the job's token, and count what it costs: one of the
   day's uploads, or of its units 1 where it reads and 50 where it writes. */
struct oauth_answer youtube_ask(struct job *, struct http_request *,
                                enum day_kind, int amount);

/* The same of a request that costs units; body is JSON, or NULL. */
struct oauth_answer youtube_call(struct job *, const char *method,
                                 const char *path, const char *body);

/* Is this a 200 or 201 with readable JSON? */
int youtube_is_good(const struct oauth_answer *);

/* What an answer that is not good says about a call, by its reason. sent: the
   call may have made the video exist, so that no answer and a 5xx leave it
   unknown. */
struct result youtube_refusal(const struct oauth_answer *, int sent);

/* An option of the post, else of the account, as JSON; NULL where neither
   has it. */
const char *youtube_setting(const struct job *, const char *path);

/* youtube_video.c: what is said of a video when its session is begun, and how
   many subscribers hear of it: the query's value of notifySubscribers. */
const char *youtube_video_body(const struct job *);
const char *youtube_video_notify(const struct job *);

/* Merge a JSON object into resume, and commit; the same with what YouTube says
   of the video. */
void youtube_keep(struct job *, const char *changes);
void youtube_keep_video(struct job *, const char *video);

/* youtube_settle.c: what became of the video that YouTube has (resume.video),
   after its thumbnail was set as well as could be: RESULT_WAIT while it is
   processed, then RESULT_POSTED, RESULT_DISCARDED, or RESULT_UNKNOWN where
   YouTube does not show it. And does YouTube's description of a video (JSON,
   with its status) say that it threw it away? Then *result does too. */
struct result youtube_settled(struct job *);
int youtube_is_discarded(const char *video, struct result *result);

/* youtube_upload.c: the driver's prepare, send and look_up. */
struct result youtube_prepare(struct job *);
struct result youtube_send(struct job *);
struct result youtube_look_up(struct job *);

/* youtube_after.c: a video as JSON with the parts that are named; NULL and why
   not. And the driver's edit, remove and measure. */
const char *youtube_video(struct job *, const char *id, const char *parts,
                          struct result *fault);
struct result youtube_edit(struct job *);
struct result youtube_remove(struct job *);
struct result youtube_measure(struct job *, struct metrics *);

/* youtube_connect.c: the driver's OAuth and refresh. */
struct oauth_start youtube_oauth_begin(const char *server, const char *app,
                                       const char *redirect_uri,
                                       const char *state);
struct connected youtube_oauth_finish(const char *server, const char *app,
                                      const char *redirect_uri,
                                      const char *verifier, const char *code);
struct result youtube_sync(struct job *, struct connected *);
struct result youtube_refresh(struct job *);
struct result youtube_revoke(struct job *);

/* youtube_comment.c: the driver of first comments, and the id of a post
   in a link to it. */
extern const struct network youtube_comment;
const char *youtube_id_in_link(const struct job *, const char *link);
#endif
