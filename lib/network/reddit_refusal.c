/* reddit_refusal.c: what Reddit refuses, and how long it makes us wait. */
#include "network/reddit.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

/* The end of the window that the headers tell of; 0: they do not. */
static int64_t
window_end(const struct http_answer *answer)
{
    const char *reset = http_header(answer, "x-ratelimit-reset");
    size_t whole = reset ? strspn(reset, "0123456789") : 0;
    long long seconds;

    if (whole == 0 || (reset[whole] != '\0' && reset[whole] != '.'))
        return 0;
    if (!text_number(memory_copy_bytes(reset, whole), 0, DAY / SECOND - 1,
                     &seconds))
        return clock_now() + DAY;
    return clock_now() + (seconds + 1) * SECOND;
}

/* Remaining is a number with a fraction: 0.0 */
struct result
reddit_allowance(const struct oauth_answer *answer)
{
    const char *left = http_header(&answer->http, "x-ratelimit-remaining");
    size_t zeros = left ? strspn(left, "0") : 0;
    struct result result = told_result(RESULT_READY, NULL, NULL);

    if (zeros == 0 || (left[zeros] != '\0' && left[zeros] != '.'))
        return result;
    result = told_result(RESULT_RETRY, "rate_limited",
        "Reddit lets this server's application ask no more in this window.");
    result.retry_at = window_end(&answer->http);
    return result;
}

/* Reddit says how long its own throttle of an account lasts in a sentence:
   "... for 5 minutes before ..." (milliseconds, seconds or minutes). */
static int64_t
throttle_end(const char *words)
{
    static const struct { const char *unit; int64_t ms; } units[] = {
        { " millisecond", 1 }, { " second", SECOND }, { " minute", MINUTE }
    };
    const char *at = words + strcspn(words, "0123456789");
    size_t i, digits = strspn(at, "0123456789");
    long long number;

    for (i = 0; i < sizeof units / sizeof units[0]; i++)
        if (digits > 0 && text_begins(at + digits, units[i].unit)
            && text_number(memory_copy_bytes(at, digits), 0, 1000000,
                           &number)) {
            int64_t wait = number * units[i].ms + SECOND;

            return clock_now() + (wait < DAY ? wait : DAY);
        }
    return clock_now() + 10 * MINUTE;
}

/* What the code of json.errors means: all are for good but these. */
static struct result
by_code(const char *code, const char *words)
{
    struct result result = told_result(RESULT_REJECTED, "platform_rejected",
                                       NULL);

    if (text_same(code, "RATELIMIT")) {
        result = told_result(RESULT_RETRY, "rate_limited", NULL);
        result.retry_at = throttle_end(words);
    } else if (text_same(code, "QUOTA_FILLED")) {
        result = told_result(RESULT_RETRY, "rate_limited", NULL);
        result.retry_at = clock_now() + HOUR;
    } else if (text_same(code, "USER_REQUIRED")) {
        result = told_result(RESULT_AUTH, "auth_error", NULL);
    } else if (text_same(code, "ALREADY_SUB")) {
        result.category = "duplicate";
    } else if (text_has_word("MISSING_VIDEO_URLS BAD_IMAGE", code)) {
        result.category = "media_error";
    }
    result.words = memory_format("Reddit: %s (%s).",
                                 words[0] ? told_words(words, "") : "refused",
                                 told_words(code, ""));
    return result;
}

static int
lacks_scope(const struct http_answer *answer)
{
    const char *header = http_header(answer, "www-authenticate");

    return header != NULL
           && strstr(header, "error=\"insufficient_scope\"") != NULL;
}

/* A 403 that is no JSON is a firewall's page: nothing is known of the post. */
static struct result
by_status(const struct oauth_answer *answer)
{
    const char *body = reddit_body(answer);
    const char *reason = json_text(body, "$.reason");
    long status = answer->http.status;

    if (status == 401)
        return told_result(RESULT_AUTH, "auth_error",
                           "Reddit does not take the account's token.");
    if (status == 403 && lacks_scope(&answer->http))
        return told_result(RESULT_AUTH, "auth_error",
            "The account did not grant this; connect it again.");
    if (status == 429)
        return told_result(RESULT_RETRY, "rate_limited",
                           "Reddit asks us to wait.");
    if (status == 403 && !http_is_json(&answer->http))
        return told_result(RESULT_RETRY, "platform_rejected",
                           "Reddit turned the request away (403).");
    if (reason == NULL)
        reason = json_text(body, "$.message");
    return told_result(RESULT_REJECTED, "platform_rejected", reason
        ? memory_format("Reddit answered %ld: %s.", status,
                        told_words(reason, ""))
        : memory_format("Reddit answered %ld.", status));
}

struct result
reddit_refusal(const struct oauth_answer *answer, int sent)
{
    const char *code = reddit_code(answer);
    long status = answer->http.status;
    struct result result;

    if (answer->renewal.kind != RESULT_READY)
        return answer->renewal;
    if (answer->http.result != HTTP_ANSWERED)
        return told_no_answer("Reddit", &answer->http, sent);
    if (status < 300 && code[0] != '\0') {
        const char *words = json_text(reddit_body(answer),
                                      "$.json.errors[0][1]");

        result = by_code(code, words ? words : "");
    } else if (status < 300 || status == 408 || status >= 500) {
        result = told_result(sent ? RESULT_UNKNOWN : RESULT_RETRY,
            "platform_5xx", status < 300 ? "Reddit's answer cannot be read."
            : memory_format("Reddit answered %ld.", status));
    } else {
        result = by_status(answer);
    }
    result.http_status = status;
    if (status == 429)
        result.retry_at = window_end(&answer->http);
    if (result.retry_at == 0)
        result.retry_at = http_retry_at(&answer->http);
    return result;
}
