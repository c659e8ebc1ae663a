/* discord.c: the driver for Discord's incoming webhooks: their URLs, calls to
   them, and what refusals mean.

   There is no key that makes a repeat harmless and no list of a webhook's
   messages: after a lost answer nobody but a human can tell (recovery class
   NONE). All of a post goes in one call. */
#include "network/discord.h"
#include "network/told.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

/* By the number of Discord's error, whatever its HTTP status (below 500): the
   webhook is dead, or the guild wants it slower. All others are final. */
static const struct {
    int64_t code;
    enum result_kind kind;
    const char *category;
} codes[] = {
    { 10015, RESULT_AUTH, "auth_error" },       /* unknown webhook */
    { 50027, RESULT_AUTH, "auth_error" },       /* invalid webhook token */
    { 50001, RESULT_AUTH, "auth_error" },       /* missing access */
    { 50013, RESULT_AUTH, "auth_error" },       /* missing permissions */
    { 20016, RESULT_RETRY, "rate_limited" },    /* slowmode */
    { 20028, RESULT_RETRY, "rate_limited" },    /* the channel's write limit */
    { 130000, RESULT_RETRY, "platform_5xx" },   /* overloaded */
    { 40005, RESULT_REJECTED, "media_error" },  /* entity too large */
};

int
discord_is_good(const struct http_answer *answer)
{
    return answer->result == HTTP_ANSWERED && answer->status == 200
           && http_is_json(answer);
}

int64_t
discord_code(const struct http_answer *answer)
{
    return http_is_json(answer)
           ? json_integer(text_string(&answer->body), "$.code", 0) : 0;
}

struct http_answer
discord_call(const struct discord_webhook *webhook,
             struct http_request *request, const char *path,
             const char *query)
{
    int i = 0;

    while (request->headers[i] != NULL)
        i++;
    request->headers[i] = memory_format("User-Agent: DiscordBot (%s, 1)",
                                        config()->base_url);
    request->url = memory_format("%s/api/v10/webhooks/%s/%s%s%s",
        config_api_url("discord", "https://discord.com"), webhook->id,
        webhook->token, path, query);
    return http_send(request);
}

/* ------------------------------------------------------------ refusals */

/* By the status, where no known code came. 403 without a code is Cloudflare's
   page and not Discord's word on the webhook. */
static struct result
by_status(const struct http_answer *answer, int sent)
{
    long status = answer->status;

    if (status < 300 || status == 408 || status >= 500)
        return told_result(sent ? RESULT_UNKNOWN : RESULT_RETRY,
                           "platform_5xx", NULL);
    if (status == 401)
        return told_result(RESULT_AUTH, "auth_error", NULL);
    if (status == 429)
        return told_result(RESULT_RETRY, "rate_limited", NULL);
    if (status == 413)
        return told_result(RESULT_REJECTED, "media_error", NULL);
    if (status == 403 && discord_code(answer) == 0)
        return told_result(RESULT_RETRY, "network_error", NULL);
    return told_result(RESULT_REJECTED, "platform_rejected", NULL);
}

static const char *
words_of(const struct discord_webhook *webhook,
         const struct http_answer *answer)
{
    const char *message = http_is_json(answer)
        ? json_text(text_string(&answer->body), "$.message") : NULL;
    long long code = discord_code(answer);

    if (answer->status < 300)
        return "Discord's answer cannot be read.";
    message = told_words(message, webhook->token);
    if (message[0] == '\0')
        return memory_format("Discord answered %ld.", answer->status);
    if (code == 0)
        return memory_format("Discord answered %ld: %s.", answer->status,
                             message);
    return memory_format("Discord answered %ld: %s (%lld).", answer->status,
                         message, code);
}

struct result
discord_refusal(const struct discord_webhook *webhook,
                const struct http_answer *answer, int sent)
{
    struct result result;
    int64_t code;
    size_t i;

    if (answer->result != HTTP_ANSWERED)
        return told_no_answer("Discord", answer, sent);
    result = by_status(answer, sent);
    code = discord_code(answer);
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (answer->status >= 400 && answer->status < 500
            && answer->status != 408 && code == codes[i].code)
            result = told_result(codes[i].kind, codes[i].category, NULL);
    result.words = words_of(webhook, answer);
    result.http_status = answer->status;
    result.retry_at = told_wait(answer, "$.retry_after");
    return result;
}

/* ------------------------------------------------------------ prepare */

static int
is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* An account that was stored unchecked does not know its channel yet. */
static struct result
prepare(struct job *job)
{
    struct discord_webhook webhook;
    struct http_answer answer;
    struct result result = told_result(RESULT_READY, NULL, NULL);

    if (!discord_webhook_load(job, &webhook))
        return told_result(RESULT_AUTH, "auth_error",
                           "The account's secret is no webhook's URL.");
    if (is_blank(job->text) && job->media_count == 0)
        return told_result(RESULT_REJECTED, "platform_rejected",
                           "Discord does not take a blank text.");
    if (webhook.channel[0] == '\0') {
        result = discord_webhook_ask(&webhook, &answer);
        if (result.kind == RESULT_READY)
            job->save_credentials(job, discord_webhook_credentials(&webhook),
                                  0);
    }
    return result;
}

const struct network discord = {
    .name = "discord",
    .prepare = prepare,
    .send = discord_message_send,
    .connect = discord_connect,
    .sync = discord_sync,
    .revoke = discord_revoke,
    .edit = discord_message_edit,
    .remove = discord_message_remove,
    .measure = discord_message_measure,
    .parts = &discord
};
