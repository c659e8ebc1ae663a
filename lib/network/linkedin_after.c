/* linkedin_after.c: what is done with a post that is on LinkedIn. */
#include "network/linkedin.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

/* Only the text can be changed. */
struct result
linkedin_edit(struct job *job)
{
    struct oauth_answer answer;

    value_set_text("linkedin_text", linkedin_text_escape(job->text));
    answer = linkedin_call(job, "POST", linkedin_path(
        "/rest/posts/", job->remote_id, ""), "PARTIAL_UPDATE", json_make(
            "json_object('patch', json_object('$set',"
            " json_object('commentary', :linkedin_text)))"));
    return linkedin_is_done(&answer)
           ? told_result(RESULT_READY, NULL, NULL)
           : linkedin_refusal(&answer, 1);
}

struct result
linkedin_remove(struct job *job)
{
    struct oauth_answer answer = linkedin_call(job, "DELETE", linkedin_path(
        "/rest/posts/", job->remote_id, ""), "DELETE", NULL);

    if (linkedin_is_done(&answer) || (answer.http.result == HTTP_ANSWERED
                                      && answer.http.status == 404))
        return told_result(RESULT_READY, NULL, NULL);
    return linkedin_refusal(&answer, 1);
}

/* Metrics have scopes of their own: without them the account is as good as
   before. */
static struct result
not_told(const struct oauth_answer *answer)
{
    if (linkedin_is_forbidden(answer))
        return told_result(RESULT_REJECTED, "platform_rejected",
            "LinkedIn does not tell this application any metrics.");
    return linkedin_refusal(answer, 0);
}

static int
is_share(const char *urn)
{
    return text_begins(urn, "urn:li:share:");
}

/* A post that nobody has seen yet is not listed: it has noughts. */
static struct result
measure_page(struct job *job, struct metrics *metrics)
{
    const char *query = linkedin_path(
        "/rest/organizationalEntityShareStatistics?q=organizationalEntity"
        "&organizationalEntity=", linkedin_author(job),
        is_share(job->remote_id) ? "&shares=List(" : "&ugcPosts=List(");
    struct oauth_answer answer = linkedin_call(job, "GET", linkedin_path(
        query, job->remote_id, ")"), NULL, NULL);
    const char *counts = NULL;
    int64_t none = -1;

    if (!linkedin_is_good(&answer))
        return not_told(&answer);
    counts = json_raw(text_string(&answer.http.body),
                      "$.elements[0].totalShareStatistics");
    if (counts == NULL)
        none = 0, counts = "{}";
    *metrics = (struct metrics){
        .likes = told_count(counts, "$.likeCount", none),
        .comments = told_count(counts, "$.commentCount", none),
        .shares = told_count(counts, "$.shareCount", none),
        .impressions = told_count(counts, "$.impressionCount", none),
        .clicks = told_count(counts, "$.clickCount", none),
        .views = -1, .saves = -1
    };
    return told_result(RESULT_READY, NULL, NULL);
}

/* A member's are asked for one by one; one that is refused is not known. */
static struct result
measure_member(struct job *job, struct metrics *metrics)
{
    struct { const char *type; int64_t *count; } asked[] = {
        { "IMPRESSION", &metrics->impressions },
        { "REACTION", &metrics->likes },
        { "COMMENT", &metrics->comments },
        { "RESHARE", &metrics->shares },
        { "POST_SAVE", &metrics->saves }
    };
    const char *start = memory_format(
        "/rest/memberCreatorPostAnalytics?q=entity&entity=(%s:",
        is_share(job->remote_id) ? "share" : "ugc");
    size_t i;

    *metrics = (struct metrics){ -1, -1, -1, -1, -1, -1, -1 };
    for (i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        struct oauth_answer answer = linkedin_call(job, "GET", linkedin_path(
            start, job->remote_id, memory_format(
                ")&queryType=%s&aggregation=TOTAL", asked[i].type)),
            NULL, NULL);

        if (linkedin_is_good(&answer))
            *asked[i].count = told_count(text_string(&answer.http.body),
                                         "$.elements[0].count", -1);
        else if (i == 0)
            return not_told(&answer);
    }
    return told_result(RESULT_READY, NULL, NULL);
}

struct result
linkedin_measure(struct job *job, struct metrics *metrics)
{
    return linkedin_is_page(job) ? measure_page(job, metrics)
                                 : measure_member(job, metrics);
}
