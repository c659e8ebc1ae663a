/* oauth.c: the browser's way to a network, and codes and tokens over it.
   oauth_answer.c reads what comes back. */
#include "network/oauth.h"
#include "base/base64.h"
#include "base/memory.h"
#include "base/secret.h"
#include "data/json.h"

#include <string.h>

/* ------------------------------------------------------------ begin */

static const char *
id_name(const struct oauth_provider *provider)
{
    return provider->id_name ? provider->id_name : "client_id";
}

const char *
oauth_challenge(const char *verifier, int in_hex)
{
    uint8_t hash[HASH_BYTES];
    char hex[HASH_ROOM];
    struct text challenge = { 0 };

    hash_bytes(verifier, strlen(verifier), hash);
    if (in_hex)
        text_add(&challenge, hex_print(hash, sizeof hash, hex));
    else
        base64url_add(&challenge, hash, sizeof hash);
    return text_string(&challenge);
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
        http_form_add(&query, "code_challenge", oauth_challenge(
            start.verifier, provider->challenge == OAUTH_PKCE_HEX));
        http_form_add(&query, "code_challenge_method", "S256");
    }
    start.authorize_url = memory_format(
        "%s?%s%s%s", provider->authorize_url, text_string(&query),
        provider->more ? "&" : "", provider->more ? provider->more : "");
    return start;
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

/* The client's name, in the form or as a header; NULL: in the form. */
static const char *
name_client(const struct oauth_provider *provider, const char *app,
            struct text *form)
{
    const char *id = json_text(app, "$.client_id");
    const char *secret = json_text(app, "$.client_secret");

    if (secret == NULL)
        secret = "";
    if (provider->client == OAUTH_CLIENT_BASIC_EVER
        || (provider->client == OAUTH_CLIENT_BASIC && secret[0] != '\0'))
        return basic(id, secret);
    http_form_add(form, id_name(provider), id);
    if (provider->client == OAUTH_CLIENT_IN_BODY && secret[0] != '\0')
        http_form_add(form, "client_secret", secret);
    return NULL;
}

/* POST a form, with the client's name on it unless app is NULL. */
static struct http_answer
post(const struct oauth_provider *provider, const char *url, const char *app,
     struct text *form)
{
    const char *client = app ? name_client(provider, app, form) : NULL;
    struct http_request request = {
        .method = "POST", .url = url,
        .headers = { "Accept: application/json",
                     "Content-Type: application/x-www-form-urlencoded" } };
    int next = 2;

    if (client != NULL)
        request.headers[next++] = client;
    request.headers[next] = provider->header;
    request.body = text_string(form);
    request.body_length = form->length;
    return http_send(&request);
}

static struct result
not_set_up(const struct oauth_provider *provider)
{
    return (struct result){ .kind = RESULT_REJECTED, .category = "auth_error",
        .words = memory_format("This server is not set up for %s.",
                               provider->title) };
}

static struct oauth_tokens
ask(const struct oauth_provider *provider, const char *app, struct text *form)
{
    struct http_answer answer;

    if (app == NULL)
        return (struct oauth_tokens){ .answer = "{}",
                                      .result = not_set_up(provider) };
    answer = post(provider, provider->token_url, app, form);
    return oauth_tokens_in(provider->title, &answer);
}

static void
add_more(struct text *form, const char *more)
{
    if (more != NULL)
        text_add_format(form, "&%s", more);
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
    add_more(&form, provider->exchange_more);
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
    add_more(&form, provider->refresh_more);
    tokens = ask(provider, app, &form);
    if (tokens.access_token != NULL && tokens.refresh_token == NULL)
        tokens.refresh_token = refresh_token;
    return tokens;
}

/* Some answer with an empty body, some with {}; what is unknown is 200 too. */
struct result
oauth_revoke(const struct oauth_provider *provider, struct job *job)
{
    const char *token = oauth_credential(job, "$.refresh_token");
    const char *hint = "refresh_token";
    struct text form = { 0 };
    struct http_answer answer;

    if (token[0] == '\0' || provider->revoke_access) {
        token = oauth_credential(job, "$.access_token");
        hint = "access_token";
    }
    if (job->app == NULL || token[0] == '\0')
        return not_set_up(provider);
    http_form_add(&form, "token", token);
    if (provider->hints)
        http_form_add(&form, "token_type_hint", hint);
    answer = post(provider, provider->revoke_url,
                  provider->revoke_bare ? NULL : job->app, &form);
    if (answer.result == HTTP_ANSWERED
        && (answer.status == 200 || answer.status == 204)
        && !(http_is_json(&answer)
             && json_text(text_string(&answer.body), "$.error") != NULL))
        return (struct result){ .kind = RESULT_READY };
    return oauth_tokens_in(provider->title, &answer).result;
}
