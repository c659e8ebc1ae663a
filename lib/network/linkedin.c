/* linkedin.c: the driver for LinkedIn: asking its API, and what it refuses. */
#include "network/linkedin.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

const char *
linkedin_url(const char *path)
{
    return memory_format("%s%s", config_api_url("linkedin",
        "https://api.linkedin.com"), path);
}

const char *
linkedin_path(const char *path, const char *urn, const char *rest)
{
    struct text made = { 0 };

    text_add(&made, path);
    text_add_url_part(&made, urn);
    text_add(&made, rest);
    return text_string(&made);
}

/* A version lives for about twelve months; then every call is answered 426. */
static const char *
version(void)
{
    return config_word("api_version", "linkedin", "202607");
}

void
linkedin_headers(const char **headers)
{
    headers[0] = memory_format("Linkedin-Version: %s", version());
    headers[1] = "X-Restli-Protocol-Version: 2.0.0";
    headers[2] = "Content-Type: application/json";
}

struct oauth_answer
linkedin_call(struct job *job, const char *method, const char *path,
              const char *rest_method, const char *body)
{
    struct http_request request = {
        .method = method, .url = linkedin_url(path), .body = body,
        .body_length = body ? strlen(body) : 0
    };

    linkedin_headers(request.headers);
    if (rest_method != NULL)
        request.headers[3] = memory_format("X-RestLi-Method: %s",
                                           rest_method);
    return oauth_call(linkedin_provider(), job, &request);
}

int
linkedin_is_done(const struct oauth_answer *answer)
{
    return answer->http.result == HTTP_ANSWERED && answer->http.status >= 200
           && answer->http.status < 300;
}

int
linkedin_is_good(const struct oauth_answer *answer)
{
    return linkedin_is_done(answer) && http_is_json(&answer->http);
}

int
linkedin_is_forbidden(const struct oauth_answer *answer)
{
    return answer->http.result == HTTP_ANSWERED && answer->http.status == 403;
}

static const char *
body_of(const struct oauth_answer *answer)
{
    return http_is_json(&answer->http) ? text_string(&answer->http.body)
                                       : "{}";
}

const char *
linkedin_code(const struct oauth_answer *answer)
{
    const char *body = body_of(answer);
    const char *code = json_text(body, "$.errorDetails.inputErrors[0].code");

    if (code == NULL)
        code = json_text(body, "$.code");
    return code ? code : "";
}

void
linkedin_keep(struct job *job, const char *changes)
{
    const char *resume;

    value_set_text("linkedin_resume", job->resume);
    value_set_text("linkedin_changes", changes);
    resume = json_make("json_patch(:linkedin_resume, :linkedin_changes)");
    job->save_resume(job, resume);
    job->resume = resume;
}

int
linkedin_is_page(const struct job *job)
{
    return text_begins(linkedin_author(job), "urn:li:organization:");
}

/* A bare id is a member's, or of digits alone a page's. */
const char *
linkedin_author(const struct job *job)
{
    const char *id = job->remote_account;

    if (text_begins(id, "urn:li:"))
        return id;
    return memory_format("urn:li:%s:%s", id[strspn(id, "0123456789")] == '\0'
                         ? "organization" : "person", id);
}

/* ------------------------------------------------------------ refusals */

