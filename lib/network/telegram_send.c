/* telegram_send.c: making a post public, which a long text under media does
   in two messages.

   The media goes first, because it is what may be refused; then the text, as a
   reply to it. Both belong to the one armed attempt. Between them the post is
   half there: from then on it is never begun anew. A text that was surely not
   taken (429, no connection) is offered again here, for a minute at most;
   whatever else becomes of it, and a crash in between, leaves the target
   `uncertain`, and its owner decides.

   The remote_id lists the ids of all messages, parted by commas; behind a +
   is the one that is the text: 43,44+45. */
#include "network/telegram.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>
#include <unistd.h>

enum { TEXT_TRIES = 4, TEXT_PATIENCE_MS = MINUTE };

/* ------------------------------------------------------------ one call */

/* A group that became a supergroup has another number: keep that. It stays in
   the credentials: the account is the one that it was. Returns whether there
   was one. */
static int
has_moved(struct job *job, struct telegram_bot *bot,
          const struct http_answer *answer)
{
    const char *chat = answer->status == 400 && http_is_json(answer)
        ? json_text(text_string(&answer->body),
                    "$.parameters.migrate_to_chat_id") : NULL;

    if (chat == NULL || text_same(chat, bot->chat))
        return 0;
    bot->chat = chat;
    value_set_text("telegram_token", bot->token);
    value_set_text("telegram_chat", chat);
    job->save_credentials(job, json_make(
        "json_object('access_token', :telegram_token,"
        " 'chat_id', :telegram_chat)"), 0);
    return 1;
}

/* Refusals that a file may pass where a photo did not. */
static int
is_no_photo(const struct job *job, const char *method,
            const struct http_answer *answer)
{
    const char *name = telegram_name(answer);

    return job->media_count == 1 && text_same(method, "sendPhoto")
           && answer->status == 400
           && (text_begins(name, "PHOTO_") || text_begins(name, "IMAGE_"));
}

/* Each further call follows a refusal that is definite. */
static struct http_answer
publish(struct job *job, struct telegram_bot *bot)
{
    struct http_request request;
    const char *method = telegram_form(job, &request, bot->chat, 0);
    struct http_answer answer = telegram_call(bot, method, &request);

    if (answer.result == HTTP_ANSWERED && has_moved(job, bot, &answer)) {
        telegram_form(job, &request, bot->chat, 0);
        answer = telegram_call(bot, method, &request);
    }
    if (answer.result == HTTP_ANSWERED && is_no_photo(job, method, &answer)) {
        method = telegram_form(job, &request, bot->chat, 1);
        answer = telegram_call(bot, method, &request);
    }
    return answer;
}

/* ------------------------------------------------------------ its answer */

/* t.me/NAME/ID, or t.me/c/NUMBER/ID of a private channel, which its members
   can follow; a basic group's messages have no link. */
static const char *
permalink(const char *message, const char *id)
{
    const char *name = json_text(message, "$.chat.username");
    const char *chat = json_text(message, "$.chat.id");

    if (name != NULL && name[0] != '\0')
        return told_link(memory_format("https://t.me/%s/%s", name, id));
    if (chat != NULL && text_begins(chat, "-100"))
        return told_link(memory_format("https://t.me/c/%s/%s",
                                       chat + strlen("-100"), id));
    return NULL;
}

/* Of t.me/NAME/ID, or t.me/c/NUMBER/ID, in the account's own chat. */
const char *
telegram_id_in_link(const struct job *job, const char *link)
{
    const char *name = job->handle, *chat = job->remote_account;
    const char *id = told_link_id(link, memory_format("https://t.me/%s/",
        name + (name[0] == '@')), "0123456789");

    if (id == NULL && text_begins(chat, "-100"))
        id = told_link_id(link, memory_format("https://t.me/c/%s/",
            chat + strlen("-100")), "0123456789");
    return id;
}

/* An id of a message is a number; NULL where it is none. */
static const char *
number_of(const char *message)
{
    const char *id = told_id(message, "$.message_id");

    return id != NULL && id[strspn(id, "0123456789")] == '\0' ? id : NULL;
}

