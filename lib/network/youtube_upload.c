/* youtube_upload.c: a video's bytes on their way to YouTube.

   resume keeps {session, offset, video}: the session's URL, saved before the
   first byte, how far the file has come, and what YouTube said of the video
   once it is there. prepare() sends all but the last piece; the last one
   makes the video exist and is the send. */
#include "network/youtube.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum {
    GRAIN = 256 * 1024,         /* pieces but the last are multiples of it */
    PIECE_LEAST = 8 * 1024 * 1024,
    PIECE_MOST = 32 * 1024 * 1024,
    PIECES = 64,                /* about so many, within those bounds */
    ASK_AGAIN = 1 * MINUTE
};

/* What a session told of itself. */
struct standing {
    struct result result;       /* RESULT_READY: it did */
    int64_t offset;             /* bytes that YouTube has */
    const char *video;          /* it is complete: the video, as JSON */
    int is_lost;                /* there is no such session (any more) */
};

static const struct job_media *
film(const struct job *job)
{
    return &job->media[0];
}

static void
keep_offset(struct job *job, int64_t offset)
{
    value_set_integer("youtube_offset", offset);
    youtube_keep(job, json_make("json_object('offset', :youtube_offset)"));
}

/* Range: bytes=0-LAST, of what is there; without it nothing is. */
static int64_t
offset_of(const struct job *job, const struct http_answer *answer)
{
    const char *range = http_header(answer, "range");
    long long last;

    if (range == NULL || !text_begins(range, "bytes=0-")
        || !text_number(range + 8, 0, film(job)->bytes - 1, &last))
        return 0;
    return last + 1;
}

/* 308 is no redirect here but "Resume Incomplete". */
static struct standing
judge(const struct job *job, const struct oauth_answer *answer, int sent)
{
    struct standing standing = {
        .result = told_result(RESULT_READY, NULL, NULL)
    };

    if (youtube_is_good(answer)
        && told_id(text_string(&answer->http.body), "$.id") != NULL) {
        standing.video = text_string(&answer->http.body);
        standing.offset = film(job)->bytes;
    } else if (answer->http.result == HTTP_ANSWERED
               && answer->http.status == 308) {
        standing.offset = offset_of(job, &answer->http);
    } else {
        standing.result = youtube_refusal(answer, sent);
        standing.is_lost = answer->http.result == HTTP_ANSWERED
            && (answer->http.status == 404 || answer->http.status == 410);
    }
    return standing;
}

/* Send a piece of the file; of no bytes it only asks how far it has come. */
static struct standing
put(struct job *job, int64_t first, int64_t length, int sent)
{
    const struct job_media *media = film(job);
    struct http_request request = {
        .method = "PUT", .url = json_text(job->resume, "$.session"),
        .headers = { memory_format("Content-Type: %s", media->type) },
        .seconds = told_seconds(length)
    };
    struct oauth_answer answer;

    if (length == 0) {
        request.headers[1] = memory_format("Content-Range: bytes */%lld",
                                           (long long)media->bytes);
    } else {
        request.headers[1] = memory_format(
            "Content-Range: bytes %lld-%lld/%lld", (long long)first,
            (long long)(first + length - 1), (long long)media->bytes);
        request.body_path = media->path;
        request.body_offset = first;
        request.body_length = (size_t)length;
    }
    answer = oauth_call(youtube_provider(), job, &request);
    return judge(job, &answer, sent);
}

/* Each session that is begun counts against a day's hundred videos. */
static struct standing
begin(struct job *job)
{
    const char *body = youtube_video_body(job), *session;
    struct standing standing = { .offset = 0 };
    struct oauth_answer answer;
    struct http_request request = {
        .method = "POST", .body = body, .body_length = strlen(body),
        .url = youtube_url(memory_format("/upload/youtube/v3/videos"
            "?uploadType=resumable&part=snippet,status&notifySubscribers=%s",
            youtube_video_notify(job))),
        .headers = { "Content-Type: application/json; charset=UTF-8",
                     memory_format("X-Upload-Content-Length: %lld",
                                   (long long)film(job)->bytes),
                     memory_format("X-Upload-Content-Type: %s",
                                   film(job)->type) }
    };

    answer = youtube_ask(job, &request, DAY_UPLOADS, 1);
    session = http_header(&answer.http, "location");
    if (answer.http.result != HTTP_ANSWERED || answer.http.status != 200) {
        standing.result = youtube_refusal(&answer, 0);
        if (standing.result.pause == PAUSE_THIS)
            standing.result.pause = PAUSE_POSTS;
        return standing;
    }
    if (session == NULL || !youtube_is_googles(session)) {
        standing.result = told_result(RESULT_RETRY, "platform_5xx",
            "YouTube did not say where at Google the video goes.");
        return standing;
    }
    value_set_text("youtube_session", session);
    youtube_keep(job, json_make("json_object('session', :youtube_session,"
                        " 'offset', 0)"));
    standing.result = told_result(RESULT_READY, NULL, NULL);
    return standing;
}

