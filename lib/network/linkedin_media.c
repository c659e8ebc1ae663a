/* linkedin_media.c: a post's files, until LinkedIn can attach them.

   A post with a file that LinkedIn is still processing may be one that nobody
   sees: it waits. Members' tokens may not ask, so for them time has to do. */
#include "network/linkedin.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

enum {
    IMAGE_GRACE = 25 * SECOND,
    VIDEO_GRACE = 2 * MINUTE,
    POLL_IMAGE = 3 * SECOND,
    POLL_VIDEO = 15 * SECOND,
    PROCESSING_MOST = 30 * MINUTE
};

static struct result
ready(void)
{
    return told_result(RESULT_READY, NULL, NULL);
}

static int
is_video(const struct job_media *media)
{
    return text_begins(media->type, "video/");
}

struct result
linkedin_media_lost(struct job *job, const struct oauth_answer *answer)
{
    struct result result = linkedin_refusal(answer, 0);
    long status = answer->http.status;

    if (answer->http.result == HTTP_ANSWERED && status >= 400 && status < 500
        && status != 401 && status != 413 && status != 415 && status != 429
        && linkedin_entry_forget(job))
        result.kind = RESULT_RETRY;
    if (result.kind == RESULT_AUTH && status != 401)
        result.kind = RESULT_REJECTED;
    if (!text_same(result.category, "rate_limited")
        && answer->http.result == HTTP_ANSWERED && status < 500)
        result.category = status == 401 ? "auth_error" : "media_error";
    return result;
}

/* An image goes up in one PUT, with the token. */
struct result
linkedin_media_image(struct job *job, struct http_request *put,
                     const char **urn)
{
    struct oauth_answer answer;

    value_set_text("linkedin_owner", linkedin_author(job));
    answer = linkedin_call(job, "POST",
        "/rest/images?action=initializeUpload", NULL, json_make(
            "json_object('initializeUploadRequest',"
            " json_object('owner', :linkedin_owner))"));
    if (linkedin_is_good(&answer)) {
        const char *body = text_string(&answer.http.body);

        put->url = json_text(body, "$.value.uploadUrl");
        *urn = told_id(body, "$.value.image");
    }
    if (put->url == NULL || *urn == NULL)
        return linkedin_refusal(&answer, 0);
    put->method = "PUT";
    put->headers[0] = "Content-Type: application/octet-stream";
    answer = oauth_call(linkedin_provider(), job, put);
    return linkedin_is_done(&answer) ? ready()
                                     : linkedin_media_lost(job, &answer);
}

static struct result
upload(struct job *job, int position)
{
    const struct job_media *media = &job->media[position];
    struct linkedin_entry entry = { .step = LINKEDIN_ASK };
    struct http_request put = { .body_path = media->path,
                                .seconds = told_seconds(media->bytes) };
    struct result result = is_video(media)
        ? linkedin_video_upload(job, position, &entry.urn)
        : linkedin_media_image(job, &put, &entry.urn);

    if (result.kind != RESULT_READY)
        return result;
    entry.at = entry.check_at = clock_now();
    linkedin_entry_keep(job, media->id, &entry);
    return result;
}

static struct result
wait_for(int64_t at)
{
    struct result wait = told_result(RESULT_WAIT, "media_processing",
                                     "LinkedIn is processing a file.");

    wait.retry_at = at;
    return wait;
}

static struct result
failed(struct job *job, const struct oauth_answer *answer)
{
    const char *why = json_text(text_string(&answer->http.body),
                                "$.processingFailureReason");

    linkedin_entry_forget(job);
    return told_result(RESULT_REJECTED, "media_error", memory_format(
        "LinkedIn could not process a file%s%s.", why ? ": " : "",
        told_words(why, "")));
}

/* What LinkedIn says of a file. */
static struct result
ask(struct job *job, const char *id, int video,
    struct linkedin_entry *entry)
{
    struct oauth_answer answer = linkedin_call(job, "GET", linkedin_path(
        video ? "/rest/videos/" : "/rest/images/", entry->urn, ""), NULL,
        NULL);
    const char *status;

    if (linkedin_is_forbidden(&answer)) {
        entry->step = LINKEDIN_BLIND;
        entry->check_at = entry->at + (video ? VIDEO_GRACE : IMAGE_GRACE);
        linkedin_entry_keep(job, id, entry);
        return wait_for(entry->check_at);
    }
    if (!linkedin_is_good(&answer))
        return linkedin_media_lost(job, &answer);
    status = json_text(text_string(&answer.http.body), "$.status");
    if (text_same(status, "PROCESSING_FAILED"))
        return failed(job, &answer);
    entry->step = text_same(status, "AVAILABLE") ? LINKEDIN_READY
                                                 : LINKEDIN_ASK;
    entry->check_at = clock_now() + (video ? POLL_VIDEO : POLL_IMAGE);
    linkedin_entry_keep(job, id, entry);
    return entry->step == LINKEDIN_READY ? ready()
                                         : wait_for(entry->check_at);
}

struct result
linkedin_media_wait(struct job *job, const char *id, int video)
{
    struct linkedin_entry entry = linkedin_entry_of(job, id);

    if (entry.step == LINKEDIN_READY)
        return ready();
    if (clock_now() < entry.check_at)
        return wait_for(entry.check_at);
    if (entry.step == LINKEDIN_BLIND)
        return ready();
    if (clock_now() > entry.at + PROCESSING_MOST)
        return told_result(RESULT_REJECTED, "media_error",
            "LinkedIn did not finish processing a file in 30 minutes.");
    return ask(job, id, video, &entry);
}

struct result
linkedin_media_prepare(struct job *job)
{
    struct result result = ready();
    int i;

    for (i = 0; i < job->media_count && result.kind == RESULT_READY; i++)
        if (linkedin_entry_of(job, job->media[i].id).urn == NULL)
            result = upload(job, i);
    for (i = 0; i < job->media_count && result.kind == RESULT_READY; i++)
        result = linkedin_media_wait(job, job->media[i].id,
                                     is_video(&job->media[i]));
    return result;
}
