/* facebook_media.c: pictures, reels and stories go up before anybody can see
   them; of other videos see facebook_video.c. */
#include "network/facebook.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "core/config.h"
#include "data/json.h"
#include "data/value.h"

/* A picture that no post shows is gone after a day (UNVERIFIED). */
enum { PHOTOS_LAST = 20 * HOUR, WHOLE_AGAIN = 10 * SECOND };

static struct result
ready(void)
{
    return told_result(RESULT_READY, NULL, NULL);
}

/* ------------------------------------------------------------ pictures */

const char *
facebook_photo(const struct job *job, int place)
{
    return json_text(job->resume, memory_format("$.photos[%d]", place));
}

static void
keep_photo(struct job *job, const char *id)
{
    value_set_text("resume", job->resume);
    value_set_text("facebook_photo", id);
    value_set_integer("facebook_at", clock_now());
    facebook_keep(job, json_make("json_set(:resume, '$.at', coalesce("
        "json_extract(:resume, '$.at'), :facebook_at), '$.photos',"
        " json_insert(coalesce(json_extract(:resume, '$.photos'), '[]'),"
        " '$[#]', :facebook_photo))"));
}

static struct result
upload_photo(struct job *job, int place)
{
    const struct job_media *media = &job->media[place];
    struct http_request request = { .method = "POST",
        .url = facebook_url(job, job->remote_account, "/photos"),
        .bearer = facebook_token(job),
        .headers = { "Accept: application/json" },
        .seconds = told_seconds(media->bytes),
        .parts = {
            { .name = "published", .value = "false" },
            { .name = "source", .path = media->path, .type = media->type,
              .file_name = memory_format("%s.%s", media->id,
                                         media->extension) } } };
    struct http_answer answer;
    const char *id = NULL;

    if (media->alt[0] != '\0')
        request.parts[2] = (struct http_part){ .name = "alt_text_custom",
                                               .value = media->alt };
    answer = http_send(&request);
    if (graph_is_good(&answer))
        id = told_id(text_string(&answer.body), "$.id");
    if (id == NULL)
        return facebook_refusal(&answer, 0);
    keep_photo(job, id);
    return ready();
}

static struct result
upload_photos(struct job *job)
{
    int64_t at = json_integer(job->resume, "$.at", 0);
    struct result result = ready();
    int i;

    if (at != 0 && clock_now() > at + PHOTOS_LAST)
        facebook_keep(job, "{}");
    for (i = 0; i < job->media_count && result.kind == RESULT_READY; i++)
        if (facebook_photo(job, i) == NULL)
            result = upload_photo(job, i);
    return result;
}

void
facebook_media_forget(const struct job *job)
{
    int i;

    for (i = 0; i < job->media_count; i++)
        if (facebook_photo(job, i) != NULL)
            graph_delete(facebook_url(job, facebook_photo(job, i), ""),
                         facebook_token(job));
}

/* ------------------------------------------------------------ reels */

const char *
facebook_phases(const struct job *job)
{
    return facebook_is_story(job) ? "/video_stories" : "/video_reels";
}

const char *
facebook_reel(const struct job *job)
{
    return json_text(job->resume, "$.reel.id");
}

static void
keep_reel(struct job *job, const char *id, const char *url, int is_ready,
          int64_t offset)
{
    value_set_text("reel_id", id);
    value_set_text("reel_url", url);
    value_set_integer("reel_ready", is_ready);
    value_set_integer("reel_offset", offset);
    facebook_keep(job, json_make("json_object('reel', json_object("
        "'id', :reel_id, 'url', :reel_url, 'ready', :reel_ready,"
        " 'offset', :reel_offset))"));
}

/* The place that Facebook names is used as it is; our token goes nowhere but
   to Facebook's own host. */
static struct result
start_reel(struct job *job)
{
    const char *host = memory_format("%s/", config_url("upload_url",
        "facebook", "https://rupload.facebook.com"));
    struct text form = { 0 };
    struct http_answer answer;
    const char *body, *id, *url;

    http_form_add(&form, "upload_phase", "start");
    answer = graph_post(facebook_url(job, job->remote_account,
        facebook_phases(job)), facebook_token(job), &form);
    if (!graph_is_good(&answer))
        return facebook_refusal(&answer, 0);
    body = text_string(&answer.body);
    id = told_id(body, "$.video_id");
    url = json_text(body, "$.upload_url");
    if (id == NULL || url == NULL || !text_begins(url, host))
        return told_result(RESULT_RETRY, "platform_5xx",
                           "Facebook did not say where the video goes.");
    keep_reel(job, id, url, 0, 0);
    return ready();
}

