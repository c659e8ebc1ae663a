/* container_publish.c: the one call that publishes a container, and what
   became of it. */
#include "network/container.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "core/config.h"
#include "data/json.h"

#include <string.h>

enum {
    ASK_AGAIN = 1 * MINUTE,
    LINK_LATE = 10 * MINUTE,    /* lists show a post by then, mostly */
    CLOCKS_APART = 1 * MINUTE
};

/* The post is there: its id, and its permalink as far as it is told. A link is
   never made from the id. */
static struct result
posted(const struct container_api *api, const struct job *job, const char *id)
{
    struct result result = told_result(RESULT_POSTED, NULL, NULL);
    struct text url = { 0 };
    struct http_answer answer;

    text_add_format(&url, "%s/", api->base);
    text_add_url_part(&url, id);
    text_add(&url, "?fields=id,permalink");
    answer = graph_get(text_string(&url), container_token(job));
    result.remote_id = id;
    if (graph_is_good(&answer))
        result.permalink = told_link(json_text(text_string(&answer.body),
                                               "$.permalink"));
    return result;
}

struct result
container_send(const struct container_api *api, struct job *job)
{
    struct text form = { 0 };
    struct http_answer answer;
    const char *id = NULL;

    http_form_add(&form, "creation_id", json_text(job->resume, "$.parent"));
    answer = graph_post(container_url(api, job, api->publish),
                        container_token(job), &form);
    if (graph_is_good(&answer))
        id = told_id(text_string(&answer.body), "$.id");
    return id != NULL ? posted(api, job, id)
                      : graph_refusal(api->title, &answer, 1);
}

/* ------------------------------------------------------------ looking */

/* The next letter that counts: Threads takes the # off a tag, and white space
   may come back changed. */
static const char *
skip(const char *text)
{
    return text + strspn(text, "# \t\r\n");
}

static int
same_text(const char *a, const char *b)
{
    for (a = skip(a), b = skip(b); *a != '\0' && *a == *b;)
        a = skip(a + 1), b = skip(b + 1);
    return *a == *b;
}

/* Our post in the account's list; NULL where it is not there, with why in
   *result where the list could not be read. */
static const char *
find(const struct container_api *api, const struct job *job,
     struct result *result)
{
    struct http_answer answer = graph_get(container_url(api, job, api->list),
                                          container_token(job));
    int64_t since = job->first_sent_at;
    struct json_member *posts;
    int i, count;

    if (since == 0)
        since = job->due_at;
    *result = told_result(RESULT_UNKNOWN, "network_error",
                          "It is not among the account's newest posts.");
    if (!graph_is_good(&answer)) {
        /* Replies are read with a permission of their own. */
        if (job->reply_to == NULL || !graph_is_forbidden(&answer))
            *result = graph_refusal(api->title, &answer, 0);
        return NULL;
    }
    count = json_members(text_string(&answer.body), "$.data", &posts);
    for (i = 0; i < count; i++) {
        const char *text = json_text(posts[i].json, api->text);
        int64_t at = graph_time(json_text(posts[i].json, "$.timestamp"));

        if (at >= since - CLOCKS_APART
            && same_text(text ? text : "", job->text))
            return told_id(posts[i].json, "$.id");
    }
    return NULL;
}

struct result
container_find(const struct container_api *api, const struct job *job)
{
    struct result result;
    const char *id = find(api, job, &result);

    return id != NULL ? posted(api, job, id) : result;
}

/* A post's own id tells its link, a container's does not. */
struct result
container_late(const struct container_api *api, struct job *job)
{
    struct result result = told_result(RESULT_READY, NULL, NULL);

    if (job->permalink[0] != '\0')
        return result;
    result = posted(api, job, job->remote_id);
    if (result.permalink == NULL)
        result = container_find(api, job);
    if (result.kind == RESULT_POSTED) {
        result.kind = RESULT_READY;
        job->remote_id = result.remote_id;
    } else if (result.kind == RESULT_UNKNOWN) {
        result.kind = RESULT_RETRY;
    }
    return result;
}

static struct result
later(const char *words)
{
    struct result result = told_result(RESULT_WAIT, "network_error", words);

    result.retry_at = clock_now() + ASK_AGAIN;
    return result;
}

/* Its id stands in no answer about the container: where the list does not show
   it in time, the container's id has to serve. */
struct result
container_published(const struct container_api *api, const struct job *job,
                    const char *parent)
{
    struct result result;
    const char *id = find(api, job, &result);

    if (id != NULL)
        return posted(api, job, id);
    if (result.kind == RESULT_AUTH)
        return result;
    if (clock_now() < job->first_sent_at + LINK_LATE)
        return later("It is published; its link is not known yet.");
    result = told_result(RESULT_POSTED, NULL, NULL);
    result.remote_id = parent;
    return result;
}

/* The container says that it was not published, and it can be published only
   once: sending again is safe as soon as nothing of the first call is on its
   way any more. */
static struct result
not_published(const struct job *job)
{
    int64_t sure_at = job->first_sent_at
                      + 3 * config()->settle_seconds * (int64_t)SECOND;
    struct result result = later("It is not published yet.");

    if (clock_now() >= sure_at)
        return told_result(RESULT_ABSENT, "network_error",
                           "The call that publishes had not arrived.");
    result.retry_at = sure_at;
    return result;
}

static struct result
unknown(const struct result *why)
{
    struct result result = *why;

    if (result.kind == RESULT_RETRY)
        result.kind = RESULT_WAIT;
    else if (result.kind != RESULT_AUTH)
        result.kind = RESULT_UNKNOWN;
    return result;
}

struct result
container_look_up(const struct container_api *api, struct job *job)
{
    const char *parent = json_text(job->resume, "$.parent"), *status, *id;
    const char *trouble = "";
    struct result result = { .words = "its container is not known" };

    status = parent ? container_status(api, job, parent, &trouble, &result)
                    : NULL;
    if (text_same(status, "PUBLISHED"))
        return container_published(api, job, parent);
    if (text_same(status, "FINISHED"))
        return not_published(job);
    if (text_same(status, "IN_PROGRESS"))
        return later("It is still processed.");
    if (status == NULL && parent != NULL
        && !text_same(trouble, CONTAINER_GONE))
        return unknown(&result);
    id = find(api, job, &result);
    if (id != NULL)
        return posted(api, job, id);
    if (text_same(status, "ERROR"))
        return told_result(RESULT_ABSENT, "media_error",
                           "The network could not publish its files.");
    return unknown(&result);
}
