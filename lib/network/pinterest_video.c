/* pinterest_video.c: a video is registered, uploaded and processed before a
   pin can show it.

   resume keeps {video: {of: our id, id: theirs, ready, at}}: a crash, or a
   video that is still processed, costs no second upload. */
#include "network/pinterest.h"
#include "network/told.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum {
    POLL_LEAST = 5 * SECOND,
    POLL_MOST = 20 * SECOND,
    PROCESSING_MOST = 30 * MINUTE
};

static int
is_video(const struct job *job)
{
    return job->media_count > 0
           && text_begins(job->media[0].type, "video/");
}

const char *
pinterest_video_id(const struct job *job)
{
    if (!is_video(job) || !text_same(json_text(job->resume, "$.video.of"),
                                     job->media[0].id))
        return NULL;
    return json_text(job->resume, "$.video.id");
}

static void
keep(struct job *job, const char *id, int ready, int64_t at)
{
    const char *resume;

    value_set_text("video_of", job->media[0].id);
    value_set_text("video_id", id);
    value_set_integer("video_ready", ready);
    value_set_integer("video_at", at);
    resume = json_make("json_object('video', json_object('of', :video_of,"
                       " 'id', :video_id, 'ready', :video_ready,"
                       " 'at', :video_at))");
    job->save_resume(job, resume);
    job->resume = resume;
}

static struct result
no_good(const char *words)
{
    return told_result(RESULT_REJECTED, "media_error", words);
}

/* POST the file where Pinterest said: every parameter it gave as a field,
   the file behind them, and no token of ours. */
static struct result
put(const struct job *job, const char *registered)
{
    const struct job_media *media = &job->media[0];
    const char *url = json_text(registered, "$.upload_url");
    struct json_member *fields;
    int i, count = json_members(registered, "$.upload_parameters", &fields);
    struct http_request request = { .method = "POST",
        .url = url ? config_url("upload_url", "pinterest", url) : NULL,
        .seconds = told_seconds(media->bytes) };
    struct oauth_answer answer = { .renewal = { .kind = RESULT_READY } };

    if (url == NULL || count >= HTTP_PARTS)
        return no_good("Pinterest did not say where the video goes.");
    for (i = 0; i < count; i++)
        request.parts[i] = (struct http_part){ .name = fields[i].key,
            .value = fields[i].text ? fields[i].text : "" };
    request.parts[count] = (struct http_part){ .name = "file",
        .path = media->path, .type = media->type,
        .file_name = memory_format("%s.%s", media->id, media->extension) };
    answer.http = http_send(&request);
    if (answer.http.result == HTTP_ANSWERED && answer.http.status / 100 == 2)
        return told_result(RESULT_READY, NULL, NULL);
    if (answer.http.result == HTTP_ANSWERED && answer.http.status / 100 == 4)
        return told_result(RESULT_RETRY, "media_error", memory_format(
            "The store for Pinterest's videos answered %ld.",
            answer.http.status));
    return pinterest_refusal(job, &answer, 0);
}

static struct result
upload(struct job *job)
{
    struct oauth_answer answer = pinterest_call(job, "POST", "/media",
                                                "{\"media_type\":\"video\"}");
    const char *registered = text_string(&answer.http.body), *id;
    struct result result;

    if (!pinterest_is_good(&answer))
        return pinterest_unmade(job, &answer, 0);
    id = json_text(registered, "$.media_id");
    if (id == NULL || id[0] == '\0'
        || id[strspn(id, "0123456789")] != '\0')
        return told_result(RESULT_RETRY, "platform_5xx",
                           "Pinterest gave no id for the video.");
    result = put(job, registered);
    if (result.kind == RESULT_READY)
        keep(job, id, 0, clock_now());
    return result;
}

static struct result
still_busy(int64_t age)
{
    struct result result = told_result(RESULT_WAIT, "media_processing",
        "Pinterest is still processing the video.");

    if (age > PROCESSING_MOST)
        return no_good("Pinterest did not finish processing the video in 30"
                       " minutes.");
    age = age / 4 < POLL_LEAST ? POLL_LEAST : age / 4;
    result.retry_at = clock_now() + (age > POLL_MOST ? POLL_MOST : age);
    return result;
}

static struct result
poll(struct job *job)
{
    const char *id = pinterest_video_id(job), *status;
    int64_t at = json_integer(job->resume, "$.video.at", 0);
    struct oauth_answer answer = pinterest_call(job, "GET",
        memory_format("/media/%s", id), NULL);

    if (!pinterest_is_good(&answer))
        return pinterest_refusal(job, &answer, 0);
    status = json_text(text_string(&answer.http.body), "$.status");
    if (text_same(status, "failed"))
        return no_good("Pinterest could not process the video.");
    if (!text_same(status, "succeeded"))
        return still_busy(clock_now() - at);
    keep(job, id, 1, at);
    return told_result(RESULT_READY, NULL, NULL);
}

struct result
pinterest_video(struct job *job)
{
    struct result result = told_result(RESULT_READY, NULL, NULL);

    if (!is_video(job))
        return result;
    if (pinterest_video_id(job) == NULL)
        result = upload(job);
    if (result.kind == RESULT_READY
        && !json_integer(job->resume, "$.video.ready", 0))
        result = poll(job);
    return result;
}
