/* container.c: containers are made, awaited and published. */
#include "network/container.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum {
    POLL_LEAST = 3 * SECOND, POLL_MOST = 30 * SECOND,
    PROCESSING_MOST = 30 * MINUTE,
    QUOTA_AGAIN = 1 * HOUR      /* the quota is of the last 24 hours */
};

const char *
container_token(const struct job *job)
{
    return oauth_credential(job, "$.access_token");
}

const char *
container_url(const struct container_api *api, const struct job *job,
              const char *path)
{
    struct text url = { 0 };

    text_add_format(&url, "%s/", api->base);
    text_add_url_part(&url, job->remote_account);
    text_add_format(&url, "/%s", path);
    return text_string(&url);
}

/* ------------------------------------------------------------ resume */

static void
keep(struct job *job, const char *resume)
{
    job->save_resume(job, resume);
    job->resume = resume;
}

static const char *
child_of(const struct job *job, int place)
{
    return json_text(job->resume, memory_format("$.children[%d]", place));
}

static void
keep_child(struct job *job, const char *id)
{
    value_set_text("resume", job->resume);
    value_set_text("container", id);
    value_set_integer("container_at", clock_now());
    keep(job, json_make("json_set(:resume, '$.at', :container_at,"
        " '$.children', json_insert(coalesce(json_extract(:resume,"
        " '$.children'), '[]'), '$[#]', :container))"));
}

static void
keep_parent(struct job *job, const char *id)
{
    value_set_text("resume", job->resume);
    value_set_text("container", id);
    value_set_integer("container_at", clock_now());
    keep(job, json_make("json_set(:resume, '$.parent', :container, '$.at',"
                        " :container_at)"));
}

/* ------------------------------------------------------------ quota */

/* The network enforces its quota at the call that publishes: ask before. One
   that cannot be read does not keep a post back. */
static struct result
check_quota(const struct container_api *api, const struct job *job)
{
    struct http_answer answer = graph_get(container_url(api, job, api->quota),
                                          container_token(job));
    const char *body = text_string(&answer.body);
    struct result result = told_result(RESULT_READY, NULL, NULL);
    int64_t total;

    if (!graph_is_good(&answer)) {
        struct result refusal = graph_refusal(api->title, &answer, 0);

        return refusal.kind == RESULT_AUTH ? refusal : result;
    }
    total = json_integer(body, memory_format(
        "$.data[0].%sconfig.quota_total", api->counted), 0);
    if (total <= 0 || json_integer(body, memory_format(
            "$.data[0].%squota_usage", api->counted), 0) < total)
        return result;
    result = told_result(RESULT_RETRY, "rate_limited", memory_format(
        "%s allows %lld %s in 24 hours, and they are used up.", api->title,
        (long long)total, job->reply_to ? "replies" : "posts"));
    result.retry_at = clock_now() + QUOTA_AGAIN;
    return result;
}

/* ------------------------------------------------------------ containers */

static struct http_answer
post_container(const struct container_api *api, const struct job *job,
               int place, const char *children)
{
    struct text form = { .limit = TEXT_LIMIT };

    api->describe(job, place, children, &form);
    return graph_post(container_url(api, job, api->create),
                      container_token(job), &form);
}

/* Make one; its id, or NULL and why not in *result. */
static const char *
create(const struct container_api *api, struct job *job, int place,
       const char *children, struct result *result)
{
    struct http_answer answer = post_container(api, job, place, children);
    const char *id = NULL;

    if (!graph_is_good(&answer) && api->mend && api->mend(job, &answer))
        answer = post_container(api, job, place, children);
    if (graph_is_good(&answer))
        id = told_id(text_string(&answer.body), "$.id");
    *result = id ? told_result(RESULT_READY, NULL, NULL)
                 : graph_refusal(api->title, &answer, 0);
    return id;
}

/* No such object; it has expired; it is missing. */
static int
is_gone(const struct http_answer *answer)
{
    int64_t code = graph_code(answer), subcode = graph_subcode(answer);

    return graph_is_absent(answer) || (code == 24
           && (subcode == 2207006 || subcode == 2207008))
           || (code == -2 && subcode == 2207020);
}

