/* tiktok.c: the driver for TikTok: asking its API, and what it refuses. */
#include "network/tiktok.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

const char *
tiktok_url(const char *path)
{
    return memory_format("%s%s", config_api_url("tiktok",
        "https://open.tiktokapis.com"), path);
}

struct oauth_answer
tiktok_ask(struct job *job, const char *path, const char *body)
{
    struct http_request request = {
        .method = "POST", .url = tiktok_url(path),
        .headers = { TIKTOK_JSON },
        .body = body, .body_length = strlen(body)
    };

    return oauth_call(tiktok_provider(), job, &request);
}

static const char *
body_of(const struct http_answer *answer)
{
    return http_is_json(answer) ? text_string(&answer->body) : "{}";
}

int
tiktok_is_good(const struct http_answer *answer)
{
    return answer->result == HTTP_ANSWERED && answer->status == 200
           && text_same(json_text(body_of(answer), "$.error.code"), "ok");
}

void
tiktok_keep(struct job *job, const char *changes)
{
    const char *resume;

    value_set_text("tiktok_resume", job->resume);
    value_set_text("tiktok_changes", changes);
    resume = json_make("json_patch(:tiktok_resume, :tiktok_changes)");
    job->save_resume(job, resume);
    job->resume = resume;
}

int
tiktok_is_video(const struct job *job)
{
    return job->media_count > 0
           && text_begins(job->media[0].type, "video/");
}

const char *
tiktok_task(const struct job *job)
{
    return json_text(job->resume, "$.publish.id");
}

int
tiktok_may(const struct job *job, const char *scope)
{
    struct oauth_tokens told = { .scope = json_text(job->credentials,
                                                    "$.scope") };

    return oauth_has_scopes(&told, scope);
}

/* ------------------------------------------------------------ refusals */

/* A creator may post about 15 times in 24 hours by all applications, and an
   application for so many creators: it is tried again half a day later. */
struct result
tiktok_code(const char *code)
{
    struct result result = told_result(RESULT_REJECTED, "platform_rejected",
                                       NULL);

    if (text_has_word("access_token_invalid scope_not_authorized"
                      " scope_permission_missed auth_removed"
                      " token_not_authorized_for_specified_publish_id", code))
        return told_result(RESULT_AUTH, "auth_error", NULL);
    if (text_has_word("internal internal_error video_pull_failed"
                      " photo_pull_failed", code))
        return told_result(RESULT_RETRY, "platform_5xx", NULL);
    if (text_has_word("file_format_check_failed duration_check_failed"
                      " frame_rate_check_failed picture_size_check_failed",
                      code))
        result.category = "media_error";
    if (text_has_word("rate_limit_exceeded spam_risk_too_many_posts"
                      " spam_risk_too_many_pending_share"
                      " reached_active_user_cap", code)) {
        result = told_result(RESULT_RETRY, "rate_limited", NULL);
        result.retry_at = clock_now() + (text_same(code, "rate_limit_exceeded")
                                         ? MINUTE : DAY / 2);
    }
    return result;
}

static struct result
judge(long status, const char *code, int sent)
{
    if (status >= 500 || status == 408 || text_same(code, "internal_error")
        || (status < 300 && (code[0] == '\0' || text_same(code, "ok"))))
        return told_result(sent ? RESULT_UNKNOWN : RESULT_RETRY,
                           "platform_5xx", NULL);
    if (status == 401)
        return told_result(RESULT_AUTH, "auth_error", NULL);
    return tiktok_code(status == 429 ? "rate_limit_exceeded" : code);
}

struct result
tiktok_refusal(const struct oauth_answer *answer, int sent)
{
    const struct http_answer *http = &answer->http;
    const char *body = body_of(http);
    const char *code = json_text(body, "$.error.code");
    const char *said = json_text(body, "$.error.message");
    struct result result;

    if (answer->renewal.kind != RESULT_READY)
        return answer->renewal;
    if (http->result != HTTP_ANSWERED)
        return told_no_answer("TikTok", http, sent);
    code = code ? code : "";
    result = judge(http->status, code, sent);
    result.http_status = http->status;
    if (http_retry_at(http) > result.retry_at)
        result.retry_at = http_retry_at(http);
    if (code[0] == '\0' || text_same(code, "ok"))
        result.words = http->status < 300
            ? "TikTok's answer cannot be read."
            : memory_format("TikTok answered %ld.", http->status);
    else
        result.words = memory_format("TikTok answered %s: %s.",
                                     told_words(code, ""),
                                     told_words(said, ""));
    return result;
}

/* ------------------------------------------------------------ the steps */

static struct result
prepare(struct job *job)
{
    struct result result = oauth_fresh(tiktok_provider(), job);

    if (result.kind != RESULT_READY)
        return result;
    return tiktok_is_video(job) ? tiktok_video_prepare(job)
                                : tiktok_creator(job);
}

/* Photos are fetched from this server: the one call begins the post. */
static struct result
send(struct job *job)
{
    struct oauth_answer answer;
    const char *task;

    if (tiktok_is_video(job))
        return tiktok_video_send(job);
    answer = tiktok_ask(job, "/v2/post/publish/content/init/",
                        tiktok_photo_init(job));
    task = tiktok_is_good(&answer.http)
        ? told_id(text_string(&answer.http.body), "$.data.publish_id")
        : NULL;
    if (task == NULL)
        return tiktok_refusal(&answer, 1);
    value_set_text("tiktok_task", task);
    tiktok_keep(job, json_make("json_object('publish', json_object('id',"
                               " :tiktok_task))"));
    return tiktok_busy();
}

const struct network tiktok = {
    .name = "tiktok",
    .prepare = prepare,
    .send = send,
    .look_up = tiktok_look_up,
    .oauth_begin = tiktok_oauth_begin,
    .oauth_finish = tiktok_oauth_finish,
    .measure = tiktok_measure,
    .sync = tiktok_sync,
    .refresh = tiktok_refresh,
    .revoke = tiktok_revoke
};
