/* mastodon_oauth.c: registering Crier on a server, and its OAuth. */
#include "network/mastodon.h"
#include "network/oauth.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

/* What Crier needs: to say who an account is, to look a status up, to post.
   Servers that do not say so may know only the coarse scopes (Pixelfed). */
static const char fine_scopes[] =
    "read:accounts read:statuses write:statuses write:media";
static const char coarse_scopes[] = "read write";

static struct http_answer
post(const char *server, const char *path, const char *form)
{
    return http_send(&(struct http_request){
        .method = "POST", .url = mastodon_url(server, path),
        .headers = { "Accept: application/json",
                     "Content-Type: application/x-www-form-urlencoded" },
        .body = form, .body_length = strlen(form) });
}

/* What the server says of its OAuth; "{}" before Mastodon 4.3 and on other
   software. */
static const char *
discover(const char *server)
{
    struct http_answer answer = http_send(&(struct http_request){
        .url = mastodon_url(server,
                            "/.well-known/oauth-authorization-server"),
        .headers = { "Accept: application/json" } });

    return mastodon_is_good(&answer) ? text_string(&answer.body) : "{}";
}

/* Is word in the list at path? */
static int
lists(const char *discovery, const char *path, const char *word)
{
    struct json_member *words;
    int count = json_members(discovery, path, &words);

    while (count-- > 0)
        if (text_same(words[count].text, word))
            return 1;
    return 0;
}

/* Register; the application as JSON, or NULL and why not in *fault. */
static const char *
new_app(const char *server, const char *redirect_uri, const char *scopes,
        const char **fault)
{
    struct text form = { 0 };
    struct http_answer answer;
    const char *body;

    http_form_add(&form, "client_name", "Crier");
    http_form_add(&form, "redirect_uris", redirect_uri);
    http_form_add(&form, "scopes", scopes);
    http_form_add(&form, "website", config()->base_url);
    answer = post(server, "/api/v1/apps", text_string(&form));
    body = text_string(&answer.body);
    if (!mastodon_is_good(&answer)
        || json_text(body, "$.client_id") == NULL
        || json_text(body, "$.client_secret") == NULL) {
        *fault = mastodon_refusal(&answer, 0).words;
        return NULL;
    }
    value_set_text("client_id", json_text(body, "$.client_id"));
    value_set_text("client_secret", json_text(body, "$.client_secret"));
    value_set_text("redirect_uri", redirect_uri);
    value_set_text("scopes", scopes);
    return json_make("json_object('client_id', :client_id, 'client_secret',"
                     " :client_secret, 'redirect_uri', :redirect_uri,"
                     " 'scopes', :scopes)");
}

static void
add_client(struct text *form, const char *app)
{
    http_form_add(form, "client_id", json_text(app, "$.client_id"));
    http_form_add(form, "client_secret", json_text(app, "$.client_secret"));
}

/* Does the server still know the application? Before 4.3 Mastodon dropped
   unused ones; then it answers 401 (invalid_client). */
static int
is_known(const char *server, const char *app)
{
    struct text form = { 0 };
    struct http_answer answer;

    http_form_add(&form, "grant_type", "client_credentials");
    add_client(&form, app);
    http_form_add(&form, "scope", "read:accounts");
    answer = post(server, "/oauth/token", text_string(&form));
    return answer.result == HTTP_ANSWERED && answer.status != 401;
}

/* May this registered application be used again? snac's knows one person,
   whoever signed in last: there each connection has its own. */
static int
is_usable(const char *server, const char *app, const char *redirect_uri,
          const char *scopes)
{
    return app != NULL
           && text_same(json_text(app, "$.redirect_uri"), redirect_uri)
           && text_same(json_text(app, "$.scopes"), scopes)
           && (text_same(scopes, fine_scopes)
               || !text_same(mastodon_instance_software(server), "snac"))
           && is_known(server, app);
}

/* The server as an authorization server. */
static struct oauth_provider
provider_of(const char *server, const char *scopes)
{
    return (struct oauth_provider){ .title = "The server",
        .authorize_url = mastodon_url(server, "/oauth/authorize"),
        .token_url = mastodon_url(server, "/oauth/token"),
        .revoke_url = mastodon_url(server, "/oauth/revoke"),
        .scopes = scopes, .more = "force_login=true" };
}

struct oauth_start
mastodon_oauth_begin(const char *typed, const char *app,
                     const char *redirect_uri, const char *state)
{
    struct oauth_start start = { .app = app, .verifier = "" };
    const char *server = network_server(typed, &start.fault);
    const char *discovery, *scopes;
    struct oauth_provider provider;

    if (start.fault != NULL)
        return start;
    discovery = discover(server);
    scopes = lists(discovery, "$.scopes_supported", "write:statuses")
             ? fine_scopes : coarse_scopes;
    if (!is_usable(server, app, redirect_uri, scopes))
        start.app = new_app(server, redirect_uri, scopes, &start.fault);
    if (start.fault != NULL)
        return start;
    provider = provider_of(server, scopes);
    if (lists(discovery, "$.code_challenge_methods_supported", "S256"))
        provider.challenge = OAUTH_PKCE;
    return oauth_begin(&provider, start.app, redirect_uri, state);
}

struct connected
mastodon_oauth_finish(const char *typed, const char *app,
                      const char *redirect_uri, const char *verifier,
                      const char *code)
{
    const char *fault, *server = network_server(typed, &fault);
    struct oauth_provider provider;
    struct oauth_tokens tokens;

    if (fault != NULL)
        return (struct connected){ .fault = fault };
    provider = provider_of(server, NULL);
    tokens = oauth_exchange(&provider, app, redirect_uri, verifier, code);
    if (tokens.access_token == NULL)
        return (struct connected){ .fault = oauth_why(&tokens) };
    return mastodon_connect(server, "", tokens.access_token);
}

/* A token that its owner made by hand is not our application's: the server
   refuses, and it stays (methods/oauth.md). */
struct result
mastodon_oauth_revoke(struct job *job)
{
    struct oauth_provider provider = provider_of(job->server, NULL);

    return oauth_revoke(&provider, job);
}
