/* discord_message.c: a post as one message of a webhook, and what can be done
   with it afterwards.

   The text goes as it was written: its Markdown is Discord's. Mentions in it
   ping nobody (allowed_mentions), in an edit neither: the default would ping
   anew. A message in a thread has its channel in its remote_id, CHANNEL/ID,
   because that thread must be named to reach it. A webhook cannot answer a
   message: what follows one is the next in its channel, or in the thread that
   it began. */
#include "network/discord.h"
#include "network/option.h"
#include "network/told.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

enum { UNKNOWN_MESSAGE = 10008, NO_EMBEDS = 4, SILENT = 4096 };

static struct result
no_webhook(void)
{
    return told_result(RESULT_AUTH, "auth_error",
                       "The account's secret is no webhook's URL.");
}

/* ------------------------------------------------------------ the message */

static const char *
file_name(const struct job_media *media)
{
    return memory_format("%s.%s", media->id, media->extension);
}

static void
add_attachments(struct text *json, const struct job *job)
{
    int i;

    text_add(json, ",\"attachments\":[");
    for (i = 0; i < job->media_count; i++) {
        text_add_format(json, "%s{\"id\":%d", i ? "," : "", i);
        text_add_member(json, "filename", file_name(&job->media[i]));
        text_add_member(json, "description", job->media[i].alt);
        text_add_char(json, '}');
    }
    text_add_char(json, ']');
}

/* What an edit changes, still open at its end. */
static void
add_content(struct text *json, const struct job *job)
{
    text_add(json, "{\"allowed_mentions\":{\"parse\":[]},\"content\":\"");
    text_add_json(json, job->text);
    text_add_char(json, '"');
}

static const char *
message_of(const struct job *job)
{
    int flags = (option_is_on(job, "$.silent") ? SILENT : 0)
                + (option_is_on(job, "$.suppressEmbeds") ? NO_EMBEDS : 0);
    struct text json = { 0 };

    add_content(&json, job);
    text_add_member(&json, "username", option_text(job, "$.username", ""));
    text_add_member(&json, "avatar_url", option_text(job, "$.avatarUrl", ""));
    if (job->reply_to == NULL)
        text_add_member(&json, "thread_name",
                        option_text(job, "$.threadName", ""));
    if (flags != 0)
        text_add_format(&json, ",\"flags\":%d", flags);
    if (job->media_count > 0)
        add_attachments(&json, job);
    text_add_char(&json, '}');
    return text_string(&json);
}

/* payload_json, then each file as files[n]. */
static void
add_files(struct http_request *request, const struct job *job,
          const char *message)
{
    long long bytes = 0;
    int i;

    request->parts[0] = (struct http_part){
        .name = "payload_json", .value = message, .type = "application/json"
    };
    for (i = 0; i < job->media_count; i++) {
        request->parts[i + 1] = (struct http_part){
            .name = memory_format("files[%d]", i), .path = job->media[i].path,
            .file_name = file_name(&job->media[i]),
            .type = job->media[i].type
        };
        bytes += job->media[i].bytes;
    }
    request->seconds = told_seconds(bytes);
}

static void
add_body(struct http_request *request, const char *json)
{
    request->headers[0] = "Content-Type: application/json";
    request->body = json;
    request->body_length = strlen(json);
}

/* ------------------------------------------------------------ send */

/* Where it is: its own channel, which is a thread's where it went into one or
   began one. */
static struct result
posted(const struct discord_webhook *webhook, const char *message)
{
    const char *id = json_text(message, "$.id");
    const char *channel = json_text(message, "$.channel_id");
    struct result result = { .kind = RESULT_POSTED, .http_status = 200,
                             .remote_id = id };

    if (channel == NULL)
        channel = webhook->channel;
    if (!text_same(channel, webhook->channel))
        result.remote_id = memory_format("%s/%s", channel, id);
    result.permalink = memory_format("https://discord.com/channels/%s/%s/%s",
                                     webhook->guild, channel, id);
    if (webhook->guild[0] == '\0' || !text_is_link(result.permalink))
        result.permalink = NULL;
    return result;
}

/* The thread of a message's remote_id; "" where that names none. */
static const char *
thread_in(const char *remote_id)
{
    const char *slash = strchr(remote_id, '/');

    return slash ? memory_copy_bytes(remote_id, (size_t)(slash - remote_id))
                 : "";
}

/* Without wait=true the answer would come before the message is kept, with no
   id and no error. */
