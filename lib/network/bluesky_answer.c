/* bluesky_answer.c: what an XRPC server's answers mean. */
#include "network/bluesky.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/json.h"

#include <string.h>

enum {
    NAME_MOST = 100,            /* bytes of a name */
    MESSAGE_MOST = 300          /* graphemes of a message that are kept */
};

/* Names of `error` that say: this account must be connected again. */
static const char lost_account[] =
    "AuthenticationRequired AuthMissing AuthFactorTokenRequired"
    " AccountTakedown AccountDeactivated AccountNotFound AccountSuspended"
    " ExpiredToken InvalidToken";

int
bluesky_answer_is_good(const struct http_answer *answer)
{
    return answer->result == HTTP_ANSWERED && answer->status == 200
        && http_is_json(answer);
}

static const char *
member(const struct http_answer *answer, const char *path)
{
    const char *text = NULL;

    if (answer->result == HTTP_ANSWERED && http_is_json(answer))
        text = json_text(answer->body.data, path);
    return text ? text : "";
}

const char *
bluesky_answer_error(const struct http_answer *answer)
{
    const char *error = member(answer, "$.error");

    return strlen(error) <= NAME_MOST ? error : "";
}

const char *
bluesky_answer_message(const struct http_answer *answer)
{
    return member(answer, "$.message");
}

int
bluesky_answer_is_stale(const struct http_answer *answer)
{
    return (answer->status == 400 || answer->status == 401)
        && text_has_word("ExpiredToken InvalidToken",
                         bluesky_answer_error(answer));
}

/* Retry-After; after too many calls RateLimit-Reset too (seconds since 1970,
   which every answer of a limited method carries): until when to wait, a day
   at most; 0 where the server does not say. */
static int64_t
wait_until(const struct http_answer *answer)
{
    const char *reset = http_header(answer, "ratelimit-reset");
    int64_t at = http_retry_at(answer), now = clock_now();
    long long seconds;

    if (at != 0 || reset == NULL || answer->status != 429
        || !text_number(reset, now / SECOND, now / SECOND + DAY / SECOND,
                        &seconds))
        return at;
    return seconds * SECOND;
}

/* A server's message is its own sentence, of any length. */
static const char *
words_of(const struct http_answer *answer)
{
    const char *error = bluesky_answer_error(answer);
    const char *message = bluesky_answer_message(answer);
    size_t length = utf8_grapheme_bytes(message, MESSAGE_MOST);

    while (length > 0 && message[length - 1] == '.')
        length--;
    return memory_format("Bluesky answered %ld%s%s%s%.*s.", answer->status,
                         error[0] ? " " : "", error, length ? ": " : "",
                         (int)length, message);
}

static struct result
answered_fault(const struct http_answer *answer)
{
    const char *error = bluesky_answer_error(answer);
    const char *words = words_of(answer);

    if (answer->status == 429 || text_same(error, "RateLimitExceeded"))
        return told_result(RESULT_RETRY, "rate_limited", words);
    if (answer->status == 401 || (error[0] != '\0'
                                  && text_has_word(lost_account, error)))
        return told_result(RESULT_AUTH, "auth_error", words);
    if (answer->status >= 500 || answer->status == 408
        || answer->status == 200)
        return told_result(RESULT_RETRY, "platform_5xx", words);
    if (answer->status == 413)
        return told_result(RESULT_REJECTED, "media_error", words);
    return told_result(RESULT_REJECTED, "platform_rejected", words);
}

struct result
bluesky_answer_fault(const struct http_answer *answer)
{
    struct result result;

    if (answer->result == HTTP_ANSWERED)
        result = answered_fault(answer);
    else
        result = told_result(
            answer->result == HTTP_REFUSED ? RESULT_REJECTED : RESULT_RETRY,
            "network_error",
            memory_format("Bluesky was not reached: %s.", answer->words));
    result.http_status = answer->status;
    result.retry_at = wait_until(answer);
    return result;
}
