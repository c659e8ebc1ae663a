/* instagram_measure.c: what Instagram tells of a post. */
#include "network/instagram.h"
#include "network/told.h"
#include "base/memory.h"
#include "data/json.h"

enum { PARAMETER = 100 };       /* one metric that this kind of post lacks */

static const char *
media_url(const struct job *job, const char *query)
{
    struct text url = { 0 };

    text_add_format(&url, "%s/", instagram_base());
    text_add_url_part(&url, job->remote_id);
    text_add(&url, query);
    return text_string(&url);
}

/* One metric by itself; -1 where this kind of post has none. */
static int64_t
one(const struct job *job, const char *metric)
{
    struct http_answer answer = graph_get(media_url(job, memory_format(
        "/insights?metric=%s", metric)), container_token(job));

    return graph_is_good(&answer)
           ? graph_insight(text_string(&answer.body), metric) : -1;
}

/* Without the right to read insights there are the counts that everybody
   sees; likes are not there where their owner hides them. */
static struct result
counts(const struct job *job, struct metrics *metrics)
{
    struct http_answer answer = graph_get(media_url(job,
        "?fields=like_count,comments_count"), container_token(job));
    const char *body = text_string(&answer.body);

    if (!graph_is_good(&answer))
        return graph_refusal("Instagram", &answer, 0);
    metrics->likes = told_count(body, "$.like_count", -1);
    metrics->comments = told_count(body, "$.comments_count", -1);
    return told_result(RESULT_READY, NULL, NULL);
}

struct result
instagram_measure(struct job *job, struct metrics *metrics)
{
    struct http_answer answer = graph_get(media_url(job,
        "/insights?metric=views,likes,comments,saved,shares"),
        container_token(job));
    const char *body = text_string(&answer.body);

    *metrics = (struct metrics){ -1, -1, -1, -1, -1, -1, -1 };
    if (graph_is_good(&answer)) {
        metrics->likes = graph_insight(body, "likes");
        metrics->comments = graph_insight(body, "comments");
        metrics->shares = graph_insight(body, "shares");
        metrics->views = graph_insight(body, "views");
        metrics->saves = graph_insight(body, "saved");
        return told_result(RESULT_READY, NULL, NULL);
    }
    if (graph_code(&answer) == PARAMETER) {
        metrics->likes = one(job, "likes");
        metrics->comments = one(job, "comments");
        metrics->shares = one(job, "shares");
        metrics->views = one(job, "views");
        metrics->saves = one(job, "saved");
        return told_result(RESULT_READY, NULL, NULL);
    }
    if (graph_refusal("Instagram", &answer, 0).kind == RESULT_AUTH
        && graph_code(&answer) != 190)
        return counts(job, metrics);
    return graph_refusal("Instagram", &answer, 0);
}
