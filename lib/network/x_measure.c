/* x_measure.c: what X tells of a post.

   What only its author may see (clicks) is there for thirty days; then X
   answers 200 with an error in place of the post. */
#include "network/x.h"
#include "base/memory.h"
#include "data/json.h"

static struct oauth_answer
ask(struct job *job, int with_private)
{
    return x_get(job, memory_format(
        "/2/tweets?ids=%s&tweet.fields=public_metrics,attachments%s"
        "&expansions=attachments.media_keys&media.fields=public_metrics",
        job->remote_id, with_private ? ",non_public_metrics" : ""));
}

/* The first of two names that is there: X renames retweets to reposts. */
static int64_t
either(const char *metrics, const char *path, const char *other)
{
    int64_t number = told_count(metrics, path, -1);

    return number >= 0 ? number : told_count(metrics, other, -1);
}

static int64_t
sum(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 ? a : a + b;
}

/* Views are counted of videos alone. */
static int64_t
views_in(const char *body)
{
    struct json_member *media;
    int i, count = json_members(body, "$.includes.media", &media);
    int64_t views = -1;

    for (i = 0; i < count; i++)
        views = sum(views, told_count(media[i].json,
                                      "$.public_metrics.view_count", -1));
    return views;
}

struct result
x_measure(struct job *job, struct metrics *metrics)
{
    struct oauth_answer answer = ask(job, 1);
    const char *body, *post, *counts;

    if (x_is_good(&answer)
        && json_raw(text_string(&answer.http.body), "$.data[0]") == NULL
        && !text_same(x_problem(&answer), "resource-not-found"))
        answer = ask(job, 0);
    if (!x_is_good(&answer))
        return x_refusal(&answer, 0);
    body = text_string(&answer.http.body);
    post = json_raw(body, "$.data[0]");
    counts = post ? json_raw(post, "$.public_metrics") : NULL;
    if (counts == NULL && text_same(x_problem(&answer), "resource-not-found"))
        return told_result(RESULT_REJECTED, "platform_rejected",
                        "X has no such post any more.");
    if (counts == NULL)
        return told_result(RESULT_RETRY, "platform_5xx",
                        "X's answer holds no metrics.");
    *metrics = (struct metrics){
        .likes = told_count(counts, "$.like_count", -1),
        .comments = told_count(counts, "$.reply_count", -1),
        .shares = sum(either(counts, "$.retweet_count", "$.repost_count"),
                      told_count(counts, "$.quote_count", -1)),
        .impressions = told_count(counts, "$.impression_count", -1),
        .saves = told_count(counts, "$.bookmark_count", -1),
        .views = views_in(body),
        .clicks = told_count(post, "$.non_public_metrics.url_link_clicks",
                             -1)
    };
    return told_result(RESULT_READY, NULL, NULL);
}
