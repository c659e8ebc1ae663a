/* tiktok_status.c: what became of a task, and how a post does. */
#include "network/tiktok.h"
#include "network/option.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum {
    POLL = 10 * SECOND,
    ID_WAIT = 2 * MINUTE        /* a public post's id comes with the end of
                                   moderation, mostly within a minute */
};

struct result
tiktok_busy(void)
{
    struct result result = told_result(RESULT_WAIT, "media_processing",
                                       "TikTok is processing the post.");

    result.retry_at = clock_now() + POLL;
    return result;
}

int
tiktok_is_id(const char *id)
{
    return id != NULL && id[0] != '\0'
           && id[strspn(id, "0123456789")] == '\0';
}

/* Of a post that is out the kind of its task tells. */
static int
is_photos(const struct job *job)
{
    return job->media_count > 0 ? !tiktok_is_video(job)
           : job->remote_id != NULL && text_begins(job->remote_id, "p_");
}

/* The page of photos (/photo/ID): UNVERIFIED. */
struct result
tiktok_posted(const struct job *job, const char *id)
{
    struct result result = told_result(RESULT_POSTED, NULL, NULL);
    const char *name = json_text(job->resume, "$.creator.name");
    struct text link = { 0 };

    if (name == NULL && tiktok_may(job, "user.info.profile"))
        name = job->handle;
    result.remote_id = tiktok_task(job);
    if (!tiktok_is_id(id))
        return result;
    result.remote_id = id;
    if (name == NULL || name[0] == '\0')
        return result;
    text_add(&link, "https://www.tiktok.com/@");
    text_add_url_part(&link, name);
    text_add(&link, is_photos(job) ? "/photo/" : "/video/");
    text_add(&link, id);
    result.permalink = text_string(&link);
    return result;
}

static struct oauth_answer
ask_status(struct job *job, const char *task)
{
    value_set_text("tiktok_task", task);
    return tiktok_ask(job, "/v2/post/publish/status/fetch/",
                      json_make("json_object('publish_id', :tiktok_task)"));
}

/* An id has 64 bits and is never a double. Private posts have none. */
#define POST_ID "$.data.publicaly_available_post_id[0]"

static struct result
complete(const struct job *job, const char *body)
{
    const char *id = json_text(body, POST_ID);

    if (!tiktok_is_id(id) && clock_now() < job->first_sent_at + ID_WAIT
        && text_same(option_text(job, "$.privacyLevel", ""),
                     "PUBLIC_TO_EVERYONE"))
        return tiktok_busy();
    return tiktok_posted(job, id);
}

/* It is not out and never will be by this task; another may do where the
   reason passes. */
static struct result
failed(struct job *job, const char *body)
{
    const char *said = json_text(body, "$.data.fail_reason");
    const char *reason = told_words(said ? said : "unknown", "");
    struct result result = tiktok_code(reason);

    tiktok_keep(job, "{\"publish\":null}");
    result.kind = result.kind == RESULT_REJECTED ? RESULT_DISCARDED
                                                 : RESULT_ABSENT;
    result.words = memory_format("TikTok did not publish it: %s.", reason);
    return result;
}

static struct result
judge(struct job *job, const char *body)
{
    const char *status = json_text(body, "$.data.status");
    int64_t came = json_integer(body, "$.data.uploaded_bytes", -1);

    if (text_same(status, "PUBLISH_COMPLETE"))
        return complete(job, body);
    if (text_same(status, "FAILED"))
        return failed(job, body);
    if (text_same(status, "PROCESSING_UPLOAD") && tiktok_is_video(job)
        && came >= 0 && came < job->media[0].bytes)
        return told_result(RESULT_ABSENT, "network_error",
                           "The end of the video did not reach TikTok.");
    return tiktok_busy();
}

struct result
tiktok_look_up(struct job *job)
{
    struct oauth_answer answer;
    struct result result;

    if (tiktok_task(job) == NULL)
        return tiktok_find(job);
    answer = ask_status(job, tiktok_task(job));
    if (tiktok_is_good(&answer.http))
        return judge(job, text_string(&answer.http.body));
    result = tiktok_refusal(&answer, 0);
    if (result.kind == RESULT_REJECTED)
        result.kind = RESULT_UNKNOWN;
    return result;
}

/* ------------------------------------------------------------ metrics */

/* A post whose id TikTok told later than it was looked up has its task's:
   moderation may take hours. Then its id and link come with the numbers. */
static const char *
number_of(struct job *job, struct result *result)
{
    struct oauth_answer answer;
    const char *id;

    *result = told_result(RESULT_READY, NULL, NULL);
    if (tiktok_is_id(job->remote_id))
        return job->remote_id;
    answer = ask_status(job, job->remote_id);
    *result = tiktok_refusal(&answer, 0);
    if (!tiktok_is_good(&answer.http))
        return NULL;
    id = json_text(text_string(&answer.http.body), POST_ID);
    if (tiktok_is_id(id)) {
        *result = tiktok_posted(job, id);
        result->kind = RESULT_READY;
        return id;
    }
    *result = text_same(option_text(job, "$.privacyLevel", ""),
                        "PUBLIC_TO_EVERYONE")
        ? told_result(RESULT_RETRY, "media_processing",
                      "TikTok has not told the post's id yet.")
        : told_result(RESULT_REJECTED, "platform_rejected",
                      "TikTok tells nothing of a post that is not public.");
    return NULL;
}

struct result
tiktok_measure(struct job *job, struct metrics *metrics)
{
    struct result result = told_result(RESULT_REJECTED, "platform_rejected",
        "The account was connected without the scope video.list.");
    struct oauth_answer answer;
    const char *id, *body;

    if (!tiktok_may(job, "video.list"))
        return result;
    id = number_of(job, &result);
    if (id == NULL)
        return result;
    answer = tiktok_ask(job, "/v2/video/query/?fields=id,view_count,"
        "like_count,comment_count,share_count", memory_format(
        "{\"filters\":{\"video_ids\":[\"%s\"]}}", id));
    if (!tiktok_is_good(&answer.http))
        return tiktok_refusal(&answer, 0);
    body = text_string(&answer.http.body);
    if (!text_same(json_text(body, "$.data.videos[0].id"), id))
        return told_result(RESULT_REJECTED, "platform_rejected",
                           "TikTok does not know the post (any more).");
    *metrics = (struct metrics){
        .likes = told_count(body, "$.data.videos[0].like_count", -1),
        .comments = told_count(body, "$.data.videos[0].comment_count", -1),
        .shares = told_count(body, "$.data.videos[0].share_count", -1),
        .views = told_count(body, "$.data.videos[0].view_count", -1),
        .impressions = -1, .clicks = -1, .saves = -1
    };
    return result;
}
