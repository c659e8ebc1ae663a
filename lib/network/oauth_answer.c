/* oauth_answer.c: what a token endpoint's answers mean. */
#include "network/oauth.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

static struct result
refused(enum result_kind kind, const char *category, const char *words,
        const struct http_answer *answer)
{
    return (struct result){ .kind = kind, .category = category,
                            .words = words, .http_status = answer->status };
}

/* An error code as RFC 6749 has them; else NULL. The description beside it
   may quote what was sent. */
static const char *
code_in(const char *body)
{
    const char *code = json_text(body, "$.error");
    size_t length = code ? strspn(code, "abcdefghijklmnopqrstuvwxyz_") : 0;

    return length > 0 && length <= 40 && code[length] == '\0' ? code : NULL;
}

/* What a refusal means: by its code, else by its status. Networks say that a
   grant is spent by invalid_grant, X by invalid_request; Reddit answers a
   wrong client with a 401 that has no code, and a firewall with a 403. */
static enum result_kind
kind_of(const char *code, long status)
{
    static const struct { const char *code; enum result_kind kind; } kinds[] = {
        { "server_error", RESULT_RETRY },
        { "temporarily_unavailable", RESULT_RETRY },
        { "invalid_client", RESULT_REJECTED },
        { "unauthorized_client", RESULT_REJECTED },
        { "unsupported_grant_type", RESULT_REJECTED },
        { "invalid_scope", RESULT_REJECTED },
    };
    size_t i;

    for (i = 0; code != NULL && i < sizeof kinds / sizeof kinds[0]; i++)
        if (text_same(kinds[i].code, code))
            return kinds[i].kind;
    if (status >= 500)
        return RESULT_RETRY;
    if (code != NULL || status == 400)
        return RESULT_AUTH;
    return status == 401 || status == 403 ? RESULT_REJECTED : RESULT_RETRY;
}

/* What an answer without a token says. */
static struct result
refusal(const char *title, const struct http_answer *answer, const char *body)
{
    const char *code = code_in(body);
    const char *said = code ? code : memory_format("status %ld",
                                                   answer->status);
    struct result result;

    if (answer->status == 429) {
        result = refused(RESULT_RETRY, "rate_limited", memory_format(
            "%s asks us to wait before it gives tokens.", title), answer);
        result.retry_at = http_retry_at(answer);
        return result;
    }
    switch (kind_of(code, answer->status)) {
    case RESULT_AUTH:
        return refused(RESULT_AUTH, "auth_error", memory_format(
            "%s gave no access (%s).", title, said), answer);
    case RESULT_REJECTED:
        result = refused(RESULT_REJECTED, "auth_error", memory_format(
            "%s does not take Crier as its application (%s); the"
            " operator looks after client_id and client_secret.", title, said),
            answer);
        if (code ? text_has_word("invalid_client unauthorized_client", code)
                 : answer->status == 401)
            result.pause = PAUSE_ALL;
        return result;
    default:
        return refused(RESULT_RETRY, "platform_5xx", memory_format(
            "%s gave no token (%s).", title, said), answer);
    }
}

static int64_t
moment(const char *body, const char *path)
{
    int64_t seconds = json_integer(body, path, 0);

    if (seconds <= 0 || seconds > INT32_MAX)
        return 0;
    return clock_now() + seconds * SECOND;
}

struct oauth_tokens
oauth_tokens_in(const char *title, const struct http_answer *answer)
{
    struct oauth_tokens tokens = { .answer = "{}" };

    if (answer->result != HTTP_ANSWERED) {
        int unsent = answer->result == HTTP_NOT_SENT
                     || answer->result == HTTP_REFUSED;

        tokens.result = refused(unsent ? RESULT_RETRY : RESULT_UNKNOWN,
            "network_error", memory_format("%s could not be asked: %s.",
            title, answer->words), answer);
        return tokens;
    }
    if (http_is_json(answer))
        tokens.answer = text_string(&answer->body);
    if (answer->status == 200)
        tokens.access_token = json_text(tokens.answer, "$.access_token");
    if (tokens.access_token == NULL || tokens.access_token[0] == '\0') {
        tokens.access_token = NULL;
        tokens.result = refusal(title, answer, tokens.answer);
        return tokens;
    }
    tokens.refresh_token = json_text(tokens.answer, "$.refresh_token");
    tokens.scope = json_text(tokens.answer, "$.scope");
    tokens.expires_at = moment(tokens.answer, "$.expires_in");
    tokens.refresh_expires_at = moment(tokens.answer, "$.refresh_expires_in");
    if (tokens.refresh_expires_at == 0)
        tokens.refresh_expires_at =
            moment(tokens.answer, "$.refresh_token_expires_in");
    tokens.result.kind = RESULT_READY;
    tokens.result.http_status = answer->status;
    return tokens;
}
