/* threads.c: the driver for Threads, Meta's text network.

   Source: developers.facebook.com/docs/threads. Its version is v1.0, whatever
   the Graph API's is. Files are fetched by Threads from our signed URLs. */
#include "network/threads.h"
#include "network/container.h"
#include "network/told.h"
#include "core/media.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

enum {
    TAG_REFUSED = 4279071       /* the subcode of a topic tag it does not take
                                   (measured by others, not documented) */
};

/* ------------------------------------------------------------ publishing */

static void
add_setting(const struct job *job, const char *path, const char *name,
            struct text *form)
{
    const char *value = json_text(job->settings, path);

    if (value != NULL)
        http_form_add(form, name, value);
}

static void
add_file(const struct job_media *media, struct text *form)
{
    int is_video = text_begins(media->type, "video/");

    http_form_add(form, "media_type", is_video ? "VIDEO" : "IMAGE");
    http_form_add(form, is_video ? "video_url" : "image_url",
                  media_serve_url(media->id, media->extension));
    if (media->alt[0] != '\0')
        http_form_add(form, "alt_text", media->alt);
}

static void
describe(const struct job *job, int place, const char *children,
         struct text *form)
{
    if (place >= 0)
        add_file(&job->media[place], form);
    if (place >= 0 && job->media_count > 1) {
        http_form_add(form, "is_carousel_item", "true");
        return;
    }
    if (children != NULL) {
        http_form_add(form, "media_type", "CAROUSEL");
        http_form_add(form, "children", children);
    } else if (place < 0) {
        http_form_add(form, "media_type", "TEXT");
        if (job->reply_to == NULL)
            add_setting(job, "$.linkAttachment", "link_attachment", form);
    }
    http_form_add(form, "text", job->text);
    if (job->reply_to != NULL) {
        http_form_add(form, "reply_to_id", job->reply_to);
        return;
    }
    add_setting(job, "$.replyControl", "reply_control", form);
    if (json_is_true(job->settings, "$.spoiler"))
        http_form_add(form, "is_spoiler_media", "true");
    if (!json_is_true(job->resume, "$.without_tag"))
        add_setting(job, "$.topicTag", "topic_tag", form);
}

/* A refused tag fails the whole post: it goes without one. */
static int
mend(struct job *job, const struct http_answer *answer)
{
    if (graph_subcode(answer) != TAG_REFUSED
        || json_is_true(job->resume, "$.without_tag"))
        return 0;
    value_set_text("resume", job->resume);
    job->resume = json_make("json_set(:resume, '$.without_tag',"
                            " json('true'))");
    job->save_resume(job, job->resume);
    return 1;
}

static int
passes(const char *trouble)
{
    return text_has_word("FAILED_DOWNLOADING_VIDEO UNKNOWN", trouble);
}

/* Replies count for themselves, and stand in a list of their own, which an
   application may read that has threads_read_replies. */
static struct container_api
api(const struct job *job)
{
    int is_reply = job->reply_to != NULL;

    return (struct container_api){ .title = "Threads",
        .base = memory_format("%s/v1.0", threads_base()),
        .create = "threads", .publish = "threads_publish",
        .status = "status", .trouble = "error_message",
        .counted = is_reply ? "reply_" : "",
        .quota = memory_format("threads_publishing_limit?fields=%s", is_reply
            ? "reply_quota_usage,reply_config" : "quota_usage,config"),
        .list = memory_format("%s?fields=id,text,timestamp&limit=10",
                              is_reply ? "replies" : "threads"),
        .text = "$.text", .describe = describe, .mend = mend,
        .passes = passes };
}

static struct result
prepare(struct job *job)
{
    struct container_api threads_api = api(job);
    struct result result = told_result(RESULT_READY, NULL, NULL);

    if (job->reply_to != NULL && text_same(job->resume, "{}"))
        result = threads_find_answered(job);
    return result.kind == RESULT_READY ? container_prepare(&threads_api, job)
                                       : result;
}

static struct result
send(struct job *job)
{
    struct container_api threads_api = api(job);

    return container_send(&threads_api, job);
}

static struct result
look_up(struct job *job)
{
    struct container_api threads_api = api(job);

    return container_look_up(&threads_api, job);
}

/* ------------------------------------------------------------ afterwards */

static struct result
take_away(struct job *job)
{
    struct http_answer answer = graph_delete(threads_url(job->remote_id, ""),
                                             container_token(job));

    if (graph_is_good(&answer) || graph_is_absent(&answer))
        return told_result(RESULT_READY, NULL, NULL);
    return graph_spare("Threads", &answer, "threads_delete");
}

static int64_t
sum(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 ? a : a + b;
}

/* Asked for by itself: it may fail what is asked with it, and for ever
   (measured by others). -1: not told. */
static int64_t
shares_of(const struct job *job)
{
    static const char *const names[] = { "shares", NULL };
    struct http_answer answer;
    int64_t count;

    graph_insights(threads_url(job->remote_id, "/insights"), names, "",
                   container_token(job), &count, &answer);
    return count;
}

static struct result
measure(struct job *job, struct metrics *metrics)
{
    static const char *const names[] = { "views", "likes", "replies",
                                         "reposts", "quotes", NULL };
    struct container_api threads_api = api(job);
    struct result result = container_late(&threads_api, job);
    struct http_answer answer;
    int64_t counts[5];

    if (result.kind != RESULT_READY)
        return result;
    if (!graph_insights(threads_url(job->remote_id, "/insights"), names, "",
                        container_token(job), counts, &answer))
        return graph_unmeasured("Threads", &answer,
                                "threads_manage_insights");
    *metrics = (struct metrics){
        .likes = counts[1], .comments = counts[2],
        .shares = sum(sum(counts[3], counts[4]), shares_of(job)),
        .views = counts[0],
        .impressions = -1, .clicks = -1, .saves = -1
    };
    result.retry_at = graph_slow_until(&answer);
    return result;
}

const struct network threads = {
    .name = "threads",
    .prepare = prepare,
    .send = send,
    .look_up = look_up,
    .oauth_begin = threads_oauth_begin,
    .oauth_finish = threads_oauth_finish,
    .remove = take_away,
    .measure = measure,
    .parts = &threads,
    .sync = threads_sync,
    .refresh = threads_refresh
};
