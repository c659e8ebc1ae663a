/* youtube.c: the driver for YouTube: asking its API, and what it refuses. */
#include "network/youtube.h"
#include "core/config.h"
#include "core/day_quota.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

const char *
youtube_url(const char *path)
{
    return memory_format("%s%s", config_api_url("youtube",
        "https://www.googleapis.com"), path);
}

int
youtube_is_googles(const char *url)
{
    static const char https[] = "https://";
    size_t length;

    if (text_begins(url, youtube_url("/")))
        return 1;
    if (!text_begins(url, https) || !text_is_link(url))
        return 0;
    url += strlen(https);
    length = strcspn(url, "/?#");
    return strcspn(url, "@:\\") > length
           && text_ends(memory_copy_bytes(url, length), ".googleapis.com");
}

struct oauth_answer
youtube_ask(struct job *job, struct http_request *request,
            enum day_kind kind, int amount)
{
    struct oauth_answer answer = { .renewal = { .kind = RESULT_READY } };

    if (job->spend != NULL)
        answer.renewal = job->spend(job, kind, amount);
    return answer.renewal.kind == RESULT_READY
           ? oauth_call(youtube_provider(), job, request) : answer;
}

struct oauth_answer
youtube_call(struct job *job, const char *method, const char *path,
             const char *body)
{
    struct http_request request = {
        .method = method, .url = youtube_url(path), .body = body,
        .body_length = body ? strlen(body) : 0
    };

    if (body != NULL)
        request.headers[0] = "Content-Type: application/json; charset=UTF-8";
    return youtube_ask(job, &request, DAY_UNITS,
                       text_same(method, "GET") ? 1 : 50);
}

int
youtube_is_good(const struct oauth_answer *answer)
{
    return answer->http.result == HTTP_ANSWERED
           && (answer->http.status == 200 || answer->http.status == 201)
           && http_is_json(&answer->http);
}

const char *
youtube_setting(const struct job *job, const char *path)
{
    const char *value = json_raw(job->settings, path);

    if (value == NULL || text_same(value, "null"))
        value = json_raw(job->account_settings, path);
    return value;
}

/* ------------------------------------------------------------ refusals */

enum again { AT_ONCE, NEXT_DAY, NEXT_HOUR, HOURS };

static const struct reason {
    const char *reason;
    enum result_kind kind;
    const char *category;
    enum again again;
    enum result_pause pause;
} reasons[] = {
    /* The application's quota of a day, which ends at midnight there. */
    { "quotaExceeded", RESULT_RETRY, "rate_limited", NEXT_DAY, PAUSE_THIS },
    { "dailyLimitExceeded", RESULT_RETRY, "rate_limited", NEXT_DAY,
      PAUSE_THIS },

    /* The channel's own, of about a day; when it ends is not told. */
    { "uploadLimitExceeded", RESULT_RETRY, "rate_limited", HOURS, 0 },

    { "rateLimitExceeded", RESULT_RETRY, "rate_limited", AT_ONCE, 0 },
    { "userRateLimitExceeded", RESULT_RETRY, "rate_limited", AT_ONCE, 0 },
    { "uploadRateLimitExceeded", RESULT_RETRY, "rate_limited", AT_ONCE, 0 },

    { "authError", RESULT_AUTH, "auth_error", AT_ONCE, 0 },
    { "authorizationRequired", RESULT_AUTH, "auth_error", AT_ONCE, 0 },
    { "insufficientPermissions", RESULT_AUTH, "auth_error", AT_ONCE, 0 },
    { "youtubeSignupRequired", RESULT_AUTH, "auth_error", AT_ONCE, 0 },

    /* Its operator has not enabled the API for the application. */
    { "accessNotConfigured", RESULT_RETRY, "platform_rejected", NEXT_HOUR,
      PAUSE_ALL },

    { "mediaBodyRequired", RESULT_REJECTED, "media_error", AT_ONCE, 0 },
    { "invalidFilename", RESULT_REJECTED, "media_error", AT_ONCE, 0 },
    { NULL, RESULT_REJECTED, "platform_rejected", AT_ONCE, 0 }
};

static const struct reason *
reason_of(const char *code, long status)
{
    static const struct reason limited = { NULL, RESULT_RETRY,
                                           "rate_limited", AT_ONCE, 0 };
    static const struct reason unknown = { NULL, RESULT_AUTH, "auth_error",
                                           AT_ONCE, 0 };
    const struct reason *reason = reasons;

    while (reason->reason != NULL && !text_same(reason->reason, code))
        reason++;
    if (reason->reason == NULL && status == 429)
        return &limited;
    return reason->reason == NULL && status == 401 ? &unknown : reason;
}

static int64_t
retry_at(const struct http_answer *answer, enum again again)
{
    int64_t now = clock_now();

    switch (again) {
    case NEXT_DAY:
        return day_quota_ends(catalogue_find("youtube"), now);
    case NEXT_HOUR:
        return now + HOUR;
    case HOURS:
        return now + 8 * (int64_t)HOUR;
    default:
        return http_retry_at(answer);
    }
}

static const char *
words_of(const struct http_answer *answer, const char *code)
{
    const char *said = http_is_json(answer) ? json_text(
        text_string(&answer->body), "$.error.message") : NULL;

    if (text_same(code, "accessNotConfigured"))
        return "The YouTube Data API is not enabled for this server's"
               " application: its operator enables it at Google.";
    if (said == NULL || said[0] == '\0')
        return memory_format("YouTube answered %ld.", answer->status);
    return memory_format("YouTube answered %ld: %s.", answer->status,
                         told_words(said, ""));
}

struct result
youtube_refusal(const struct oauth_answer *answer, int sent)
{
    const struct http_answer *http = &answer->http;
    const struct reason *reason;
    struct result result;
    const char *code = NULL;

    if (answer->renewal.kind != RESULT_READY)
        return answer->renewal;
    if (http->result != HTTP_ANSWERED)
        return told_no_answer("YouTube", http, sent);
    if (http_is_json(http))
        code = json_text(text_string(&http->body), "$.error.errors[0].reason");
    if (http->status < 400 || http->status == 408 || http->status >= 500) {
        result = told_result(sent ? RESULT_UNKNOWN : RESULT_RETRY,
                             "platform_5xx", words_of(http, code));
        if (http->status < 400)
            result.words = "YouTube's answer cannot be read.";
        result.retry_at = http_retry_at(http);
    } else {
        reason = reason_of(code, http->status);
        result = told_result(reason->kind, reason->category,
                             words_of(http, code));
        result.retry_at = retry_at(http, reason->again);
        result.pause = reason->pause;
    }
    result.http_status = http->status;
    return result;
}

const struct network youtube = {
    .name = "youtube",
    .prepare = youtube_prepare,
    .send = youtube_send,
    .look_up = youtube_look_up,
    .oauth_begin = youtube_oauth_begin,
    .oauth_finish = youtube_oauth_finish,
    .edit = youtube_edit,
    .remove = youtube_remove,
    .measure = youtube_measure,
    .id_in_link = youtube_id_in_link,
    .parts = &youtube_comment,
    .sync = youtube_sync,
    .refresh = youtube_refresh,
    .revoke = youtube_revoke
};
