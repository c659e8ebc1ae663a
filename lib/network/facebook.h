/* facebook.h: what the parts of the driver for Facebook Pages share.

   An account is one Page with a token of its own; profiles and groups cannot
   be published to. Source: developers.facebook.com/docs/pages-api,
   /docs/graph-api/reference/page and /docs/video-api; Graph API v25.0.

   A post of the feed is known as PAGE_POST, with an underscore; a video or a
   reel by its own id, without one.

   resume keeps {photos: [id, ...], at: when the first was made} or {reel:
   {id, url, ready}}, of a reel or a story's video; of another video {video:
   {session or handle, offset, at}}; of a video that is out {public: its
   post's id, cover: what went wrong with it, or ""}.

   Credentials are {access_token: the Page's, user_token: the person's who
   connected it, client_id: the application that they were given to, scope};
   accounts of before have no user_token and no client_id, and a user_token
   ends after some 60 days. */
#ifndef FACEBOOK_H
#define FACEBOOK_H
#include "network/graph.h"

/* The Graph API with its version. */
const char *facebook_base(void);

/* The URL of an object: base/ID and what follows, "/feed" or a query; and
   that with graph_proven() for a call with the job's Page token. */
const char *facebook_place(const char *id, const char *rest);
const char *facebook_url(const struct job *, const char *id, const char *rest);

/* The application's secret, where the account's token is one of it: NULL where
   it is another's by now, or was connected before Crier kept whose it is. */
const char *facebook_secret(const struct job *);

/* The job's Page token. */
const char *facebook_token(const struct job *);

/* graph_refusal() for Facebook. */
struct result facebook_refusal(const struct http_answer *, int sent);

/* Does the job carry a video, and is that to be a reel? Is it a story? */
int facebook_is_video(const struct job *);
int facebook_is_reel(const struct job *);
int facebook_is_story(const struct job *);

/* Is this id one of a video? */
int facebook_is_video_id(const char *id);

/* It is public as this: its permalink is asked for. */
struct result facebook_posted(const struct job *, const char *id);

/* The link to a post: what Facebook told (NULL: nothing), which of videos is
   only a path, else one by its id. */
const char *facebook_link(const struct job *, const char *id,
                          const char *told);

/* Commit this resume. */
void facebook_keep(struct job *, const char *resume);

/* facebook_settle.c: the post is out as this: RESULT_POSTED, but of a video
   RESULT_WAIT while it is processed, and RESULT_DISCARDED where Facebook threw
   it away. Does a video's answer (with its status) say so? Then *result does
   too. */
struct result facebook_settled(struct job *, const char *id);
int facebook_is_discarded(const char *body, struct result *result);

/* facebook_media.c: upload the job's pictures, unpublished, or its video.
   RESULT_READY, or why not. And take unpublished pictures away
   again, as far as that goes. */
struct result facebook_media(struct job *);
void facebook_media_forget(const struct job *);

/* facebook_video.c: upload a video that is neither, as far as Facebook takes
   it: RESULT_READY, or why not. Then its handle, NULL where Facebook is to
   fetch it from our signed URL. And forget the handle. */
struct result facebook_video(struct job *);
const char *facebook_handle(const struct job *);
void facebook_video_forget(struct job *);

/* The edge of the Page that takes a video in phases. */
const char *facebook_phases(const struct job *);

/* The network's id of the picture at a place, or of the reel; NULL where it
   was not uploaded. */
const char *facebook_photo(const struct job *, int place);
const char *facebook_reel(const struct job *);

/* facebook_lookup.c: look among the Page's posts since a time. RESULT_POSTED,
   RESULT_UNKNOWN where it is not there, or why the list cannot be read. */
struct result facebook_find(struct job *, int64_t since);
struct result facebook_look_up(struct job *);

/* facebook_after.c */
struct result facebook_edit(struct job *);
struct result facebook_remove(struct job *);
struct result facebook_measure(struct job *, struct metrics *);
struct result facebook_sync(struct job *, struct connected *);
struct result facebook_revoke(struct job *);

/* facebook_connect.c */
struct oauth_start facebook_oauth_begin(const char *server, const char *app,
                                        const char *redirect_uri,
                                        const char *state);
struct connected facebook_oauth_finish(const char *server, const char *app,
                                       const char *redirect_uri,
                                       const char *verifier,
                                       const char *code);

/* facebook_comment.c: the driver of first comments, and the id of a post
   in a link to it. */
extern const struct network facebook_comment;
const char *facebook_id_in_link(const struct job *, const char *link);
#endif