/* What a code, or else a status, means. */
static struct result
judge(const char *code, long status)
{
    static const struct {
        const char *code;
        enum result_kind kind;
        const char *category;
    } codes[] = {
        { "MEDIA_ASSET_WAITING_UPLOAD", RESULT_RETRY, "media_processing" },
        { "MEDIA_ASSET_PROCESSING_FAILED", RESULT_REJECTED, "media_error" },
        { "EXPIRED_UPLOAD_URL", RESULT_RETRY, "media_error" },
        { "DUPLICATE_POST", RESULT_REJECTED, "duplicate" },
    };
    size_t i;

    for (i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (text_same(codes[i].code, code))
            return told_result(codes[i].kind, codes[i].category, NULL);
    if (status == 401 || status == 403)
        return told_result(RESULT_AUTH, "auth_error", NULL);
    if (status == 429)
        return told_result(RESULT_RETRY, "rate_limited", NULL);
    if (status == 409 || status == 426)
        return told_result(RESULT_RETRY, "platform_rejected", NULL);
    if (status == 413 || status == 415)
        return told_result(RESULT_REJECTED, "media_error", NULL);
    return told_result(RESULT_REJECTED, "platform_rejected", NULL);
}

static const char *
words_of(const struct oauth_answer *answer)
{
    const char *body = body_of(answer);
    const char *said = json_text(
        body, "$.errorDetails.inputErrors[0].description");

    if (answer->http.status == 426)
        return memory_format("LinkedIn no longer serves version %s of its"
            " API: this server's operator sets api_version.linkedin.",
            version());
    if (said == NULL)
        said = json_text(body, "$.message");
    if (said == NULL || said[0] == '\0')
        return memory_format("LinkedIn answered %ld.", answer->http.status);
    return memory_format("LinkedIn answered %ld: %s.", answer->http.status,
                         told_words(said, ""));
}

struct result
linkedin_refusal(const struct oauth_answer *answer, int sent)
{
    long status = answer->http.status;
    struct result result;

    if (answer->renewal.kind != RESULT_READY)
        return answer->renewal;
    if (answer->http.result != HTTP_ANSWERED)
        return told_no_answer("LinkedIn", &answer->http, sent);
    if (status < 300 || status == 408 || status >= 500)
        result = told_result(sent ? RESULT_UNKNOWN : RESULT_RETRY,
                             "platform_5xx", NULL);
    else
        result = judge(linkedin_code(answer), status);
    result.words = status < 300 ? "LinkedIn's answer cannot be read."
                                : words_of(answer);
    result.http_status = status;
    result.retry_at = http_retry_at(&answer->http);
    if (status == 426) {        /* no account is to blame, every call fails */
        result.retry_at = clock_now() + HOUR;
        result.pause = PAUSE_ALL;
    }
    return result;
}

/* Quotas begin anew at midnight UTC, and LinkedIn does not say which of them
   is used up. */
struct result
linkedin_paced(struct job *job, struct result result)
{
    static const int minutes[] = { 1, 5, 30 };
    int64_t now = clock_now(), times;

    if (!text_same(result.category, "rate_limited") || result.retry_at != 0)
        return result;
    times = json_integer(job->resume, "$.limits", 0);
    result.retry_at = times < 3 ? now + minutes[times] * (int64_t)MINUTE
                                : (now / DAY + 1) * DAY;
    value_set_integer("linkedin_times", times + 1);
    linkedin_keep(job, json_make("json_object('limits', :linkedin_times)"));
    return result;
}

static struct result
prepare(struct job *job)
{
    struct result result = oauth_fresh(linkedin_provider(), job);

    if (result.kind != RESULT_READY)
        return result;
    if (linkedin_is_page(job) && text_same("CONNECTIONS", json_text(
            job->settings, "$.visibility")))
        return told_result(RESULT_REJECTED, "platform_rejected",
                           "A page has no connections to post to.");
    result = linkedin_media_prepare(job);
    if (result.kind == RESULT_READY && job->media_count == 0)
        result = linkedin_card_prepare(job);
    return linkedin_paced(job, result);
}

const struct network linkedin = {
    .name = "linkedin",
    .prepare = prepare,
    .send = linkedin_post_send,
    .look_up = linkedin_lookup,
    .connect = linkedin_connect,
    .oauth_begin = linkedin_oauth_begin,
    .oauth_finish = linkedin_oauth_finish,
    .edit = linkedin_edit,
    .remove = linkedin_remove,
    .measure = linkedin_measure,
    .id_in_link = linkedin_id_in_link,
    .parts = &linkedin_comment,
    .sync = linkedin_sync,
    .refresh = linkedin_refresh,
    .revoke = linkedin_revoke
};