static const char *
query_of(const struct job *job, const struct discord_webhook *webhook)
{
    const char *thread = job->reply_to ? thread_in(job->reply_to) : "";

    if (thread[0] == '\0')
        thread = option_text(job, "$.threadId", "");
    if (thread[0] == '\0' && (job->reply_to != NULL
        || option_text(job, "$.threadName", "")[0] == '\0'))
        thread = webhook->thread;
    if (thread[0] == '\0')
        return "?wait=true";
    return memory_format("?wait=true&thread_id=%s", thread);
}

/* 413, or 40005. A link in the text in place of the file would lead nowhere
   within two days (media_serve_url()): it is for the owner to make it less. */
static struct result
refused(const struct job *job, struct result refusal)
{
    long long largest = 0;
    int i;

    if (!text_same(refusal.category, "media_error"))
        return refusal;
    for (i = 0; i < job->media_count; i++)
        if (job->media[i].bytes > largest)
            largest = job->media[i].bytes;
    refusal.words = memory_format("%s A file is too large for this webhook:"
        " the largest has %lld bytes, and 10 MiB each is what Discord takes"
        " by default.", refusal.words, largest);
    return refusal;
}

struct result
discord_message_send(struct job *job)
{
    struct http_request request = { .method = "POST" };
    struct discord_webhook webhook;
    struct http_answer answer;
    const char *id;

    if (!discord_webhook_load(job, &webhook))
        return no_webhook();
    if (job->media_count > 0)
        add_files(&request, job, message_of(job));
    else
        add_body(&request, message_of(job));
    answer = discord_call(&webhook, &request, "", query_of(job, &webhook));
    id = discord_is_good(&answer)
         ? json_text(text_string(&answer.body), "$.id") : NULL;
    if (id != NULL && id[0] != '\0')
        return posted(&webhook, text_string(&answer.body));
    return refused(job, discord_refusal(&webhook, &answer, 1));
}

/* ------------------------------------------------------------ afterwards */

/* Call what is public, by its remote_id. */
static struct result
call_message(const struct job *job, struct http_request *request,
             struct http_answer *answer)
{
    const char *id = job->remote_id ? strrchr(job->remote_id, '/') : NULL;
    struct discord_webhook webhook;
    const char *query = "";

    if (!discord_webhook_load(job, &webhook))
        return no_webhook();
    if (id != NULL)
        query = memory_format("?thread_id=%s", memory_copy_bytes(
            job->remote_id, (size_t)(id - job->remote_id)));
    id = id ? id + 1 : job->remote_id ? job->remote_id : "";
    if (id[0] == '\0' || id[strspn(id, "0123456789")] != '\0')
        return told_result(RESULT_REJECTED, "platform_rejected",
                           "It is not known which message this is.");
    *answer = discord_call(&webhook, request,
                           memory_format("/messages/%s", id), query);
    if (answer->result == HTTP_ANSWERED
        && (discord_is_good(answer) || answer->status == 204))
        return told_result(RESULT_READY, NULL, NULL);
    return discord_refusal(&webhook, answer, 0);
}

/* Files stay as they are where `attachments` is left out. */
struct result
discord_message_edit(struct job *job)
{
    struct http_request request = { .method = "PATCH" };
    struct http_answer answer = { 0 };
    struct text json = { 0 };

    add_content(&json, job);
    text_add_char(&json, '}');
    add_body(&request, text_string(&json));
    return call_message(job, &request, &answer);
}

struct result
discord_message_remove(struct job *job)
{
    struct http_request request = { .method = "DELETE" };
    struct http_answer answer = { 0 };
    struct result result = call_message(job, &request, &answer);

    if (result.kind == RESULT_REJECTED
        && discord_code(&answer) == UNKNOWN_MESSAGE)
        return told_result(RESULT_READY, NULL, NULL);
    return result;
}

/* Reactions are all there is. Whether a webhook is shown them is UNVERIFIED:
   a message without the member tells nothing. */
struct result
discord_message_measure(struct job *job, struct metrics *metrics)
{
    struct http_request request = { 0 };
    struct http_answer answer = { 0 };
    struct result result = call_message(job, &request, &answer);
    struct json_member *reactions;
    const char *body = text_string(&answer.body);
    int i, count;

    *metrics = (struct metrics){ -1, -1, -1, -1, -1, -1, -1 };
    if (result.kind != RESULT_READY || json_raw(body, "$.reactions") == NULL)
        return result;
    count = json_members(body, "$.reactions", &reactions);
    for (metrics->likes = 0, i = 0; i < count; i++)
        metrics->likes += json_integer(reactions[i].json, "$.count", 0);
    return result;
}
