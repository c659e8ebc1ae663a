/* bluesky_video.c: the service that turns a video into a blob.

   It takes the file with a token that the account's server gives for it, and
   uploads what it made of it to that server itself. A server of one's own may
   have no such service: then the video is uploaded as it is, and the post
   shows it once Bluesky has processed it. */
#include "network/bluesky.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "core/config.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum {
    UPLOAD_SECONDS = 600,
    TOKEN_SECONDS = 1800,       /* an hour is the most a server gives */
    POLL_MS = 10 * SECOND
};

/* crier.conf's api_url.bluesky stands for the video service too. */
static const char *
service(void)
{
    return config_api_url("bluesky", "https://video.bsky.app");
}

/* A token for uploading to the account's own server, named as the did:web
   that it is (a port's colon is escaped); NULL where it gives none. */
static const char *
service_token(struct bluesky_session *session, struct result *fault)
{
    struct http_request request = {0};
    struct http_answer answer;
    struct text method = { .limit = 8192 }, did = { .limit = 4096 };
    const char *host = strstr(session->pds, "://");

    text_add(&did, "did:web:");
    text_add_url_part(&did, host ? host + 3 : session->pds);
    text_add(&method, "com.atproto.server.getServiceAuth?aud=");
    text_add_url_part(&method, text_string(&did));
    text_add_format(&method, "&lxm=com.atproto.repo.uploadBlob&exp=%lld",
                    (long long)(clock_now() / SECOND + TOKEN_SECONDS));
    answer = bluesky_session_call(session, &request, text_string(&method));
    if (bluesky_answer_is_good(&answer)
        && json_text(answer.body.data, "$.token") != NULL)
        return json_text(answer.body.data, "$.token");
    *fault = bluesky_session_fault(session, &answer);
    return NULL;
}

/* The job's status: flat or in jobStatus; "{}" in any other answer. */
static const char *
status_of(const struct http_answer *answer)
{
    const char *status = NULL;

    if (answer->result != HTTP_ANSWERED || !http_is_json(answer))
        return "{}";
    status = json_raw(answer->body.data, "$.jobStatus");
    return status ? status : answer->body.data;
}

/* A word of the service's, which knows no accounts of ours: never a reason to
   connect one again. */
static struct result
service_fault(const struct http_answer *answer)
{
    struct result result = bluesky_answer_fault(answer);

    if (result.kind == RESULT_AUTH || result.kind == RESULT_REJECTED) {
        result.kind = RESULT_REJECTED;
        result.category = "media_error";
    }
    return result;
}

static struct result
failure(const char *status)
{
    const char *code = json_text(status, "$.failureCode");
    const char *message = json_text(status, "$.message");
    int is_final = code == NULL || text_has_word(
        "validation_failure encoding_failure"
        " pds_upload_unsupported_blob_size", code);

    return told_result(
        is_final ? RESULT_REJECTED : RESULT_RETRY, "media_error",
        memory_format("Bluesky could not process the video: %s.",
                      message ? message : code ? code : "it does not say why"));
}

/* What a status says: the blob is there, it failed, or it needs time. */
static struct result
judge(struct job *job, const char *status, const char **blob)
{
    const char *id = json_text(status, "$.jobId");
    struct result wait = told_result(RESULT_WAIT,
        "media_processing", "Bluesky is processing the video.");

    if (json_text(status, "$.blob.ref.\"$link\"") != NULL) {
        *blob = json_raw(status, "$.blob");
        return told_result(RESULT_READY, NULL, NULL);
    }
    if (text_same(json_text(status, "$.state"), "JOB_STATE_FAILED")) {
        bluesky_record_keep(job, "{\"video\":null}");
        return failure(status);
    }
    if (id != NULL && id[0] != '\0') {
        value_set_text("bluesky_video", id);
        bluesky_record_keep(job, json_make(
            "json_object('video', :bluesky_video)"));
    }
    wait.retry_at = clock_now() + POLL_MS;
    return wait;
}

static struct result
ask(struct job *job, const char *id, const char **blob)
{
    struct http_request request = {0};
    struct http_answer answer;
    struct text url = { .limit = 8192 };

    text_add_format(&url, "%s/xrpc/app.bsky.video.getJobStatus?jobId=",
                    service());
    text_add_url_part(&url, id);
    request.url = text_string(&url);
    answer = http_send(&request);
    if (bluesky_answer_is_good(&answer))
        return judge(job, status_of(&answer), blob);
    if (answer.status == 400 || answer.status == 404)
        bluesky_record_keep(job, "{\"video\":null}");
    return service_fault(&answer);
}

/* A file that the service has seen before is refused with 409, and with the
   status of the work on it. */
static struct result
upload(struct bluesky_session *session, const struct job_media *media,
       const char **blob)
{
    struct http_request request = { .method = "POST",
        .body_path = media->path, .seconds = UPLOAD_SECONDS };
    struct http_answer answer;
    struct text url = { .limit = 8192 };
    struct result fault = { .kind = RESULT_READY };
    const char *id;

    request.bearer = service_token(session, &fault);
    if (request.bearer == NULL)
        return fault;
    text_add_format(&url, "%s/xrpc/app.bsky.video.uploadVideo?did=",
                    service());
    text_add_url_part(&url, session->did);
    text_add_format(&url, "&name=%s.mp4", media->id);
    request.url = text_string(&url);
    request.headers[0] = "Content-Type: video/mp4";
    answer = http_send(&request);
    id = json_text(status_of(&answer), "$.jobId");
    if (bluesky_answer_is_good(&answer)
        || (answer.status == 409 && id != NULL && id[0] != '\0'))
        return judge(session->job, status_of(&answer), blob);
    if (answer.status == 404 || answer.status == 501) {
        struct http_request plain = { .body_path = media->path };

        return bluesky_media_upload(session, &plain, media->type, blob);
    }
    return service_fault(&answer);
}

struct result
bluesky_video_blob(struct bluesky_session *session,
                   const struct job_media *media, const char **blob)
{
    const char *id = json_text(session->job->resume, "$.video");

    if (!text_same(media->type, "video/mp4"))
        return told_result(RESULT_REJECTED, "media_error",
            "Bluesky takes videos as mp4 only.");
    if (id != NULL)
        return ask(session->job, id, blob);
    return upload(session, media, blob);
}
