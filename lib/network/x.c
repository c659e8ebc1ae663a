/* x.c: the driver for X (Twitter): asking its API, and what it refuses. */
#include "network/x.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum { WORDS_MOST = 200 };

const char *
x_url(const char *path)
{
    return memory_format("%s%s", config_api_url("twitter",
                                                "https://api.x.com"), path);
}

struct oauth_answer
x_call(struct job *job, struct http_request *request, const char *path)
{
    request->url = x_url(path);
    return oauth_call(x_provider(), job, request);
}

struct oauth_answer
x_get(struct job *job, const char *path)
{
    struct http_request request = { .answer_limit = 4 * 1024 * 1024 };

    return x_call(job, &request, path);
}

struct oauth_answer
x_post_json(struct job *job, const char *path, const char *body)
{
    struct http_request request = {
        .method = "POST", .headers = { "Content-Type: application/json" },
        .body = body, .body_length = strlen(body)
    };

    return x_call(job, &request, path);
}

int
x_is_good(const struct oauth_answer *answer)
{
    return answer->http.result == HTTP_ANSWERED && answer->http.status >= 200
           && answer->http.status < 300 && http_is_json(&answer->http);
}

void
x_keep(struct job *job, const char *changes)
{
    const char *resume;

    value_set_text("x_resume", job->resume);
    value_set_text("x_changes", changes);
    resume = json_make("json_patch(:x_resume, :x_changes)");
    job->save_resume(job, resume);
    job->resume = resume;
}

static const char *
body_of(const struct oauth_answer *answer)
{
    return http_is_json(&answer->http) ? text_string(&answer->http.body)
                                       : "{}";
}

const char *
x_problem(const struct oauth_answer *answer)
{
    const char *body = body_of(answer), *type = json_text(body, "$.type");
    const char *slash;

    if (type == NULL)
        type = json_text(body, "$.errors[0].type");
    slash = type ? strrchr(type, '/') : NULL;
    return slash ? slash + 1 : "";
}

/* ------------------------------------------------------------ refusals */

static const char *
server_words(const struct oauth_answer *answer)
{
    static const char *const paths[] = { "$.detail", "$.errors[0].detail",
        "$.errors[0].message", "$.title" };
    const char *body = body_of(answer), *said = NULL;
    size_t i;

    for (i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (said == NULL || said[0] == '\0')
            said = json_text(body, paths[i]);
    if (said == NULL || said[0] == '\0')
        return memory_format("X answered %ld.", answer->http.status);
    return memory_format("X answered %ld: %s", answer->http.status,
                         memory_copy_bytes(said, utf8_grapheme_bytes(
                             said, WORDS_MOST)));
}

/* Three windows can be used up, each with its own reset in epoch seconds; the
   last of them counts. Where none says that it is, the shortest's. */
static int64_t
wait_until(const struct http_answer *answer)
{
    static const char *const windows[] = { "x-rate-limit",
        "x-app-limit-24hour", "x-user-limit-24hour" };
    int64_t now = clock_now(), latest = 0, first = 0;
    size_t i;

    for (i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        const char *left = http_header(answer, memory_format(
            "%s-remaining", windows[i]));
        const char *reset = http_header(answer, memory_format(
            "%s-reset", windows[i]));
        long long at;

        if (reset == NULL || !text_number(reset, 0, INT32_MAX * 2LL, &at))
            continue;
        if (first == 0)
            first = at * SECOND;
        if (text_same(left, "0") && at * SECOND > latest)
            latest = at * SECOND;
    }
    if (latest == 0)
        latest = first;
    if (latest <= now)
        return http_retry_at(answer);
    return latest > now + DAY ? now + DAY : latest;
}

/* What a problem's name or else the status means. usage-capped is the monthly
   cap; credits are what an operator pays X in advance; an application that is
   in no project of X's developers has to be put into one. Each of them is the
   application's: every request of the instance waits. */
static struct result
judge(const char *problem, long status)
{
    int64_t now = clock_now();
    struct result result = told_result(RESULT_REJECTED, "platform_rejected",
                                    NULL);

    if (text_same(problem, "usage-capped")) {
        result = told_result(RESULT_RETRY, "rate_limited", NULL);
        result.retry_at = now + DAY / 2;
        result.pause = PAUSE_ALL;
    } else if (status == 402 || text_has_word(
                   "client-forbidden client-not-enrolled", problem)) {
        result = told_result(RESULT_RETRY, "rate_limited", NULL);
        result.retry_at = now + HOUR;
        result.pause = PAUSE_ALL;
    } else if (status == 401 || text_has_word(
               "unsupported-authentication user-suspended", problem)) {
        result = told_result(RESULT_AUTH, "auth_error", NULL);
    } else if (status == 429) {
        result = told_result(RESULT_RETRY, "rate_limited", NULL);
    }
    return result;
}

struct result
x_refusal(const struct oauth_answer *answer, int sent)
{
    struct result result;
    long status = answer->http.status;

    if (answer->renewal.kind != RESULT_READY)
        return answer->renewal;
    if (answer->http.result != HTTP_ANSWERED)
        return told_no_answer("X", &answer->http, sent);
    if (status < 300 || status == 408 || status >= 500)
        result = told_result(sent ? RESULT_UNKNOWN : RESULT_RETRY,
                          "platform_5xx", NULL);
    else
        result = judge(x_problem(answer), status);
    result.words = server_words(answer);
    if (status == 402)
        result.words = "X: the credits of this server's application are used"
                       " up; its operator has to buy more.";
    else if (status < 300 && !x_is_good(answer))
        result.words = "X's answer cannot be read.";
    result.http_status = status;
    if (status == 429 && result.retry_at == 0)
        result.retry_at = wait_until(&answer->http);
    return result;
}

static struct result
prepare(struct job *job)
{
    struct result result = oauth_fresh(x_provider(), job);

    return result.kind == RESULT_READY ? x_media_prepare(job) : result;
}

const struct network x = {
    .name = "twitter",
    .prepare = prepare,
    .send = x_post_send,
    .look_up = x_lookup,
    .connect = x_connect,
    .oauth_begin = x_oauth_begin,
    .oauth_finish = x_oauth_finish,
    .edit = x_edit,
    .remove = x_post_remove,
    .measure = x_measure,
    .parts = &x,
    .id_in_link = x_post_id_in_link,
    .sync = x_sync,
    .refresh = x_refresh,
    .revoke = x_revoke
};
