/* pinterest.h: what the parts of the driver for Pinterest's API v5 share.

   Source: Pinterest's OpenAPI document 5.23.0. An account is one
   board of a person: every pin stands on one. A post may name another by its
   setting boardId. */
#ifndef PINTEREST_H
#define PINTEREST_H
#include "network/network.h"
#include "network/oauth.h"

/* Pinterest as an authorization server. */
const struct oauth_provider *pinterest_provider(void);

/* Ask for a path of the API, such as /pins; body is JSON, or NULL: with a
   token; with the job's, which is renewed where it is refused. */
struct oauth_answer pinterest_ask(const char *token, const char *path);
struct oauth_answer pinterest_call(struct job *, const char *method,
                                   const char *path, const char *body);

/* Is this an answer of a status below 300 with readable JSON? */
int pinterest_is_good(const struct oauth_answer *);

/* What an answer that is not good says of a call. job is NULL where there is
   no account yet. sent: the call may have made the pin public, so that no
   answer and a 5xx leave it unknown. */
struct result pinterest_refusal(const struct job *,
                                const struct oauth_answer *, int sent);

/* The same of a call that makes a pin or what it shows. An application with
   Trial access is refused there: it pauses. */
struct result pinterest_unmade(const struct job *,
                               const struct oauth_answer *, int sent);

/* Do the scopes that were granted hold all these, parted by spaces? */
extern const char pinterest_scopes[];
int pinterest_may(const struct job *, const char *scopes);

/* The board that the job's pin goes to. */
const char *pinterest_board(const struct job *);

/* Ask for a board. *json is the answer where this is RESULT_READY. */
struct result pinterest_ask_board(struct job *, const char *board,
                                  const char **json);

/* Where a click on the pin leads; "" where nowhere is said. */
const char *pinterest_link(const struct job *);

/* The pin is there. */
struct result pinterest_posted(const char *id);

/* pinterest_pin.c: the JSON that creates the job's pin; does Pinterest fetch
   what it shows? */
const char *pinterest_pin(const struct job *);
int pinterest_pin_fetches(const struct job *);

/* pinterest_video.c: register and upload the job's video and wait for its
   processing; RESULT_READY at once where the job carries none. */
struct result pinterest_video(struct job *);

/* The network's id of the uploaded video; NULL where there is none. */
const char *pinterest_video_id(const struct job *);

/* pinterest_after.c: what concerns a pin once it was sent. */
struct result pinterest_look_up(struct job *);
struct result pinterest_edit(struct job *);
struct result pinterest_remove(struct job *);
struct result pinterest_measure(struct job *, struct metrics *);

/* pinterest_connect.c: whose tokens these are, and tokens that renew. */
struct oauth_start pinterest_oauth_begin(const char *server, const char *app,
                                         const char *redirect_uri,
                                         const char *state);
struct connected pinterest_oauth_finish(const char *server, const char *app,
                                        const char *redirect_uri,
                                        const char *verifier,
                                        const char *code);
struct result pinterest_sync(struct job *, struct connected *);
struct result pinterest_refresh(struct job *);
#endif
