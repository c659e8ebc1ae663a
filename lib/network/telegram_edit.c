/* telegram_edit.c: changing and deleting what is public. A bot may always edit
   its own posts in a channel, and delete them with the right to post. */
#include "network/telegram.h"
#include "network/told.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "data/json.h"

#include <string.h>

#define DIGITS "0123456789"

enum { CAPTION_MOST = 1024 };

/* The bot, and RESULT_READY where remote_id is a list that telegram_send.c
   makes; else why nothing can be done. */
static struct result
begin(const struct job *job, struct telegram_bot *bot)
{
    const char *ids = job->remote_id ? job->remote_id : "";

    if (!telegram_load(job, bot))
        return told_result(RESULT_AUTH, "auth_error",
                           "The account's secret is no bot's token.");
    if (ids[0] == '\0' || ids[strspn(ids, DIGITS ",+")] != '\0')
        return told_result(RESULT_REJECTED, "platform_rejected",
                           "It is not known which message this is.");
    return told_result(RESULT_READY, NULL, NULL);
}

/* Why the text cannot be the message's, or NULL. */
static const char *
text_fault(const struct job *job, int is_caption)
{
    if (is_caption && utf8_utf16_units(job->text) > CAPTION_MOST)
        return "A text under media can be edited to at most 1024 characters.";
    if (!is_caption && job->text[strspn(job->text, " \t\r\n")] == '\0')
        return "Telegram does not take a blank text.";
    return NULL;
}

/* The text that is already there is a refusal too, which the Bot API gives no
   number: its sentence begins so. */
static int
is_unchanged(const struct http_answer *answer)
{
    const char *said = answer->status == 400 && http_is_json(answer)
        ? json_text(text_string(&answer->body), "$.description") : NULL;

    return said != NULL
           && text_begins(said, "Bad Request: message is not modified");
}

static struct result
call(const struct telegram_bot *bot, const char *method,
     struct http_request *request)
{
    struct http_answer answer = telegram_call(bot, method, request);

    if (telegram_is_good(&answer) || is_unchanged(&answer))
        return told_result(RESULT_READY, NULL, NULL);
    return telegram_refusal(bot, &answer, 0);
}

/* The text is a message of its own behind a +, or where there is no media;
   else it is the first message's caption. */
struct result
telegram_edit(struct job *job)
{
    const char *plus = job->remote_id ? strchr(job->remote_id, '+') : NULL;
    int is_caption = plus == NULL && job->media_count > 0;
    const char *fault = text_fault(job, is_caption);
    struct http_request request = { 0 };
    struct telegram_bot bot;
    struct result result = begin(job, &bot);

    if (result.kind == RESULT_READY && fault != NULL)
        result = told_result(RESULT_REJECTED, "platform_rejected", fault);
    if (result.kind != RESULT_READY)
        return result;
    telegram_add(&request, "chat_id", bot.chat);
    telegram_add(&request, "message_id", plus ? plus + 1
        : memory_copy_bytes(job->remote_id, strcspn(job->remote_id, ",")));
    if (is_caption)
        telegram_add(&request, "caption", job->text);
    else
        telegram_add_text(job, &request);
    return call(&bot, is_caption ? "editMessageCaption" : "editMessageText",
                &request);
}

/* deleteMessages passes over messages that are gone. */
struct result
telegram_remove(struct job *job)
{
    struct http_request request = { 0 };
    struct telegram_bot bot;
    struct result result = begin(job, &bot);
    char *ids, *plus;

    if (result.kind != RESULT_READY)
        return result;
    ids = memory_format("[%s]", job->remote_id);
    plus = strchr(ids, '+');
    if (plus != NULL)
        *plus = ',';
    telegram_add(&request, "chat_id", bot.chat);
    telegram_add(&request, "message_ids", ids);
    return call(&bot, "deleteMessages", &request);
}
