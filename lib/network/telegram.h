/* telegram.h: what the parts of the Telegram driver share.

   An account is a bot and a channel or group it may post in. The bot's token
   stands in the path of every call's URL and belongs in nothing that is
   shown or logged. Texts go without a parse_mode: what was written is what is
   read, and nothing need be escaped; links, hashtags and @names are found by
   Telegram. Sources: core.telegram.org/bots/api 10.1 (June 2026) and the
   server's own source, tdlib/telegram-bot-api 10.0. */
#ifndef TELEGRAM_H
#define TELEGRAM_H
#include "network/network.h"

struct telegram_bot {
    const char *server;         /* base URL: crier.conf's api_url.telegram,
                                   else the account's server (a bot-api of the
                                   owner's own), else Telegram's */
    const char *token;
    const char *chat;           /* @name, or the number as text: it has up to
                                   52 bits */
};

/* Does a string look like a bot's token? Only then may it be in a URL. */
int telegram_is_token(const char *);

/* The bot of a job. 0 where its credentials hold no token. */
int telegram_load(const struct job *, struct telegram_bot *);

/* POST a method's parameters: the request's parts or body, or none. Its URL
   is set here. */
struct http_answer telegram_call(const struct telegram_bot *,
                                 const char *method, struct http_request *);

/* The same for a method that takes the chat and one parameter more, or none
   (NULL). What a good answer brings is its $.result. */
struct http_answer telegram_ask(const struct telegram_bot *,
                                const char *method, const char *name,
                                const char *value);

/* Add a field to a request's parts; nothing where value is NULL. */
void telegram_add(struct http_request *, const char *name, const char *value);

/* Is this an answer {"ok": true, ...}? */
int telegram_is_good(const struct http_answer *);

/* What an answer that is not good says about a call. sent: the call may have
   made something public, so that no answer and a 5xx leave it unknown. */
struct result telegram_refusal(const struct telegram_bot *,
                               const struct http_answer *, int sent);

/* What Telegram says went wrong; "" where it says nothing. No secret. */
const char *telegram_words(const struct telegram_bot *,
                           const struct http_answer *);

/* The name in capitals that some refusals are (PHOTO_INVALID_DIMENSIONS); ""
   where it is a sentence. */
const char *telegram_name(const struct http_answer *);

/* telegram_connect.c: see network.h; login is the channel. */
struct result telegram_sync(struct job *, struct connected *);
struct connected telegram_connect(const char *server, const char *login,
                                  const char *secret);

/* May the bot (still) post in its chat? NULL, or why not. *known is 0 where
   Telegram could not be asked. */
const char *telegram_rights_fault(const struct telegram_bot *, int *known);

/* telegram_form.c: the call that a post is: sets the request's parts and
   returns the method. as_document: its one image goes as a file. */
const char *telegram_form(const struct job *, struct http_request *,
                          const char *chat, int as_document);

/* Does the job's text need a message of its own, behind its media? */
int telegram_text_is_apart(const struct job *);

/* Add the text of a message, and how its links are shown. */
void telegram_add_text(const struct job *, struct http_request *);

/* A text as a message of its own; reply_to is a message's id, or NULL. Each
   call is a reply to what the job follows, where it follows something. */
const char *telegram_form_text(const struct job *, struct http_request *,
                               const char *chat, const char *reply_to);

/* telegram_send.c: the driver's send, and the id of a post in a link to it.
   telegram_edit.c: edit and remove. */
struct result telegram_send(struct job *);
const char *telegram_id_in_link(const struct job *, const char *link);
struct result telegram_edit(struct job *);
struct result telegram_remove(struct job *);
#endif
