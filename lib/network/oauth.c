/* oauth.c: the browser's way to a network, and codes and tokens over it. */
#include "network/oauth.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/secret.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

/* ------------------------------------------------------------ begin */

static const char *
id_name(const struct oauth_provider *provider)
{
    return provider->id_name ? provider->id_name : "client_id";
}

static void
add_challenge(struct text *query, const char *verifier, int in_hex)
{
    uint8_t hash[HASH_BYTES];
    char hex[HASH_ROOM];
    struct text challenge = { 0 };

    hash_bytes(verifier, strlen(verifier), hash);
    if (in_hex)
        text_add(&challenge, hex_print(hash, sizeof hash, hex));
    else
        base64url_add(&challenge, hash, sizeof hash);
    http_form_add(query, "code_challenge", text_string(&challenge));
    http_form_add(query, "code_challenge_method", "S256");
}

struct oauth_start
oauth_begin(const struct oauth_provider *provider, const char *app,
            const char *redirect_uri, const char *state)
{
    struct oauth_start start = { .app = app, .verifier = "" };
    struct text query = { 0 };

    if (app == NULL) {
        start.fault = memory_format("This server is not set up for %s.",
                                    provider->title);
        return start;
    }
    http_form_add(&query, "response_type", "code");
    http_form_add(&query, id_name(provider), json_text(app, "$.client_id"));
    http_form_add(&query, "redirect_uri", redirect_uri);
    if (provider->scopes != NULL)
        http_form_add(&query, "scope", provider->scopes);
    http_form_add(&query, "state", state);
    if (provider->challenge != OAUTH_PLAIN) {
        start.verifier = token_new(memory_get(TOKEN_ROOM));
        add_challenge(&query, start.verifier,
                      provider->challenge == OAUTH_PKCE_HEX);
    }
    start.authorize_url = memory_format(
        "%s?%s%s%s", provider->authorize_url, text_string(&query),
        provider->more ? "&" : "", provider->more ? provider->more : "");
    return start;
}

/* ------------------------------------------------------------ answers */

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
        return refused(RESULT_REJECTED, "auth_error", memory_format(
            "%s does not take Crier as its application (%s); the"
            " operator looks after client_id and client_secret.", title, said),
            answer);
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

/* ------------------------------------------------------------ asking */

static const char *
basic(const char *id, const char *secret)
{
    const char *pair = memory_format("%s:%s", id, secret);
    struct text header = { 0 };

    text_add(&header, "Authorization: Basic ");
    base64_add(&header, pair, strlen(pair));
    return text_string(&header);
}

/* POST a form to the token endpoint, with the client's name on it. */
static struct oauth_tokens
ask(const struct oauth_provider *provider, const char *app, struct text *form)
{
    const char *id = json_text(app ? app : "{}", "$.client_id");
    const char *secret = json_text(app ? app : "{}", "$.client_secret");
    struct http_answer answer;
    struct http_request request = {
        .method = "POST", .url = provider->token_url,
        .headers = { "Accept: application/json",
                     "Content-Type: application/x-www-form-urlencoded" } };
    int next = 2;

    if (id == NULL)
        return (struct oauth_tokens){ .answer = "{}", .result = {
            .kind = RESULT_REJECTED, .category = "auth_error",
            .words = memory_format("This server is not set up for %s.",
                                   provider->title) } };
    if (secret == NULL)
        secret = "";
    if (provider->client == OAUTH_CLIENT_BASIC && secret[0] != '\0')
        request.headers[next++] = basic(id, secret);
    else
        http_form_add(form, id_name(provider), id);
    if (provider->client == OAUTH_CLIENT_IN_BODY && secret[0] != '\0')
        http_form_add(form, "client_secret", secret);
    request.headers[next] = provider->header;
    request.body = text_string(form);
    request.body_length = form->length;
    answer = http_send(&request);
    return oauth_tokens_in(provider->title, &answer);
}

/* A verifier goes only where a challenge went. */
struct oauth_tokens
oauth_exchange(const struct oauth_provider *provider, const char *app,
               const char *redirect_uri, const char *verifier,
               const char *code)
{
    struct text form = { 0 };

    if (text_ends(code, "#_"))
        code = memory_copy_bytes(code, strlen(code) - 2);
    http_form_add(&form, "grant_type", "authorization_code");
    http_form_add(&form, "code", code);
    http_form_add(&form, "redirect_uri", redirect_uri);
    if (verifier != NULL && verifier[0] != '\0')
        http_form_add(&form, "code_verifier", verifier);
    return ask(provider, app, &form);
}

struct oauth_tokens
oauth_refresh(const struct oauth_provider *provider, const char *app,
              const char *refresh_token)
{
    struct text form = { 0 };
    struct oauth_tokens tokens;

    http_form_add(&form, "grant_type", "refresh_token");
    http_form_add(&form, "refresh_token", refresh_token);
    if (provider->refresh_more != NULL) {
        text_add(&form, "&");
        text_add(&form, provider->refresh_more);
    }
    tokens = ask(provider, app, &form);
    if (tokens.access_token != NULL && tokens.refresh_token == NULL)
        tokens.refresh_token = refresh_token;
    return tokens;
}
