/* graph.c: calls to Meta's Graph APIs, and what their refusals mean. */
#include "network/graph.h"
#include "network/told.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/secret.h"
#include "data/json.h"

#include <limits.h>
#include <string.h>

enum {
    WAIT_UNTOLD = 15 * MINUTE, WAIT_BLOCKED = 6 * HOUR,
    APPLICATION_LIMIT = 4,      /* the code of the whole application's */
    SESSION_DEAD = 102, TOKEN_DEAD = 190,       /* codes of a dead token */
    SERVER_ERROR = 2207082,     /* a subcode of no code that is known */
    ANY_FIRST = -1000, ANY_LAST = INT_MAX
};

const char *
graph_version(const char *network)
{
    return config_word("api_version", network, "v25.0");
}

struct http_answer
graph_get(const char *url, const char *token)
{
    return http_send(&(struct http_request){
        .url = url, .bearer = token,
        .headers = { "Accept: application/json" } });
}

struct http_answer
graph_post(const char *url, const char *token, const struct text *form)
{
    return http_send(&(struct http_request){
        .method = "POST", .url = url, .bearer = token,
        .headers = { "Accept: application/json",
                     "Content-Type: application/x-www-form-urlencoded" },
        .body = text_string(form), .body_length = form->length });
}

struct http_answer
graph_delete(const char *url, const char *token)
{
    return http_send(&(struct http_request){
        .method = "DELETE", .url = url, .bearer = token,
        .headers = { "Accept: application/json" } });
}

const char *
graph_proven(const char *url, const char *secret, const char *token)
{
    char room[HASH_ROOM];

    if (secret == NULL || secret[0] == '\0')
        return url;
    return memory_format("%s%sappsecret_proof=%s", url,
        strchr(url, '?') ? "&" : "?",
        hmac_hex(secret, strlen(secret), token, strlen(token), room));
}

static const char *
body_of(const struct http_answer *answer)
{
    return http_is_json(answer) ? text_string(&answer->body) : "{}";
}

int
graph_is_good(const struct http_answer *answer)
{
    return answer->result == HTTP_ANSWERED && answer->status == 200
           && http_is_json(answer)
           && json_raw(text_string(&answer->body), "$.error") == NULL;
}

int64_t
graph_code(const struct http_answer *answer)
{
    return json_integer(body_of(answer), "$.error.code", 0);
}

int64_t
graph_subcode(const struct http_answer *answer)
{
    return json_integer(body_of(answer), "$.error.error_subcode", 0);
}

int
graph_is_forbidden(const struct http_answer *answer)
{
    int64_t code = graph_code(answer);

    return answer->result == HTTP_ANSWERED
           && (code == 3 || code == 10 || (code >= 200 && code <= 299));
}

int
graph_is_absent(const struct http_answer *answer)
{
    return graph_code(answer) == 100 && graph_subcode(answer) == 33;
}

/* ------------------------------------------------------------ refusals */

/* By code and subcode; a subcode of 0 is any. The first that fits counts. */
static const struct {
    int first, last;            /* codes */
    int subcode;
    enum result_kind kind;
    const char *category;
} codes[] = {
    { 368, 368, 1404082, RESULT_REJECTED, "duplicate" },
    { 506, 506, 0, RESULT_REJECTED, "duplicate" },
    { 1366051, 1366051, 0, RESULT_REJECTED, "duplicate" },
    { 368, 368, 4854002, RESULT_AUTH, "auth_error" },
    { 1404078, 1404078, 0, RESULT_AUTH, "auth_error" },
    { 1404006, 1404006, 0, RESULT_AUTH, "auth_error" },
    { 1404112, 1404112, 0, RESULT_AUTH, "auth_error" },
    { 368, 368, 0, RESULT_RETRY, "rate_limited" },
    { 25, 25, 2207050, RESULT_AUTH, "auth_error" },
    { 4, 4, 2207051, RESULT_REJECTED, "platform_rejected" },
    { 9, 9, 2207042, RESULT_RETRY, "rate_limited" },
    { 4, 4, 0, RESULT_RETRY, "rate_limited" },
    { 17, 17, 0, RESULT_RETRY, "rate_limited" },
    { 32, 32, 0, RESULT_RETRY, "rate_limited" },
    { 341, 341, 0, RESULT_RETRY, "rate_limited" },
    { 613, 613, 0, RESULT_RETRY, "rate_limited" },
    { 80001, 80002, 0, RESULT_RETRY, "rate_limited" },

    /* Trouble with a link or an upload that may pass. */
    { 1609010, 1609010, 0, RESULT_RETRY, "platform_rejected" },
    { 1363047, 1363047, 0, RESULT_RETRY, "platform_rejected" },
    { 390, 390, 0, RESULT_RETRY, "media_error" },
    { 6000, 6000, 0, RESULT_RETRY, "media_error" },
    { 1, 1, 2207057, RESULT_REJECTED, "platform_rejected" },
    { 102, 102, 0, RESULT_AUTH, "auth_error" },
    { 190, 190, 0, RESULT_AUTH, "auth_error" },
    { 3, 3, 0, RESULT_AUTH, "auth_error" },
    { 10, 10, 0, RESULT_AUTH, "auth_error" },
    { 200, 299, 0, RESULT_AUTH, "auth_error" },
    { 9007, 9007, 2207027, RESULT_RETRY, "media_processing" },
    { 24, 24, 0, RESULT_RETRY, "media_processing" },
    { 9004, 9004, 2207052, RESULT_RETRY, "media_error" },
    { -2, -2, 2207003, RESULT_RETRY, "media_error" },
    { ANY_FIRST, ANY_LAST, 2207077, RESULT_RETRY, "media_error" },
    { -2, -2, 2207020, RESULT_RETRY, "media_processing" },
    { 36000, 36003, 0, RESULT_REJECTED, "media_error" },
    { 352, 352, 0, RESULT_REJECTED, "media_error" },
    { 324, 324, 0, RESULT_REJECTED, "media_error" },
    { 1366046, 1366046, 0, RESULT_REJECTED, "media_error" },
    { 2069019, 2069019, 0, RESULT_REJECTED, "media_error" },
    { 1363022, 1363024, 0, RESULT_REJECTED, "media_error" },
    { 1363026, 1363026, 0, RESULT_REJECTED, "media_error" },
    { 1363019, 1363019, 0, RESULT_RETRY, "media_error" },
    { 1363030, 1363030, 0, RESULT_RETRY, "media_error" },
    { 1363037, 1363037, 0, RESULT_RETRY, "media_error" },
};