const char *
container_status(const struct container_api *api, const struct job *job,
                 const char *id, const char **trouble, struct result *result)
{
    struct text url = { 0 };
    struct http_answer answer;
    const char *body, *status = NULL;

    text_add_format(&url, "%s/", api->base);
    text_add_url_part(&url, id);
    text_add_format(&url, "?fields=%s,%s", api->status, api->trouble);
    answer = graph_get(text_string(&url), container_token(job));
    body = text_string(&answer.body);
    *trouble = "";
    if (graph_is_good(&answer))
        status = json_text(body, memory_format("$.%s", api->status));
    if (status == NULL) {
        *result = graph_refusal(api->title, &answer, 0);
        if (is_gone(&answer))
            *trouble = CONTAINER_GONE;
        return NULL;
    }
    if (json_text(body, memory_format("$.%s", api->trouble)) != NULL)
        *trouble = json_text(body, memory_format("$.%s", api->trouble));
    return status;
}

static struct result
still_busy(const struct container_api *api, const struct job *job)
{
    int64_t age = clock_now() - json_integer(job->resume, "$.at", 0);
    struct result result = told_result(RESULT_WAIT, "media_processing",
        memory_format("%s is still processing the post.", api->title));

    if (age > PROCESSING_MOST)
        return told_result(RESULT_REJECTED, "media_error", memory_format(
            "%s did not finish processing the post in 30 minutes.",
            api->title));
    age = age / 4 < POLL_LEAST ? POLL_LEAST : age / 4;
    result.retry_at = clock_now() + (age > POLL_MOST ? POLL_MOST : age);
    return result;
}

/* A container that will never be ready: the next try begins with new ones. */
static struct result
spoilt(const struct container_api *api, struct job *job, const char *trouble)
{
    int passes = trouble[0] == '\0' || api->passes(trouble);

    keep(job, "{}");
    return told_result(passes ? RESULT_RETRY : RESULT_REJECTED, "media_error",
        memory_format("%s could not use the post's files: %s.", api->title,
                      trouble[0] ? told_words(trouble, "") : "no reason"));
}

/* RESULT_READY once the container can be used. */
static struct result
await(const struct container_api *api, struct job *job, const char *id)
{
    const char *trouble;
    struct result result;
    const char *status = container_status(api, job, id, &trouble, &result);

    if (status == NULL && text_same(trouble, CONTAINER_GONE)) {
        result = container_find(api, job);
        return result.kind == RESULT_UNKNOWN ? spoilt(api, job, "") : result;
    }
    if (status == NULL && result.category != NULL
        && text_same(result.category, "media_processing"))
        return still_busy(api, job);
    if (status == NULL)
        return result;
    if (text_same(status, "FINISHED"))
        return told_result(RESULT_READY, NULL, NULL);
    if (text_same(status, "ERROR"))
        return spoilt(api, job, trouble);
    if (text_same(status, "EXPIRED"))
        return spoilt(api, job, "");
    if (text_same(status, "PUBLISHED"))     /* by a call thought refused */
        return container_published(api, job, id);
    return still_busy(api, job);
}

/* All children, made and ready; their ids parted by commas. */
static const char *
make_children(const struct container_api *api, struct job *job,
              struct result *result)
{
    struct text ids = { 0 };
    int i;

    *result = told_result(RESULT_READY, NULL, NULL);
    for (i = 0; i < job->media_count && result->kind == RESULT_READY; i++)
        if (child_of(job, i) == NULL) {
            const char *id = create(api, job, i, NULL, result);

            if (id != NULL)
                keep_child(job, id);
        }
    for (i = 0; i < job->media_count && result->kind == RESULT_READY; i++) {
        *result = await(api, job, child_of(job, i));
        if (result->kind == RESULT_READY)
            text_add_format(&ids, "%s%s", i ? "," : "", child_of(job, i));
    }
    return text_string(&ids);
}

struct result
container_prepare(const struct container_api *api, struct job *job)
{
    const char *parent = json_text(job->resume, "$.parent"), *children = NULL;
    struct result result;

    if (parent != NULL)
        return await(api, job, parent);
    result = check_quota(api, job);
    if (result.kind == RESULT_READY && job->media_count > 1)
        children = make_children(api, job, &result);
    if (result.kind != RESULT_READY)
        return result;
    parent = create(api, job, job->media_count == 1 ? 0 : -1, children,
                    &result);
    if (parent == NULL)
        return result;
    keep_parent(job, parent);
    return await(api, job, parent);
}
