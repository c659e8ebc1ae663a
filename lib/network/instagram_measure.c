/* instagram_measure.c: what Instagram tells of a post. */
#include "network/instagram.h"
#include "network/told.h"
#include "base/memory.h"
#include "base/clock.h"
#include "data/json.h"

static const char *
media_url(const struct job *job, const char *query)
{
    struct text url = { 0 };

    text_add_format(&url, "%s/", instagram_base());
    text_add_url_part(&url, job->remote_id);
    text_add(&url, query);
    return text_string(&url);
}

/* Without the right to read insights there are the counts that everybody
   sees; likes are not there where their owner hides them. */
static struct result
told_counts(const struct job *job, struct metrics *metrics)
{
    struct http_answer answer = graph_get(media_url(job,
        "?fields=like_count,comments_count"), container_token(job));
    const char *body = text_string(&answer.body);

    if (!graph_is_good(&answer))
        return graph_unmeasured("Instagram", &answer,
                                "instagram_business_basic");
    metrics->likes = told_count(body, "$.like_count", -1);
    metrics->comments = told_count(body, "$.comments_count", -1);
    return told_result(RESULT_READY, NULL, NULL);
}

/* A story is there for a day, and has numbers of its own: those who answer it
   are its comments. */
static struct result
measure_story(const struct job *job, struct metrics *metrics)
{
    static const char *const names[] = { "replies", "shares", "views", NULL };
    struct result result = told_result(RESULT_READY, NULL, NULL);
    struct http_answer answer;
    int64_t counts[3];

    if (!graph_insights(media_url(job, "/insights"), names, "",
                        container_token(job), counts, &answer))
        return graph_unmeasured("Instagram", &answer,
                                "instagram_business_manage_insights");
    metrics->comments = counts[0];
    metrics->shares = counts[1];
    metrics->views = counts[2];
    result.retry_at = graph_slow_until(&answer);
    result.lives_ms = DAY;
    return result;
}

static struct result
measure(const struct job *job, struct metrics *metrics)
{
    static const char *const names[] = { "likes", "comments", "shares",
                                         "views", "saved", NULL };
    struct result result = told_result(RESULT_READY, NULL, NULL);
    struct http_answer answer;
    int64_t counts[5];

    if (!graph_insights(media_url(job, "/insights"), names, "",
                        container_token(job), counts, &answer)) {
        result = graph_unmeasured("Instagram", &answer, NULL);
        return graph_is_forbidden(&answer)
               || (result.kind == RESULT_REJECTED
                   && !graph_is_absent(&answer))
               ? told_counts(job, metrics) : result;
    }
    metrics->likes = counts[0];
    metrics->comments = counts[1];
    metrics->shares = counts[2];
    metrics->views = counts[3];
    metrics->saves = counts[4];
    result.retry_at = graph_slow_until(&answer);
    return result;
}

struct result
instagram_measure(struct job *job, struct metrics *metrics)
{
    struct container_api api = instagram_api();
    struct result late = container_late(&api, job), result;

    *metrics = (struct metrics){ -1, -1, -1, -1, -1, -1, -1 };
    if (late.kind != RESULT_READY)
        return late;
    result = instagram_is_story(job) ? measure_story(job, metrics)
                                     : measure(job, metrics);
    result.remote_id = late.remote_id;
    result.permalink = late.permalink;
    return result;
}
