/* graph_connect.c: tokens of Meta's Graph APIs, and whose they are. */
#include "network/graph.h"
#include "network/told.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

/* GET url?grant_type=...: the query holds secrets, so it stands in no word of
   ours. */
static struct http_answer
trade(const char *url, struct text *query, const char *grant,
      const char *token)
{
    http_form_add(query, "grant_type", grant);
    http_form_add(query, "access_token", token);
    return http_send(&(struct http_request){
        .url = memory_format("%s?%s", url, text_string(query)),
        .headers = { "Accept: application/json" } });
}

/* What was granted, of a list at path of an answer, parted by spaces; or as it
   stands there; NULL where it does not. */
static const char *
rights_in(const char *answer, const char *path)
{
    struct text granted = { 0 };
    struct json_member *rights;
    int i, count = json_members(answer, path, &rights);

    for (i = 0; i < count; i++)
        if (rights[i].text != NULL)
            text_add_format(&granted, "%s%s", i ? " " : "", rights[i].text);
    return granted.length > 0 ? text_string(&granted) : json_text(answer, path);
}

/* The short-lived token for a code. Some applications get Instagram's answer
   as the only one of a list (UNVERIFIED). */
static struct oauth_tokens
short_lived(const struct graph_login *login, const char *app,
            const char *redirect_uri, const char *code)
{
    struct oauth_tokens tokens = oauth_exchange(&login->provider, app,
                                                redirect_uri, "", code);
    const char *only = json_raw(tokens.answer, "$.data[0]");

    if (tokens.access_token == NULL && only != NULL) {
        tokens.answer = only;
        tokens.access_token = told_id(only, "$.access_token");
    }
    return tokens;
}

/* The long-lived token for a code. What was granted is told with the first
   one alone. */
static struct oauth_tokens
trade_code(const struct graph_login *login, const char *app,
           const char *redirect_uri, const char *code)
{
    struct oauth_tokens tokens = short_lived(login, app, redirect_uri, code);
    const char *granted = rights_in(tokens.answer, "$.permissions");
    struct text query = { 0 };
    struct http_answer answer;

    if (tokens.access_token == NULL)
        return tokens;
    http_form_add(&query, "client_secret", json_text(app, "$.client_secret"));
    answer = trade(login->exchange_url, &query, login->exchange_grant,
                   tokens.access_token);
    tokens = oauth_tokens_in(login->provider.title, &answer);
    if (tokens.scope == NULL)
        tokens.scope = granted;
    return tokens;
}

/* Instagram tells with the first token, Threads of each that is asked about;
   an application that may not ask is told nothing. */
static void
ask_rights(const struct graph_login *login, struct oauth_tokens *tokens)
{
    struct text query = { 0 };
    struct http_answer answer;

    if (login->rights == NULL || tokens->scope != NULL)
        return;
    http_form_add(&query, "input_token", tokens->access_token);
    answer = graph_get(memory_format("%s?%s", login->rights,
                                     text_string(&query)),
                       tokens->access_token);
    if (graph_is_good(&answer))
        tokens->scope = rights_in(text_string(&answer.body), "$.data.scopes");
}

/* NULL, or the sentence for an owner who left out what publishing needs. */
static const char *
missing_right(const struct graph_login *login,
              const struct oauth_tokens *tokens)
{
    int i;

    for (i = 0; login->needed[i] != NULL; i++)
        if (!oauth_has_scopes(tokens, login->needed[i]))
            return memory_format("%s was not allowed to give the right %s,"
                " which publishing needs. Start again and leave it on.",
                login->provider.title, login->needed[i]);
    return NULL;
}

struct connected
graph_finish(const struct graph_login *login, const char *app,
             const char *redirect_uri, const char *code)
{
    struct oauth_tokens tokens = trade_code(login, app, redirect_uri, code);
    struct connected account;
    struct http_answer answer;

    if (tokens.access_token == NULL)
        return (struct connected){ .fault = oauth_why(&tokens) };
    ask_rights(login, &tokens);
    if (missing_right(login, &tokens) != NULL)
        return (struct connected){ .fault = missing_right(login, &tokens) };
    answer = graph_get(login->me, tokens.access_token);
    account = login->read_account(&answer);
    account.credentials = oauth_credentials(&tokens);
    account.token_expires_at = tokens.expires_at;
    return account;
}

struct result
graph_sync(const struct graph_login *login, struct job *job,
           struct connected *connected)
{
    struct http_answer answer = graph_get(login->me,
        oauth_credential(job, "$.access_token"));

    if (!graph_is_good(&answer))
        return graph_refusal(login->provider.title, &answer, 0);
    *connected = login->read_account(&answer);
    return told_of_account(connected->fault);
}

struct result
graph_refresh(const struct graph_login *login, struct job *job)
{
    struct text query = { 0 };
    struct http_answer answer = trade(login->refresh_url, &query,
        login->refresh_grant, oauth_credential(job, "$.access_token"));
    struct oauth_tokens tokens = oauth_tokens_in(login->provider.title,
                                                 &answer);

    if (tokens.access_token == NULL)
        return graph_spare(login->provider.title, &answer, NULL);
    value_set_text("graph_old", job->credentials);
    value_set_text("graph_new", oauth_credentials(&tokens));
    job->save_credentials(job, json_make("json_patch(:graph_old,"
                                         " :graph_new)"), tokens.expires_at);
    return told_result(RESULT_READY, NULL, NULL);
}
