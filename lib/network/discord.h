/* discord.h: what the parts of the Discord driver share.

   An account is an incoming webhook: a URL that posts into one channel for
   whoever has it. The URL is the secret, so it is put together for each call
   from its parts and stands in nothing that is shown, kept unsealed or
   logged. Sources: discord/discord-api-docs (August 2026), resources/webhook,
   resources/message, topics/rate-limits, opcodes-and-status-codes; API v10. */
#ifndef DISCORD_H
#define DISCORD_H
#include "network/network.h"

struct discord_webhook {
    const char *id, *token;
    const char *thread;         /* the URL's thread_id; "" where it has none */
    const char *channel, *guild;        /* "" where not known */
};

/* Read a webhook's URL as Discord's settings copy it: on discord.com,
   discordapp.com or their ptb. and canary. hosts, with or without a version,
   and ?thread_id=. 0 where it is none. */
int discord_webhook_read(const char *url, struct discord_webhook *);

/* The webhook of the job's credentials. 0 where they hold none. */
int discord_webhook_load(const struct job *, struct discord_webhook *);

/* Its credentials as JSON. */
const char *discord_webhook_credentials(const struct discord_webhook *);

/* Call the webhook: path follows its URL, query begins with ? or is "". URL
   and User-Agent of the request are set here. A request without the User-Agent
   that Discord asks for may be blocked before it is looked at. */
struct http_answer discord_call(const struct discord_webhook *,
                                struct http_request *, const char *path,
                                const char *query);

/* Ask the webhook for its channel and guild (GET); with them in
   *webhook RESULT_READY, else why not. *answer is what it said. */
struct result discord_webhook_ask(struct discord_webhook *,
                                  struct http_answer *);

/* Is this an answer with status 200 and readable JSON? */
int discord_is_good(const struct http_answer *);

/* What an answer that is not good says about a call. sent: the call may have
   made the post public, so that no answer and a 5xx leave it unknown. */
struct result discord_refusal(const struct discord_webhook *,
                              const struct http_answer *, int sent);

/* The JSON error code of an answer; 0 where it has none. */
int64_t discord_code(const struct http_answer *);

/* discord_connect.c: see network.h. */
struct result discord_sync(struct job *, struct connected *);
struct result discord_revoke(struct job *);
struct connected discord_connect(const char *server, const char *login,
                                 const char *secret);

/* discord_message.c: the driver's send, edit, remove and measure. */
struct result discord_message_send(struct job *);
struct result discord_message_edit(struct job *);
struct result discord_message_remove(struct job *);
struct result discord_message_measure(struct job *, struct metrics *);
#endif
