/* facebook_after.c: a public post: change it, take it away, measure it; and the
   Page: ask anew who it is, and give the access to it back. */
#include "network/facebook.h"
#include "network/told.h"
#include "base/memory.h"
#include "data/json.h"

struct result
facebook_edit(struct job *job)
{
    struct text form = { 0 };
    struct http_answer answer;

    if (facebook_is_story(job))
        return told_result(RESULT_REJECTED, "platform_rejected",
                           "A story has no text that could be changed.");
    http_form_add(&form, facebook_is_video_id(job->remote_id)
                         ? "description" : "message", job->text);
    answer = graph_post(facebook_url(job, job->remote_id, ""),
                        facebook_token(job), &form);
    if (graph_is_good(&answer))
        return told_result(RESULT_READY, NULL, NULL);
    return graph_spare("Facebook", &answer, "pages_manage_posts");
}

struct result
facebook_remove(struct job *job)
{
    struct http_answer answer = graph_delete(facebook_url(job, job->remote_id,
        ""), facebook_token(job));

    if (graph_is_good(&answer) || graph_is_absent(&answer))
        return told_result(RESULT_READY, NULL, NULL);
    return graph_spare("Facebook", &answer, "pages_manage_posts");
}

/* ------------------------------------------------------------ metrics */

/* What Insights say; a Page with few followers has none (UNVERIFIED), and its
   owner may have granted no right to read them. */
static void
insights(const struct job *job, struct metrics *metrics)
{
    static const char *const names[] = { "post_media_view", "post_clicks",
                                         NULL };
    struct http_answer answer;
    int64_t counts[2];

    graph_insights(facebook_url(job, job->remote_id, "/insights"), names,
                   "&period=lifetime", facebook_token(job), counts, &answer);
    metrics->views = counts[0];
    metrics->clicks = counts[1];
}

/* The names of a video's views move (UNVERIFIED). */
static void
video_insights(const struct job *job, struct metrics *metrics)
{
    static const char *const names[][2] = { { "post_video_views", NULL },
                                            { "blue_reels_play_count", NULL }};
    struct http_answer answer;
    int i;

    for (i = 0; i < 2 && metrics->views < 0; i++)
        graph_insights(facebook_url(job, job->remote_id, "/video_insights"),
                       names[i], "&period=lifetime", facebook_token(job),
                       &metrics->views, &answer);
}

#define COUNTS "comments.limit(0).summary(true)," \
    "reactions.limit(0).summary(true)"

/* shares is not there where nobody shared; a video has none. */
static struct result
measure(const struct job *job, struct metrics *metrics)
{
    int is_video = facebook_is_video_id(job->remote_id);
    struct http_answer answer = graph_get(facebook_url(job, job->remote_id,
        is_video ? "?fields=status," COUNTS : "?fields=shares," COUNTS),
        facebook_token(job));
    const char *body = text_string(&answer.body);
    struct result result = told_result(RESULT_READY, NULL, NULL);

    *metrics = (struct metrics){ -1, -1, -1, -1, -1, -1, -1 };
    if (!graph_is_good(&answer))
        return graph_unmeasured("Facebook", &answer,
                                "pages_read_engagement");
    if (is_video && facebook_is_discarded(body, &result))
        return result;
    metrics->likes = told_count(body, "$.reactions.summary.total_count", -1);
    metrics->comments = told_count(body, "$.comments.summary.total_count", -1);
    if (is_video) {
        video_insights(job, metrics);
    } else {
        metrics->shares = told_count(body, "$.shares.count", 0);
        insights(job, metrics);
    }
    result.retry_at = graph_slow_until(&answer);
    return result;
}

/* Of stories nothing is documented that would be more than UNVERIFIED. */
struct result
facebook_measure(struct job *job, struct metrics *metrics)
{
    if (facebook_is_story(job))
        return told_result(RESULT_REJECTED, "platform_rejected",
                           "Facebook tells no numbers of a story.");
    return measure(job, metrics);
}

/* ------------------------------------------------------------ the Page */

/* A Page's own token answers for the Page. */
struct result
facebook_sync(struct job *job, struct connected *connected)
{
    struct http_answer answer = graph_get(facebook_url(job,
        job->remote_account,
        "?fields=id,name,username,picture.type(large)%7Burl%7D"),
        facebook_token(job));
    const char *body = text_string(&answer.body), *handle;

    if (!graph_is_good(&answer))
        return facebook_refusal(&answer, 0);
    handle = told_id(body, "$.username");
    *connected = (struct connected){
        .remote_id = told_id(body, "$.id"),
        .name = json_text(body, "$.name"),
        .handle = handle ? handle : told_id(body, "$.id"),
        .avatar_url = json_text(body, "$.picture.data.url")
    };
    if (connected->remote_id == NULL)
        return told_of_account("Facebook does not say which Page it is.");
    connected->profile_url = memory_format("https://www.facebook.com/%s",
                                           connected->handle);
    return told_of_account(NULL);
}

/* Takes all that its person granted, of all Pages; a Page's own token is no
   person's. */
struct result
facebook_revoke(struct job *job)
{
    const char *token = oauth_credential(job, "$.user_token");
    struct http_answer answer;

    if (token[0] == '\0')
        return told_result(RESULT_REJECTED, "auth_error", "The account was"
                           " connected before Crier kept its person's token.");
    answer = graph_delete(graph_proven(facebook_place("me", "/permissions"),
                                       facebook_secret(job), token), token);
    if (graph_is_good(&answer))
        return told_result(RESULT_READY, NULL, NULL);
    return facebook_refusal(&answer, 0);
}
