/* bluesky_measure.c: what Bluesky tells of a post. */
#include "network/bluesky.h"
#include "network/told.h"
#include "base/text.h"
#include "data/json.h"

/* The account's server passes the question on to the network's view of it.
   A post that is not in the answer was deleted or taken down. Views are not
   told (app.bsky.feed.defs#postView). */
struct result
bluesky_measure(struct job *job, struct metrics *metrics)
{
    struct bluesky_session session;
    struct result result = bluesky_session_open(&session, job);
    struct text method = { 0 };
    struct http_request request = { 0 };
    struct http_answer answer;
    const char *body;
    int64_t quotes;

    if (result.kind != RESULT_READY)
        return result;
    text_add(&method, "app.bsky.feed.getPosts?uris=");
    text_add_url_part(&method, job->remote_id);
    answer = bluesky_session_call(&session, &request, text_string(&method));
    if (!bluesky_answer_is_good(&answer))
        return bluesky_session_fault(&session, &answer);
    body = text_string(&answer.body);
    if (json_count(body, "$.posts") == 0)
        return told_result(RESULT_REJECTED, "platform_rejected",
                           "The post is not on Bluesky any more.");
    metrics->likes = told_count(body, "$.posts[0].likeCount", -1);
    metrics->comments = told_count(body, "$.posts[0].replyCount", -1);
    metrics->shares = told_count(body, "$.posts[0].repostCount", -1);
    metrics->saves = told_count(body, "$.posts[0].bookmarkCount", -1);
    quotes = told_count(body, "$.posts[0].quoteCount", 0);
    if (metrics->shares >= 0 && quotes > 0)
        metrics->shares += quotes;
    return told_result(RESULT_READY, NULL, NULL);
}