/* Meta's own word that the call may or may not have worked; so are a 5xx and
   an answer that is no JSON, and the server errors 1, 2 and -1. */
static int
is_transient(const struct http_answer *answer)
{
    int64_t code = graph_code(answer);

    return answer->status >= 500 || answer->status == 408
           || !http_is_json(answer) || code == 1 || code == 2 || code == -1
           || graph_subcode(answer) == SERVER_ERROR
           || json_is_true(body_of(answer), "$.error.is_transient");
}

/* Minutes, in a header's JSON: {"ID": [{..., "estimated_time_to_regain_access":
   18}]}. */
static int64_t
regain_at(const struct http_answer *answer)
{
    const char *usage = http_header(answer, "x-business-use-case-usage");
    struct json_member *ids, *uses;
    int64_t most = 0;
    int i, j, count;

    if (usage == NULL || json_fault(usage, strlen(usage)) != NULL)
        return 0;
    count = json_members(usage, "$", &ids);
    for (i = 0; i < count; i++) {
        int used = json_members(ids[i].json, "$", &uses);

        for (j = 0; j < used; j++) {
            int64_t minutes = json_integer(uses[j].json,
                "$.estimated_time_to_regain_access", 0);

            most = minutes > most ? minutes : most;
        }
    }
    if (most <= 0)
        return 0;
    return clock_now() + (most > 24 * 60 ? DAY : most * MINUTE);
}

static int64_t
wait_until(const struct http_answer *answer)
{
    int64_t at = regain_at(answer);

    if (at == 0)
        at = http_retry_at(answer);
    if (at != 0)
        return at;
    return clock_now() + (graph_code(answer) == 368 ? WAIT_BLOCKED
                                                    : WAIT_UNTOLD);
}

static struct result
classified(const struct http_answer *answer, int sent)
{
    int64_t code = graph_code(answer), subcode = graph_subcode(answer);
    size_t i;

    for (i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (code >= codes[i].first && code <= codes[i].last
            && (codes[i].subcode == 0 || codes[i].subcode == subcode))
            return told_result(codes[i].kind, codes[i].category, NULL);
    if (is_transient(answer) || (code == 0 && answer->status < 300))
        return told_result(sent ? RESULT_UNKNOWN : RESULT_RETRY,
                           "platform_5xx", NULL);
    return told_result(RESULT_REJECTED, "platform_rejected", NULL);
}

struct result
graph_refusal(const char *title, const struct http_answer *answer, int sent)
{
    const char *body = body_of(answer), *said;
    struct result result;

    if (answer->result != HTTP_ANSWERED)
        return told_no_answer(title, answer, sent);
    result = classified(answer, sent);
    said = json_text(body, "$.error.error_user_msg");
    if (said == NULL || said[0] == '\0')
        said = json_text(body, "$.error.message");
    if (said == NULL)
        result.words = memory_format("%s answered %ld.", title,
                                     answer->status);
    else
        result.words = memory_format("%s refused (%lld): %s.", title,
            (long long)graph_code(answer), told_words(said, ""));
    result.http_status = answer->status;
    if (text_same(result.category, "rate_limited"))
        result.retry_at = wait_until(answer);
    if (result.kind == RESULT_RETRY && graph_code(answer) == APPLICATION_LIMIT)
        result.pause = PAUSE_ALL;
    return result;
}

struct result
graph_spare(const char *title, const struct http_answer *answer,
            const char *right)
{
    struct result result = graph_refusal(title, answer, 0);
    int64_t code = graph_code(answer);

    if (result.kind == RESULT_AUTH && code != TOKEN_DEAD
        && code != SESSION_DEAD)
        result.kind = RESULT_REJECTED;
    if (right != NULL && graph_is_forbidden(answer))
        result.words = memory_format("%s did not give the right %s: connect"
            " the account again and allow it.", title, right);
    return result;
}

/* ------------------------------------------------------------ values */

int64_t
graph_time(const char *time)
{
    size_t length = time ? strlen(time) : 0;
    int64_t at;

    if (length > 5 && strchr("+-", time[length - 5]) != NULL)
        time = memory_format("%.*s:%s", (int)(length - 2), time,
                             time + length - 2);
    return time && clock_read(time, NULL, &at) == CLOCK_OK ? at : 0;
}