/* The video is there: what becomes of it now. */
static struct result
arrived(struct job *job, const char *video)
{
    youtube_keep_video(job, video);
    return youtube_settled(job);
}

static struct result
lost(struct job *job)
{
    youtube_keep(job, "{\"session\":null,\"offset\":null}");
    return told_result(RESULT_RETRY, "media_error",
        "YouTube does not know the upload any more: it begins anew.");
}

static int64_t
piece_length(int64_t bytes)
{
    int64_t length = bytes / PIECES / GRAIN * GRAIN;

    return length < PIECE_LEAST ? PIECE_LEAST
           : length > PIECE_MOST ? PIECE_MOST : length;
}

/* All but the last piece, from where YouTube says that it is. */
static struct result
upload(struct job *job, struct standing standing)
{
    int64_t bytes = film(job)->bytes;
    int64_t end = (bytes - 1) / GRAIN * GRAIN;

    while (standing.offset < end && standing.video == NULL) {
        int64_t first = standing.offset, length = piece_length(bytes);

        if (length > end - first)
            length = end - first;
        standing = put(job, first, length, 0);
        if (standing.is_lost)
            return lost(job);
        if (standing.result.kind != RESULT_READY)
            return standing.result;
        if (standing.offset <= first)
            return told_result(RESULT_RETRY, "platform_5xx",
                               "YouTube keeps nothing of the file.");
        keep_offset(job, standing.offset);
    }
    if (standing.video != NULL)
        youtube_keep_video(job, standing.video);
    else
        keep_offset(job, standing.offset);
    return told_result(RESULT_READY, NULL, NULL);
}

struct result
youtube_prepare(struct job *job)
{
    struct result result = oauth_fresh(youtube_provider(), job);
    struct standing standing = { .is_lost = 1 };

    if (result.kind != RESULT_READY
        || json_raw(job->resume, "$.video") != NULL)
        return result;
    if (job->media_count != 1 || film(job)->bytes < 1)
        return told_result(RESULT_REJECTED, "media_error",
                           "A post on YouTube is one video.");
    if (json_text(job->resume, "$.session") != NULL)
        standing = put(job, 0, 0, 0);
    if (standing.offset > 0)
        keep_offset(job, standing.offset);
    if (standing.is_lost)
        standing = begin(job);
    return standing.result.kind == RESULT_READY ? upload(job, standing)
                                                : standing.result;
}

/* The file's end, again where YouTube took a part of it only. */
struct result
youtube_send(struct job *job)
{
    int64_t bytes = film(job)->bytes, first;
    struct standing standing = {
        .offset = json_integer(job->resume, "$.offset", 0)
    };

    if (json_raw(job->resume, "$.video") != NULL)
        return youtube_settled(job);
    do {
        first = standing.offset;
        standing = put(job, first, bytes - first, 1);
    } while (standing.result.kind == RESULT_READY && standing.video == NULL
             && standing.offset > first);
    if (standing.video != NULL)
        return arrived(job, standing.video);
    if (standing.is_lost)
        return lost(job);
    if (standing.result.kind == RESULT_READY)
        return told_result(RESULT_RETRY, "platform_5xx",
                           "YouTube did not take the end of the file.");
    return standing.result;
}

/* A video that was told is asked about. Before, the session is the proof: it
   is complete, or the video does not exist. To send its end again is
   harmless, since it makes one video at most. */
struct result
youtube_look_up(struct job *job)
{
    struct standing standing;

    if (json_raw(job->resume, "$.video") != NULL)
        return youtube_settled(job);
    if (json_text(job->resume, "$.session") == NULL)
        return told_result(RESULT_UNKNOWN, "network_error",
                           "The upload's session is not known.");
    standing = put(job, 0, 0, 0);
    if (standing.video != NULL)
        return arrived(job, standing.video);
    if (standing.result.kind == RESULT_READY)
        return told_result(RESULT_ABSENT, "network_error",
                           "The end of the file had not arrived.");
    if (standing.result.kind == RESULT_RETRY) {
        standing.result.kind = RESULT_WAIT;
        if (standing.result.retry_at == 0)
            standing.result.retry_at = clock_now() + ASK_AGAIN;
    } else if (standing.result.kind != RESULT_AUTH) {
        standing.result.kind = RESULT_UNKNOWN;
    }
    return standing.result;
}
