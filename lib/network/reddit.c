/* reddit.c: the driver for Reddit: asking its API; what a job means there. */
#include "network/reddit.h"
#include "network/option.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

const char *
reddit_url(const char *path)
{
    return memory_format("%s%s", config_api_url("reddit",
        "https://oauth.reddit.com"), path);
}

static struct oauth_answer
call(struct job *job, struct http_request *request, const char *path)
{
    int i = 0;

    while (request->headers[i] != NULL)
        i++;
    request->headers[i] = reddit_agent();
    request->url = reddit_url(path);
    return oauth_call(reddit_provider(), job, request);
}

struct oauth_answer
reddit_get(struct job *job, const char *path)
{
    struct http_request request = { .answer_limit = 4 * 1024 * 1024 };

    return call(job, &request, memory_format("%s%craw_json=1", path,
                                             strchr(path, '?') ? '&' : '?'));
}

struct oauth_answer
reddit_post(struct job *job, const char *path, const struct text *form)
{
    struct http_request request = {
        .method = "POST", .body = text_string(form),
        .body_length = form->length,
        .headers = { "Content-Type: application/x-www-form-urlencoded" }
    };

    return call(job, &request, path);
}

struct oauth_answer
reddit_post_json(struct job *job, const char *path, const char *body)
{
    struct http_request request = {
        .method = "POST", .body = body, .body_length = strlen(body),
        .headers = { "Content-Type: application/json" }
    };

    return call(job, &request, path);
}

const char *
reddit_body(const struct oauth_answer *answer)
{
    return http_is_json(&answer->http) ? text_string(&answer->http.body)
                                       : "{}";
}

const char *
reddit_code(const struct oauth_answer *answer)
{
    const char *code = json_text(reddit_body(answer), "$.json.errors[0][0]");

    return code ? code : "";
}

int
reddit_is_good(const struct oauth_answer *answer)
{
    return answer->renewal.kind == RESULT_READY
           && answer->http.result == HTTP_ANSWERED
           && answer->http.status >= 200 && answer->http.status < 300
           && http_is_json(&answer->http)
           && json_count(reddit_body(answer), "$.json.errors") == 0;
}

/* ------------------------------------------------------------ the job */

const char *
reddit_place(const struct job *job)
{
    const char *slash = strrchr(job->remote_account, '/');

    return option_text(job, "$.subreddit",
                       slash ? slash + 1 : job->remote_account);
}

const char *
reddit_person(const struct job *job)
{
    const char *id = job->remote_account, *slash = strrchr(id, '/');

    if (slash != NULL)
        return memory_copy_bytes(id, (size_t)(slash - id));
    return text_begins(id, "u_") ? id + 2 : NULL;
}

enum reddit_kind
reddit_kind(const struct job *job)
{
    int i;

    for (i = 0; i < job->media_count; i++)
        if (text_begins(job->media[i].type, "video/"))
            return REDDIT_VIDEO;
    if (job->media_count > 0)
        return job->media_count == 1 ? REDDIT_IMAGE : REDDIT_GALLERY;
    return json_text(job->settings, "$.url") ? REDDIT_LINK : REDDIT_SELF;
}

void
reddit_keep(struct job *job, const char *changes)
{
    const char *resume;

    value_set_text("reddit_resume", job->resume);
    value_set_text("reddit_changes", changes);
    resume = json_make("json_patch(:reddit_resume, :reddit_changes)");
    job->save_resume(job, resume);
    job->resume = resume;
}

static struct result
prepare(struct job *job)
{
    struct result result = oauth_fresh(reddit_provider(), job);

    if (result.kind == RESULT_READY)
        result = reddit_rules(job);
    return result.kind == RESULT_READY ? reddit_media(job) : result;
}

const struct network reddit = {
    .name = "reddit",
    .prepare = prepare,
    .send = reddit_send,
    .look_up = reddit_look_up,
    .oauth_begin = reddit_oauth_begin,
    .oauth_finish = reddit_oauth_finish,
    .edit = reddit_edit,
    .remove = reddit_remove,
    .measure = reddit_measure,
    .id_in_link = reddit_id_in_link,
    .parts = &reddit_comment,
    .sync = reddit_sync,
    .refresh = reddit_refresh,
    .revoke = reddit_revoke
};