/* retriable false: these bytes are not taken. */
static struct result
upload_refusal(struct job *job, const struct http_answer *answer)
{
    const char *body = text_string(&answer->body);
    const char *said;

    if (answer->result != HTTP_ANSWERED || !http_is_json(answer)
        || json_raw(body, "$.debug_info") == NULL)
        return facebook_refusal(answer, 0);
    said = json_text(body, "$.debug_info.message");
    if (json_is_true(body, "$.debug_info.retriable"))
        return told_result(RESULT_RETRY, "media_error",
                           "Facebook did not take the video.");
    facebook_keep(job, "{}");
    return told_result(RESULT_REJECTED, "media_error", memory_format(
        "Facebook refused the video: %s.", told_words(said,
                                                     facebook_token(job))));
}

static struct result
upload_reel(struct job *job, int64_t offset)
{
    const struct job_media *media = &job->media[0];
    const char *url = json_text(job->resume, "$.reel.url");
    struct http_answer answer = http_send(&(struct http_request){
        .method = "POST", .url = url,
        .headers = {
            memory_format("Authorization: OAuth %s", facebook_token(job)),
            memory_format("offset: %lld", (long long)offset),
            memory_format("file_size: %lld", (long long)media->bytes),
            "Content-Type: application/octet-stream" },
        .body_path = media->path, .body_offset = offset,
        .seconds = told_seconds(media->bytes) });

    if (!graph_is_good(&answer)
        || !json_is_true(text_string(&answer.body), "$.success"))
        return upload_refusal(job, &answer);
    keep_reel(job, facebook_reel(job), url, 1, media->bytes);
    return ready();
}

/* An upload that was cut off: how much of it Facebook has. */
static struct result
resume_reel(struct job *job)
{
    struct http_answer answer = graph_get(facebook_url(job, facebook_reel(job),
        "?fields=status"), facebook_token(job));
    const char *body = text_string(&answer.body), *video;
    int64_t there;

    if (!graph_is_good(&answer))
        return facebook_refusal(&answer, 0);
    video = json_text(body, "$.status.video_status");
    if (text_same(video, "error") || text_same(video, "expired")
        || text_same(video, "upload_failed")) {
        facebook_keep(job, "{}");
        return told_result(RESULT_RETRY, "media_error",
                           "Facebook has lost the video's upload.");
    }
    if (text_same(json_text(body, "$.status.uploading_phase.status"),
                  "complete")) {
        keep_reel(job, facebook_reel(job), json_text(job->resume,
                  "$.reel.url"), 1, job->media[0].bytes);
        return ready();
    }
    there = json_integer(body, "$.status.uploading_phase.bytes_transferred",
                         0);
    if (there < 0 || there >= job->media[0].bytes)
        there = 0;
    keep_reel(job, facebook_reel(job), json_text(job->resume, "$.reel.url"),
              0, there);
    return upload_reel(job, there);
}

/* A story's video is to be whole at Facebook before it is published. */
static struct result
await_whole(struct job *job)
{
    struct http_answer answer = graph_get(facebook_url(job, facebook_reel(job),
        "?fields=status"), facebook_token(job));
    const char *body = text_string(&answer.body), *is;
    struct result result;

    if (!graph_is_good(&answer))
        return facebook_refusal(&answer, 0);
    if (facebook_is_discarded(body, &result)) {
        facebook_keep(job, "{}");
        return result;
    }
    is = json_text(body, "$.status.video_status");
    if (text_same(is, "upload_complete") || text_same(is, "ready"))
        return ready();
    result = told_result(RESULT_WAIT, "media_processing",
                         "Facebook is processing the video.");
    result.retry_at = clock_now() + WHOLE_AGAIN;
    return result;
}

static struct result
prepare_reel(struct job *job)
{
    struct result result = ready();

    if (facebook_reel(job) == NULL) {
        result = start_reel(job);
        if (result.kind == RESULT_READY)
            result = upload_reel(job, 0);
    } else if (!json_integer(job->resume, "$.reel.ready", 0)) {
        result = resume_reel(job);
    }
    return result.kind == RESULT_READY && facebook_is_story(job)
           ? await_whole(job) : result;
}

struct result
facebook_media(struct job *job)
{
    if (facebook_is_reel(job)
        || (facebook_is_video(job) && facebook_is_story(job)))
        return prepare_reel(job);
    return facebook_is_video(job) ? facebook_video(job) : upload_photos(job);
}
