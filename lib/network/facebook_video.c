/* facebook_video.c: a video's bytes go up before it is published.

   Facebook's Resumable Upload API: a session of the application, the bytes, a
   handle to them, which the call that publishes names. It takes MP4, from a
   person with a role in the application (whose own token it wants, not the
   Page's): for all others Facebook fetches the video from our signed URL, with
   the call that publishes it. Source: developers.facebook.com/docs/graph-api/
   guides/upload, /docs/graph-api/reference/application/uploads.

   A session's id is "upload:" and more, with a query of its own. */
#include "network/facebook.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

/* How long a handle is good is not documented. */
enum { HANDLE_LASTS = 20 * HOUR };

static struct result
ready(void)
{
    return told_result(RESULT_READY, NULL, NULL);
}

static const char *
person_token(const struct job *job)
{
    return oauth_credential(job, "$.user_token");
}

const char *
facebook_handle(const struct job *job)
{
    return json_text(job->resume, "$.video.handle");
}

static const char *
session(const struct job *job)
{
    return json_text(job->resume, "$.video.session");
}

/* With how much of it Facebook has: a step further counts as one. */
static void
keep(struct job *job, const char *name, const char *value, int64_t there)
{
    value_set_text("video_name", name);
    value_set_text("video_value", value);
    value_set_integer("video_there", there);
    value_set_integer("video_at", clock_now());
    facebook_keep(job, json_make("json_object('video', json_object("
                                 ":video_name, :video_value,"
                                 " 'offset', :video_there,"
                                 " 'at', :video_at))"));
}

void
facebook_video_forget(struct job *job)
{
    if (facebook_handle(job) != NULL)
        facebook_keep(job, "{}");
}

/* ------------------------------------------------------------ bytes */

/* The session's own URL: its id stands there as it was told, and no proof
   does, of which nothing is documented here. */
static const char *
session_url(const char *id)
{
    return memory_format("%s/%s", facebook_base(), id);
}

static struct result
start(struct job *job)
{
    const struct job_media *media = &job->media[0];
    struct text form = { 0 };
    const char *place = facebook_place(json_text(job->app, "$.client_id"),
        memory_format("/uploads?file_name=%s.%s&file_length=%lld&file_type=%s",
            media->id, media->extension, (long long)media->bytes,
            media->type));
    struct http_answer answer = graph_post(graph_proven(place,
        facebook_secret(job), person_token(job)), person_token(job), &form);
    const char *id;

    if (!graph_is_good(&answer))
        return facebook_refusal(&answer, 0);
    id = told_id(text_string(&answer.body), "$.id");
    if (id == NULL || !text_begins(id, "upload:")
        || !text_is_link(session_url(id)))
        return told_result(RESULT_RETRY, "platform_5xx",
                           "Facebook did not say where the video goes.");
    keep(job, "session", id, 0);
    return ready();
}

/* All of the file that is not there yet. The answer to its last byte tells
   the handle. */
static struct result
upload(struct job *job, int64_t offset)
{
    const struct job_media *media = &job->media[0];
    struct http_answer answer = http_send(&(struct http_request){
        .method = "POST", .url = session_url(session(job)),
        .headers = {
            memory_format("Authorization: OAuth %s", person_token(job)),
            memory_format("file_offset: %lld", (long long)offset),
            "Content-Type: application/octet-stream" },
        .body_path = media->path, .body_offset = offset,
        .seconds = told_seconds(media->bytes) });
    const char *handle;

    if (!graph_is_good(&answer))
        return facebook_refusal(&answer, 0);
    handle = told_id(text_string(&answer.body), "$.h");
    if (handle == NULL)
        return told_result(RESULT_RETRY, "platform_5xx",
                           "Facebook did not say how the video is named.");
    keep(job, "handle", handle, media->bytes);
    return ready();
}

static struct result
begin(struct job *job)
{
    struct result result = start(job);

    return result.kind == RESULT_READY ? upload(job, 0) : result;
}

/* An upload that was cut off: how much of it Facebook has. Of one that is
   whole the handle was lost with the answer, and is told by nothing else. */
static struct result
resume(struct job *job)
{
    struct http_answer answer = http_send(&(struct http_request){
        .url = session_url(session(job)),
        .headers = { "Accept: application/json", memory_format(
            "Authorization: OAuth %s", person_token(job)) } });
    struct result result;
    int64_t there;

    if (!graph_is_good(&answer)) {
        result = facebook_refusal(&answer, 0);
        return result.kind == RESULT_REJECTED ? begin(job) : result;
    }
    there = json_integer(text_string(&answer.body), "$.file_offset", -1);
    if (there < 0 || there >= job->media[0].bytes)
        return begin(job);
    keep(job, "session", session(job), there);
    return upload(job, there);
}

/* ------------------------------------------------------------ the whole */

static int
goes_up(const struct job *job)
{
    return person_token(job)[0] != '\0'
           && text_same(job->media[0].type, "video/mp4")
           && job->app != NULL
           && json_text(job->app, "$.client_id") != NULL;
}

/* Facebook does not take it from this person: that is no fault of the Page's
   account. */
struct result
facebook_video(struct job *job)
{
    int64_t at = json_integer(job->resume, "$.video.at", 0);
    struct result result;

    if (!goes_up(job))
        return ready();
    if (facebook_handle(job) != NULL && clock_now() < at + HANDLE_LASTS)
        return ready();
    result = session(job) != NULL ? resume(job) : begin(job);
    if (result.kind != RESULT_AUTH && result.kind != RESULT_REJECTED)
        return result;
    result = told_hushed(result, job);
    note("target %s on facebook: by URL: %s", job->target, result.words);
    return ready();
}
