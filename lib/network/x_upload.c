/* x_upload.c: the bytes of a post's files on their way to X.

   A photo goes up in one request. A GIF or a video goes in segments, which X
   takes again under the same number, and is processed then. */
#include "network/x.h"
#include "network/pieces.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"

enum {
    SEGMENT = 1024 * 1024,      /* 5 MB is said to be the most: UNVERIFIED */
    SEGMENTS_MOST = 1000,
    CHECK_SECONDS = 60 * 60     /* more than X may let us wait */
};

static struct result
ready(void)
{
    return told_result(RESULT_READY, NULL, NULL);
}

static int
is_photo(const struct job_media *media)
{
    return text_begins(media->type, "image/")
           && !text_same(media->type, "image/gif");
}

/* A refusal of a file is not one of the post. */
static struct result
media_refusal(const struct oauth_answer *answer)
{
    struct result result = x_refusal(answer, 0);

    if (result.kind == RESULT_REJECTED
        && text_same(result.category, "platform_rejected"))
        result.category = "media_error";
    return result;
}

struct oauth_answer
x_upload_status(struct job *job, const struct x_entry *entry)
{
    return x_get(job, memory_format(
        "/2/media/upload?command=STATUS&media_id=%s", entry->id));
}

struct result
x_upload_lost(struct job *job, int position, const struct oauth_answer *answer)
{
    struct result result = media_refusal(answer);
    long status = answer->http.status;

    if (answer->http.result == HTTP_ANSWERED
        && (status == 400 || status == 404)
        && x_entry_forget(job, position))
        result.kind = RESULT_RETRY;
    return result;
}

/* The upload that an answer tells of; id NULL where it tells of none. */
static struct x_entry
entry_in(const struct oauth_answer *answer)
{
    struct x_entry entry = { .at = clock_now() };
    const char *body = text_string(&answer->http.body);

    if (!x_is_good(answer))
        return entry;
    entry.id = json_text(body, "$.data.id");
    entry.key = json_text(body, "$.data.media_key");
    entry.expires_at = entry.at + SECOND * json_integer(
        body, "$.data.expires_after_secs", DAY / SECOND);
    return entry;
}

struct result
x_upload_judge(struct job *job, int position, struct x_entry *entry,
               const struct oauth_answer *answer)
{
    const char *info = json_raw(text_string(&answer->http.body),
                                "$.data.processing_info");
    const char *state = info ? json_text(info, "$.state") : "succeeded";
    int64_t seconds = info ? json_integer(info, "$.check_after_secs", 5) : 0;
    const char *words;
    struct result wait = told_result(RESULT_WAIT, "media_processing",
                                  "X is processing a file.");

    if (text_same(state, "failed")) {
        x_entry_forget(job, position);
        words = json_text(info, "$.error.message");
        return told_result(RESULT_REJECTED, "media_error", memory_format(
            "X could not process a file: %.200s", words ? words
            : "it does not say why."));
    }
    entry->step = text_same(state, "succeeded") ? X_READY : X_PROCESSING;
    if (seconds < 1 || seconds > CHECK_SECONDS)
        seconds = 5;
    entry->check_at = clock_now() + seconds * SECOND;
    x_entry_keep(job, position, entry);
    wait.retry_at = entry->check_at;
    return entry->step == X_READY ? ready() : wait;
}

/* ------------------------------------------------------------ sending bytes */

static struct result
upload_photo(struct job *job, int position)
{
    const struct job_media *media = &job->media[position];
    struct http_request request = {
        .method = "POST",
        .parts = { { .name = "media_category", .value = "tweet_image" },
                   { .name = "media", .path = media->path,
                     .file_name = memory_format("%s.%s", media->id,
                                                media->extension),
                     .type = media->type } },
        .seconds = told_seconds(media->bytes)
    };
    struct oauth_answer answer = x_call(job, &request, "/2/media/upload");
    struct x_entry entry = entry_in(&answer);

    if (entry.id == NULL)
        return media_refusal(&answer);
    return x_upload_judge(job, position, &entry, &answer);
}

static struct result
begin(struct job *job, int position, struct x_entry *entry)
{
    const struct job_media *media = &job->media[position];
    struct oauth_answer answer;

    value_set_text("x_type", media->type);
    value_set_text("x_category", text_begins(media->type, "video/")
                                 ? "tweet_video" : "tweet_gif");
    value_set_integer("x_bytes", media->bytes);
    answer = x_post_json(job, "/2/media/upload/initialize", json_make(
        "json_object('media_type', :x_type, 'total_bytes', :x_bytes,"
        " 'media_category', :x_category)"));
    *entry = entry_in(&answer);
    if (entry->id == NULL)
        return media_refusal(&answer);
    x_entry_keep(job, position, entry);
    return ready();
}

static struct oauth_answer
append(struct job *job, const struct job_media *media, const char *path,
       int number, long long size)
{
    long long offset = number * size, left = media->bytes - offset;
    struct http_request request = {
        .method = "POST",
        .parts = { { .name = "segment_index",
                     .value = memory_format("%d", number) },
                   { .name = "media", .path = media->path,
                     .file_name = "segment",
                     .type = "application/octet-stream", .offset = offset,
                     .length = left < size ? left : size } },
        .seconds = told_seconds(size)
    };

    return x_call(job, &request, path);
}

/* The segments from entry->next on; a death costs one. */
static struct result
append_all(struct job *job, int position, struct x_entry *entry)
{
    const struct job_media *media = &job->media[position];
    long long least = (media->bytes + SEGMENTS_MOST - 1) / SEGMENTS_MOST;
    long long size = least > SEGMENT ? least : SEGMENT;
    int count = (int)((media->bytes + size - 1) / size);
    const char *path = memory_format("/2/media/upload/%s/append", entry->id);
    struct pieces pieces = pieces_begin();

    while (entry->next < count) {
        struct oauth_answer answer;

        pieces_next(&pieces, job);
        answer = append(job, media, path, entry->next, size);
        if (answer.http.result != HTTP_ANSWERED || answer.http.status < 200
            || answer.http.status >= 300)
            return x_upload_lost(job, position, &answer);
        entry->next++;
        x_entry_keep(job, position, entry);
    }
    return ready();
}

/* Where a death came between the end of an upload and the answer to it, X
   refuses to end it again, and its status tells. */
static struct result
finalize(struct job *job, int position, struct x_entry *entry)
{
    struct http_request request = { .method = "POST",
                                    .headers = { "Content-Type:" } };
    struct oauth_answer answer = x_call(job, &request, memory_format(
        "/2/media/upload/%s/finalize", entry->id));

    if (answer.http.result == HTTP_ANSWERED && answer.http.status == 400)
        answer = x_upload_status(job, entry);
    if (!x_is_good(&answer))
        return x_upload_lost(job, position, &answer);
    entry->at = clock_now();
    return x_upload_judge(job, position, entry, &answer);
}

struct result
x_upload(struct job *job, int position)
{
    struct x_entry entry = x_entry_of(job, position);
    struct result result = ready();

    if (entry.id == NULL && is_photo(&job->media[position]))
        return upload_photo(job, position);
    if (entry.id == NULL)
        result = begin(job, position, &entry);
    if (result.kind == RESULT_READY)
        result = append_all(job, position, &entry);
    return result.kind == RESULT_READY ? finalize(job, position, &entry)
                                       : result;
}
