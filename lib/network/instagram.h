/* instagram.h: what the parts of the driver for Instagram share.

   Accounts are connected by Instagram Login (graph.instagram.com): a
   professional account needs no Facebook Page. Source: developers.facebook.com
   /docs/instagram-platform; Graph API v25.0. */
#ifndef INSTAGRAM_H
#define INSTAGRAM_H
#include "network/container.h"

/* Its API with the version, and as container.h has it. */
const char *instagram_base(void);
struct container_api instagram_api(void);

/* Is the job's post a story, by its settings? */
int instagram_is_story(const struct job *);

/* instagram_connect.c */
struct oauth_start instagram_oauth_begin(const char *server, const char *app,
                                         const char *redirect_uri,
                                         const char *state);
struct connected instagram_oauth_finish(const char *server, const char *app,
                                        const char *redirect_uri,
                                        const char *verifier,
                                        const char *code);
struct result instagram_sync(struct job *, struct connected *);
struct result instagram_refresh(struct job *);

/* instagram_measure.c */
struct result instagram_measure(struct job *, struct metrics *);

/* instagram_comment.c: the driver of first comments. */
extern const struct network instagram_comment;
#endif
