/* mastodon_measure.c: what a server tells of a status. */
#include "network/mastodon.h"
#include "network/told.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/json.h"

/* A boost and, since Mastodon 4.5, a quote spread a status. Views are told by
   no server (entities/Status). */
struct result
mastodon_measure(struct job *job, struct metrics *metrics)
{
    struct text path = { 0 };
    struct http_answer answer;
    const char *status;
    int64_t quotes;

    text_add(&path, "/api/v1/statuses/");
    text_add_url_part(&path, job->remote_id);
    answer = mastodon_get(job, text_string(&path));
    if (!mastodon_is_good(&answer))
        return mastodon_refusal(&answer, 0);
    status = text_string(&answer.body);
    metrics->likes = told_count(status, "$.favourites_count", -1);
    metrics->comments = told_count(status, "$.replies_count", -1);
    metrics->shares = told_count(status, "$.reblogs_count", -1);
    quotes = told_count(status, "$.quotes_count", 0);
    if (metrics->shares >= 0 && quotes > 0)
        metrics->shares += quotes;
    return told_result(RESULT_READY, NULL, NULL);
}