/* The messages of an answer: their ids in remote_id, the first one's link.
   remote_id is NULL where the answer has none. */
static struct result
posted(const struct http_answer *answer)
{
    struct result result = { .kind = RESULT_POSTED, .http_status = 200 };
    const char *body = text_string(&answer->body), *first, *id;
    struct json_member *messages;
    struct text ids = { 0 };
    int i, count;

    first = json_raw(body, "$.result[0]");
    count = first ? json_members(body, "$.result", &messages) : 0;
    if (first == NULL)
        first = json_raw(body, "$.result");
    id = first ? number_of(first) : NULL;
    if (id == NULL)
        return result;
    text_add(&ids, id);
    for (i = 1; i < count; i++) {
        const char *next = number_of(messages[i].json);

        if (next != NULL)
            text_add_format(&ids, ",%s", next);
    }
    result.remote_id = text_string(&ids);
    result.permalink = permalink(first, id);
    return result;
}

/* ------------------------------------------------------------ the text */

static struct result
half_public(const struct result *media, const struct result *refusal)
{
    struct result result = *refusal;

    result.kind = RESULT_UNKNOWN;
    result.words = memory_format("the media is public%s%s, its text may not"
        " be: %s", media->permalink ? " at " : "",
        media->permalink ? media->permalink : "", refusal->words);
    return result;
}

/* Wait until then, where that is within the patience. */
static int
wait_for(int64_t at, int64_t give_up)
{
    int64_t wait = at > clock_now() ? at - clock_now() : SECOND;

    if (clock_steady() + wait > give_up)
        return 0;
    sleep((unsigned)((wait + SECOND - 1) / SECOND));
    return 1;
}

static struct result
add_text(const struct job *job, const struct telegram_bot *bot,
         const struct result *media)
{
    const char *first = memory_copy_bytes(media->remote_id,
                                          strcspn(media->remote_id, ","));
    int64_t give_up = clock_steady() + TEXT_PATIENCE_MS;
    struct result result = { 0 }, text = *media;
    int i;

    for (i = 0; i < TEXT_TRIES; i++) {
        struct http_request request;
        const char *method = telegram_form_text(job, &request, bot->chat,
                                                first);
        struct http_answer answer = telegram_call(bot, method, &request);

        if (telegram_is_good(&answer)
            && (result = posted(&answer)).remote_id != NULL) {
            text.remote_id = memory_format("%s+%s", media->remote_id,
                                           result.remote_id);
            return text;
        }
        result = telegram_refusal(bot, &answer, 1);
        if (result.kind != RESULT_RETRY
            || !wait_for(result.retry_at, give_up))
            break;
    }
    return half_public(media, &result);
}

/* ------------------------------------------------------------ send */

/* A sentence for 400 may be about the post or about the bot's rights: ask. */
static struct result
refused(const struct telegram_bot *bot, const struct http_answer *answer)
{
    struct result result = telegram_refusal(bot, answer, 1);
    const char *fault;
    int known;

    if (result.kind != RESULT_REJECTED || answer->status != 400
        || telegram_name(answer)[0] != '\0')
        return result;
    fault = telegram_rights_fault(bot, &known);
    if (fault == NULL || !known)
        return result;
    result.kind = RESULT_AUTH;
    result.category = "auth_error";
    result.words = fault;
    return result;
}

struct result
telegram_send(struct job *job)
{
    struct telegram_bot bot;
    struct http_answer answer;
    struct result result = { 0 };

    if (!telegram_load(job, &bot))
        return told_result(RESULT_AUTH, "auth_error",
                           "The account's secret is no bot's token.");
    answer = publish(job, &bot);
    if (telegram_is_good(&answer))
        result = posted(&answer);
    if (result.remote_id == NULL)
        return refused(&bot, &answer);
    return telegram_text_is_apart(job) ? add_text(job, &bot, &result)
                                       : result;
}
