/* graph_comment.c: a comment under a post by Meta's Graph APIs. */
#include "network/graph_comment.h"
#include "network/comment.h"
#include "network/told.h"
#include "base/memory.h"
#include "data/json.h"

static const char *
token_of(const struct job *job)
{
    return oauth_credential(job, "$.access_token");
}

/* base/ID, and what follows. */
static const char *
url_of(const struct graph_comments *api, const struct job *job,
       const char *id, const char *rest)
{
    struct text url = { 0 };

    text_add_format(&url, "%s/", api->base);
    text_add_url_part(&url, id);
    text_add(&url, rest);
    return graph_proven(text_string(&url), api->secret, token_of(job));
}

static struct result
posted(const struct graph_comments *api, const struct job *job,
       const char *id)
{
    struct http_answer answer;

    if (api->link == NULL)
        return comment_posted(id, NULL);
    answer = graph_get(url_of(api, job, id, memory_format("?fields=%s",
                                                     api->link)),
                       token_of(job));
    return comment_posted(id, graph_is_good(&answer) ? json_text(
        text_string(&answer.body), memory_format("$.%s", api->link)) : NULL);
}

/* ------------------------------------------------------------ sending */

static struct http_answer
post(const struct graph_comments *api, const struct job *job, const char *id)
{
    struct text form = { 0 };

    http_form_add(&form, "message", job->text);
    return graph_post(url_of(api, job, id, "/comments"), token_of(job), &form);
}

/* Where the network surely knows no such post no comment stands: only then
   its other id is tried. */
struct result
graph_comment_send(const struct graph_comments *api, const struct job *job)
{
    struct http_answer answer = post(api, job, api->ids[0]);
    const char *id = NULL;

    if (graph_is_absent(&answer) && api->ids[1] != NULL)
        answer = post(api, job, api->ids[1]);
    if (graph_is_good(&answer))
        id = told_id(text_string(&answer.body), "$.id");
    if (id != NULL)
        return posted(api, job, id);
    if (graph_is_forbidden(&answer))
        return comment_forbidden(api->title, api->right);
    if (graph_is_absent(&answer) && api->may_come)
        return told_result(RESULT_RETRY, "media_processing", memory_format(
            "%s does not show the post yet.", api->title));
    return graph_refusal(api->title, &answer, 1);
}

/* ------------------------------------------------------------ looking */

static struct http_answer
list(const struct graph_comments *api, const struct job *job, const char *id)
{
    return graph_get(url_of(api, job, id, memory_format("/comments?fields=%s",
                                                   api->fields)),
                     token_of(job));
}

static int
is_ours(const struct graph_comments *api, const struct job *job,
        const char *comment)
{
    const char *author = json_text(comment, api->author);

    return graph_time(json_text(comment, api->time)) >= comment_since(job)
           && (author == NULL || text_same(author, api->ours))
           && comment_is_text(job, json_text(comment, api->text));
}

struct result
graph_comment_look_up(const struct graph_comments *api,
                      const struct job *job)
{
    struct http_answer answer = list(api, job, api->ids[0]);
    struct json_member *comments;
    int i, count;

    if (graph_is_absent(&answer) && api->ids[1] != NULL)
        answer = list(api, job, api->ids[1]);
    if (graph_is_forbidden(&answer))
        return told_result(RESULT_UNKNOWN, "network_error", memory_format(
            "%s does not let its comments be read.", api->title));
    if (!graph_is_good(&answer))
        return comment_unreadable(graph_refusal(api->title, &answer, 0));
    count = json_members(text_string(&answer.body), "$.data", &comments);
    for (i = 0; i < count; i++) {
        const char *id = told_id(comments[i].json, "$.id");

        if (id != NULL && is_ours(api, job, comments[i].json))
            return posted(api, job, id);
    }
    return comment_missing(job, api->title);
}
