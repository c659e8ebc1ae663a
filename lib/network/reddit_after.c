/* reddit_after.c: a post that is public: read it, change its text, take it
   away, measure it. */
#include "network/reddit.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

const char *
reddit_read(struct job *job, const char *name, struct result *fault)
{
    struct text path = { 0 };
    struct oauth_answer answer;
    const char *post;

    text_add(&path, "/api/info?id=");
    text_add_url_part(&path, name);
    answer = reddit_get(job, text_string(&path));
    if (!reddit_is_good(&answer)) {
        *fault = reddit_refusal(&answer, 0);
        return NULL;
    }
    post = json_raw(reddit_body(&answer), "$.data.children[0].data");
    if (post == NULL)
        *fault = told_result(RESULT_REJECTED, "platform_rejected",
                             "Reddit has no such post any more.");
    return post;
}

/* Title, link and media are for good. */
struct result
reddit_edit(struct job *job)
{
    struct text form = { 0 };
    struct oauth_answer answer;

    if (reddit_kind(job) != REDDIT_SELF)
        return told_result(RESULT_REJECTED, "platform_rejected",
                           "Reddit lets only a post of text be changed.");
    http_form_add(&form, "api_type", "json");
    http_form_add(&form, "thing_id", job->remote_id);
    http_form_add(&form, "text", job->text);
    answer = reddit_post(job, "/api/editusertext", &form);
    return reddit_is_good(&answer) ? told_result(RESULT_READY, NULL, NULL)
                                   : reddit_refusal(&answer, 0);
}

/* The answer is {} whatever became of it. */
struct result
reddit_remove(struct job *job)
{
    struct text form = { 0 };
    struct oauth_answer answer;

    http_form_add(&form, "id", job->remote_id);
    answer = reddit_post(job, "/api/del", &form);
    return reddit_is_good(&answer) ? told_result(RESULT_READY, NULL, NULL)
                                   : reddit_refusal(&answer, 0);
}

static int64_t
count(const char *post, const char *path)
{
    int64_t number = json_integer(post, path, -1);

    return number < 0 ? -1 : number;
}

/* Scores are fuzzed, and may be below nothing. Views are shown in a browser
   alone: view_count is null. */
struct result
reddit_measure(struct job *job, struct metrics *metrics)
{
    struct result fault;
    const char *post = reddit_read(job, job->remote_id, &fault);
    const char *score;

    if (post == NULL)
        return fault;
    score = json_text(post, "$.score");
    *metrics = (struct metrics){
        .likes = score && score[0] == '-' ? 0 : count(post, "$.score"),
        .comments = count(post, "$.num_comments"),
        .shares = count(post, "$.num_crossposts"),
        .views = count(post, "$.view_count"),
        .impressions = -1, .clicks = -1, .saves = -1
    };
    return told_result(RESULT_READY, NULL, NULL);
}
