/* tiktok_video.c: a video goes up in pieces, and its last makes it a post.

   A piece that TikTok has already is refused (416), as is one of a task that
   is finished: the same piece of the same task never posts twice. */
#include "network/tiktok.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <stdlib.h>
#include <string.h>

/* 5 to 64 MB, of millions of bytes; what is left over goes with the last
   piece, and a file of one piece is as large as its piece. */
enum { PIECE = 10 * 1000 * 1000 };

/* The upload's URL is good for an hour. */
enum { URL_LIFE = 50 * MINUTE };

struct plan {
    int64_t size;
    int count;
};

static struct plan
plan_of(const struct job_media *media)
{
    if (media->bytes < 2 * PIECE)
        return (struct plan){ media->bytes, 1 };
    return (struct plan){ PIECE, (int)(media->bytes / PIECE) };
}

/* The URL holds a secret of this one upload: it goes into no words. */
static struct http_answer
put(const struct job *job, int piece)
{
    const struct job_media *media = &job->media[0];
    struct plan plan = plan_of(media);
    int64_t first = piece * plan.size, last = first + plan.size - 1;

    if (piece == plan.count - 1)
        last = media->bytes - 1;
    return http_send(&(struct http_request){
        .method = "PUT", .url = json_text(job->resume, "$.publish.url"),
        .headers = { memory_format("Content-Type: %s", media->type),
                     memory_format("Content-Range: bytes %lld-%lld/%lld",
                                   (long long)first, (long long)last,
                                   (long long)media->bytes) },
        .body_path = media->path, .body_offset = first,
        .body_length = (size_t)(last - first + 1),
        .seconds = told_seconds(last - first + 1)
    });
}

static void
keep_next(struct job *job, int next)
{
    value_set_integer("tiktok_next", next);
    tiktok_keep(job, json_make("json_object('publish', json_object('next',"
                               " :tiktok_next))"));
}

static struct result
begin(struct job *job)
{
    struct plan plan = plan_of(&job->media[0]);
    struct result result = tiktok_creator(job);
    struct oauth_answer answer;
    const char *body, *task, *url;

    if (result.kind != RESULT_READY)
        return result;
    answer = tiktok_ask(job, "/v2/post/publish/video/init/",
                        tiktok_video_init(job, plan.size, plan.count));
    if (!tiktok_is_good(&answer.http))
        return tiktok_refusal(&answer, 0);
    body = text_string(&answer.http.body);
    task = told_id(body, "$.data.publish_id");
    url = told_id(body, "$.data.upload_url");
    if (task == NULL || url == NULL)
        return told_result(RESULT_RETRY, "platform_5xx",
                           "TikTok did not say where the video goes.");
    value_set_text("tiktok_task", task);
    value_set_text("tiktok_url", url);
    value_set_integer("tiktok_at", clock_now());
    tiktok_keep(job, json_make(
        "json_object('publish', json_object('id', :tiktok_task, 'url',"
        " :tiktok_url, 'at', :tiktok_at, 'next', 0))"));
    return result;
}

/* The upload is no good any more and is begun anew, once. */
static struct result
lost(struct job *job, const struct http_answer *answer)
{
    int first = !json_is_true(job->resume, "$.again");
    struct result result = told_result(first ? RESULT_RETRY : RESULT_REJECTED,
        "media_error", memory_format("TikTok's upload answered %ld.",
                                     answer->status));

    result.http_status = answer->status;
    tiktok_keep(job, "{\"publish\":null,\"again\":true}");
    return result;
}

/* The piece that comes next by the answer to one that did not (Content-Range:
   bytes 0-LAST/TOTAL); -1 where it does not say, or says one that we know not
   to be. */
static int
next_told(const struct job *job, const struct http_answer *answer, int piece)
{
    struct plan plan = plan_of(&job->media[0]);
    const char *range = http_header(answer, "content-range");
    long long last;

    if (range == NULL || !text_begins(range, "bytes 0-"))
        return -1;
    range += strlen("bytes 0-");
    if (!text_number(memory_copy_bytes(range, strcspn(range, "/")), 0,
                     job->media[0].bytes, &last)
        || (last + 1) % plan.size != 0 || (last + 1) / plan.size == piece
        || (last + 1) / plan.size >= plan.count)
        return -1;
    return (int)((last + 1) / plan.size);
}

static struct result
upload(struct job *job)
{
    struct plan plan = plan_of(&job->media[0]);
    int piece = (int)json_integer(job->resume, "$.publish.next", 0);
    int jumps = 0;

    while (piece < plan.count - 1) {
        struct http_answer answer = put(job, piece);

        if (answer.result != HTTP_ANSWERED)
            return told_no_answer("TikTok", &answer, 0);
        if (answer.status >= 500 || answer.status == 429)
            return told_result(RESULT_RETRY, "platform_5xx", memory_format(
                "TikTok's upload answered %ld.", answer.status));
        if (answer.status == 416 && jumps++ == 0
            && next_told(job, &answer, piece) >= 0)
            piece = next_told(job, &answer, piece);
        else if (answer.status == 206)
            piece++;
        else
            return lost(job, &answer);
        keep_next(job, piece);
    }
    return told_result(RESULT_READY, NULL, NULL);
}

/* An upload whose URL has ended is begun anew; where its last piece may have
   arrived, TikTok is asked first what became of it. */
static struct result
end_old(struct job *job)
{
    struct result result = told_result(RESULT_ABSENT, NULL, NULL);

    if (json_is_true(job->resume, "$.publish.last"))
        result = tiktok_look_up(job);
    if (result.kind == RESULT_ABSENT)
        tiktok_keep(job, "{\"publish\":null}");
    return result;
}

struct result
tiktok_video_prepare(struct job *job)
{
    int64_t at = json_integer(job->resume, "$.publish.at", 0);
    struct result result = told_result(RESULT_READY, NULL, NULL);

    if (tiktok_task(job) != NULL && clock_now() > at + URL_LIFE) {
        result = end_old(job);
        if (result.kind != RESULT_ABSENT)
            return result;
    }
    if (tiktok_task(job) == NULL)
        result = begin(job);
    return result.kind == RESULT_READY ? upload(job) : result;
}

/* 416: TikTok has it already, or lacks more: its status tells. */
struct result
tiktok_video_send(struct job *job)
{
    struct http_answer answer;
    struct result result;

    tiktok_keep(job, "{\"publish\":{\"last\":true}}");
    answer = put(job, plan_of(&job->media[0]).count - 1);
    if (answer.result != HTTP_ANSWERED)
        return told_no_answer("TikTok", &answer, 1);
    if (answer.status == 201)
        return tiktok_busy();
    if (answer.status == 400 || answer.status == 403 || answer.status == 404)
        return lost(job, &answer);
    result = told_result(RESULT_UNKNOWN, "platform_5xx", memory_format(
        "TikTok's upload answered %ld.", answer.status));
    result.http_status = answer.status;
    return result;
}
