/* mastodon_media.c: uploading a post's files to a Mastodon server.

   resume keeps, per file and in order, {of: our id, id: theirs, ready, at}:
   a crash, or a video that is still processed, costs no second upload. */
#include "network/mastodon.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

enum {
    UPLOAD_SECONDS = 60,        /* and one more for each UPLOAD_BYTES */
    UPLOAD_BYTES = 100 * 1024,
    POLL_LEAST = 1 * SECOND,
    POLL_MOST = 15 * SECOND,
    PROCESSING_MOST = 30 * MINUTE
};

/* The entry of resume for a file, as JSON; NULL where there is none. */
static const char *
entry_of(const struct job *job, int position)
{
    struct json_member *entries;
    int count = json_members(job->resume, "$.media", &entries);

    if (position >= count
        || !text_same(json_text(entries[position].json, "$.of"),
                      job->media[position].id))
        return NULL;
    return entries[position].json;
}

const char *
mastodon_media_id(const struct job *job, int position)
{
    const char *entry = entry_of(job, position);

    return entry ? json_text(entry, "$.id") : NULL;
}

/* Write a file's entry; those after it, of other files, are dropped. */
static void
keep_entry(struct job *job, int position, const char *id, int ready,
           int64_t at)
{
    struct json_member *entries;
    struct text list = { 0 };
    int i, count = json_members(job->resume, "$.media", &entries);

    for (i = 0; i < position && i < count; i++)
        text_add_format(&list, "%s,", entries[i].json);
    value_set_text("media_of", job->media[position].id);
    value_set_text("media_id", id);
    value_set_integer("media_ready", ready);
    value_set_integer("media_at", at);
    text_add(&list, json_make("json_object('of', :media_of, 'id', :media_id,"
                              " 'ready', :media_ready, 'at', :media_at)"));
    for (i = position + 1; i < count && entry_of(job, i) != NULL; i++)
        text_add_format(&list, ",%s", entries[i].json);
    value_set_text("media_list", memory_format("[%s]", text_string(&list)));
    value_set_text("resume", job->resume);
    mastodon_keep(job, json_make(
        "json_set(:resume, '$.media', json(:media_list))"));
}

static void
forget_all(struct job *job)
{
    value_set_text("resume", job->resume);
    mastodon_keep(job, json_make("json_remove(:resume, '$.media')"));
}

static struct http_answer
post_file(const struct job *job, const struct job_media *media,
          const char *path)
{
    const char *name = memory_format("%s.%s", media->id, media->extension);
    struct http_request request = {
        .method = "POST",
        .url = mastodon_url(job->server, path),
        .bearer = mastodon_token(job),
        .headers = { "Accept: application/json" },
        .parts = { { .name = "file", .path = media->path,
                     .file_name = name, .type = media->type } },
        .seconds = UPLOAD_SECONDS + (int)(media->bytes / UPLOAD_BYTES)
    };

    if (media->alt[0] != '\0')
        request.parts[1] = (struct http_part){ .name = "description",
                                               .value = media->alt };
    return http_send(&request);
}

/* 200: ready. 202: taken, still to be processed. */
static struct result
upload(struct job *job, int position)
{
    const struct job_media *media = &job->media[position];
    struct http_answer answer = post_file(job, media, "/api/v2/media");
    const char *id = NULL;
    struct result result;

    if (answer.result == HTTP_ANSWERED
        && (answer.status == 404 || answer.status == 405))
        answer = post_file(job, media, "/api/v1/media");
    if (answer.result == HTTP_ANSWERED
        && (answer.status == 200 || answer.status == 202)
        && http_is_json(&answer))
        id = json_text(text_string(&answer.body), "$.id");
    if (id != NULL && id[0] != '\0') {
        keep_entry(job, position, id, answer.status == 200, clock_now());
        return told_result(RESULT_READY, NULL, NULL);
    }
    result = mastodon_refusal(&answer, 0);
    if (result.kind == RESULT_REJECTED)
        result.category = "media_error";
    return result;
}

/* How the server gets on with a file: 206 is a success that is none. */
static struct result
poll(struct job *job, int position)
{
    const char *entry = entry_of(job, position);
    const char *id = json_text(entry, "$.id");
    int64_t at = json_integer(entry, "$.at", 0), age = clock_now() - at;
    struct text path = { 0 };
    struct http_answer answer;
    struct result result;

    text_add(&path, "/api/v1/media/");
    text_add_url_part(&path, id);
    answer = mastodon_get(job, text_string(&path));
    if (mastodon_is_good(&answer)) {
        keep_entry(job, position, id, 1, at);
        return told_result(RESULT_READY, NULL, NULL);
    }
    if (answer.result == HTTP_ANSWERED && answer.status == 206) {
        if (age > PROCESSING_MOST)
            return told_result(RESULT_REJECTED, "media_error",
                "The server did not finish processing a file in 30 minutes.");
        result = told_result(RESULT_WAIT, "media_processing",
                             "The server is still processing a file.");
        age = age / 4 < POLL_LEAST ? POLL_LEAST : age / 4;
        result.retry_at = clock_now() + (age > POLL_MOST ? POLL_MOST : age);
        return result;
    }
    result = mastodon_refusal(&answer, 0);
    if (answer.result == HTTP_ANSWERED && answer.status == 404) {
        forget_all(job);
        result = told_result(RESULT_RETRY, "media_error",
                             "The server has lost an uploaded file.");
    } else if (result.kind == RESULT_REJECTED) {
        result.category = "media_error";
    }
    return result;
}

static int
is_ready(const struct job *job, int position)
{
    return json_integer(entry_of(job, position), "$.ready", 0) != 0;
}

struct result
mastodon_media_prepare(struct job *job)
{
    struct result result = told_result(RESULT_READY, NULL, NULL);
    int i;

    for (i = 0; i < job->media_count && result.kind == RESULT_READY; i++)
        if (entry_of(job, i) == NULL)
            result = upload(job, i);
    for (i = 0; i < job->media_count && result.kind == RESULT_READY; i++)
        if (!is_ready(job, i))
            result = poll(job, i);
    return result;
}

struct result
mastodon_media_review(struct job *job)
{
    struct result result = told_result(RESULT_READY, NULL, NULL);
    int i;

    for (i = 0; i < job->media_count && result.kind == RESULT_READY; i++)
        result = poll(job, i);
    if (result.kind == RESULT_WAIT)
        result.kind = RESULT_RETRY;
    return result;
}
