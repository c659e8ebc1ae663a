/* telegram.c: the driver for channels and groups of Telegram: calls of the Bot
   API, and what refusals mean.

   The Bot API has no key that makes a repeat harmless, and a bot cannot read
   what a channel holds: after a lost answer nobody but a human can tell
   (recovery class NONE). Views are not told to bots: nothing is measured. */
#include "network/telegram.h"
#include "network/told.h"
#include "core/config.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/json.h"

#include <string.h>

#define DIGITS "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "_"
#define TOKEN_SIGNS CAPITALS "abcdefghijklmnopqrstuvwxyz-"

enum { TOKEN_LEAST = 20, TOKEN_MOST = 100 };

/* <digits>:<35 signs>, and room for it to grow. */
int
telegram_is_token(const char *string)
{
    size_t digits = strspn(string, DIGITS), rest;

    if (digits == 0 || string[digits] != ':')
        return 0;
    string += digits + 1;
    rest = strspn(string, TOKEN_SIGNS);
    return rest >= TOKEN_LEAST && digits + rest <= TOKEN_MOST
           && string[rest] == '\0';
}

int
telegram_load(const struct job *job, struct telegram_bot *bot)
{
    const char *chat = json_text(job->credentials, "$.chat_id");

    bot->token = json_text(job->credentials, "$.access_token");
    bot->chat = chat ? chat : job->remote_account;
    bot->server = job->server[0] ? job->server : "https://api.telegram.org";
    bot->server = config_api_url("telegram", bot->server);
    return bot->token != NULL && telegram_is_token(bot->token);
}

/* ------------------------------------------------------------ calls */

struct http_answer
telegram_call(const struct telegram_bot *bot, const char *method,
              struct http_request *request)
{
    request->method = "POST";
    request->url = memory_format("%s/bot%s/%s", bot->server, bot->token,
                                 method);
    return http_send(request);
}

struct http_answer
telegram_ask(const struct telegram_bot *bot, const char *method,
             const char *name, const char *value)
{
    struct http_request request = { 0 };
    struct text form = { 0 };

    http_form_add(&form, "chat_id", bot->chat);
    if (name != NULL)
        http_form_add(&form, name, value);
    request.body = text_string(&form);
    request.body_length = form.length;
    return telegram_call(bot, method, &request);
}

void
telegram_add(struct http_request *request, const char *name,
             const char *value)
{
    int i = 0;

    while (request->parts[i].name != NULL)
        i++;
    if (value != NULL)
        request->parts[i] = (struct http_part){ .name = name,
                                                .value = value };
}

int
telegram_is_good(const struct http_answer *answer)
{
    return answer->result == HTTP_ANSWERED && answer->status == 200
           && http_is_json(answer)
           && json_is_true(text_string(&answer->body), "$.ok");
}

/* ------------------------------------------------------------ refusals */

static const char *
description(const struct http_answer *answer)
{
    const char *words = http_is_json(answer)
        ? json_text(text_string(&answer->body), "$.description") : NULL;

    return words ? words : "";
}

const char *
telegram_words(const struct telegram_bot *bot,
               const struct http_answer *answer)
{
    return told_words(description(answer), bot->token);
}

const char *
telegram_name(const struct http_answer *answer)
{
    const char *colon = strchr(description(answer), ':');
    const char *name = colon ? colon + strspn(colon, ": ") : "";

    return strspn(name, CAPITALS) == strlen(name) ? name : "";
}

/* 401: no such token; 404: what is no token; 403: the bot was put out of the
   chat, or the chat is gone. */
static struct result
by_status(const struct http_answer *answer, int sent)
{
    const char *name = telegram_name(answer);
    long status = answer->status;

    if (status < 300 || status == 408 || status >= 500)
        return told_result(sent ? RESULT_UNKNOWN : RESULT_RETRY,
                           "platform_5xx", NULL);
    if (status == 401 || status == 403 || status == 404)
        return told_result(RESULT_AUTH, "auth_error", NULL);
    if (status == 429)
        return told_result(RESULT_RETRY, "rate_limited", NULL);
    if (status == 413 || text_begins(name, "PHOTO_")
        || text_begins(name, "IMAGE_") || text_begins(name, "VIDEO_")
        || text_begins(name, "MEDIA_"))
        return told_result(RESULT_REJECTED, "media_error", NULL);
    return told_result(RESULT_REJECTED, "platform_rejected", NULL);
}

struct result
telegram_refusal(const struct telegram_bot *bot,
                 const struct http_answer *answer, int sent)
{
    const char *said = telegram_words(bot, answer);
    struct result result;

    if (answer->result != HTTP_ANSWERED)
        return told_no_answer("Telegram", answer, sent);
    result = by_status(answer, sent);
    result.http_status = answer->status;
    result.retry_at = told_wait(answer, "$.parameters.retry_after");
    result.words = memory_format("Telegram answered %ld%s%s.", answer->status,
                                 said[0] ? ": " : "", said);
    if (answer->status < 300)
        result.words = "Telegram's answer cannot be read.";
    return result;
}

/* ------------------------------------------------------------ prepare */

/* There is no invisible step: a bot's uploads are messages. */
static struct result
prepare(struct job *job)
{
    struct telegram_bot bot;

    if (!telegram_load(job, &bot))
        return told_result(RESULT_AUTH, "auth_error",
                           "The account's secret is no bot's token.");
    if (job->media_count == 0
        && job->text[strspn(job->text, " \t\r\n")] == '\0')
        return told_result(RESULT_REJECTED, "platform_rejected",
                           "Telegram does not take a blank text.");
    return told_result(RESULT_READY, NULL, NULL);
}

const struct network telegram = {
    .name = "telegram",
    .prepare = prepare,
    .send = telegram_send,
    .connect = telegram_connect,
    .sync = telegram_sync,
    .edit = telegram_edit,
    .remove = telegram_remove,
    .id_in_link = telegram_id_in_link,
    .parts = &telegram
};
