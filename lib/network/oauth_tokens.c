/* oauth_tokens.c: tokens as an account's credentials. */
#include "network/oauth.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

const char *
oauth_credentials(const struct oauth_tokens *tokens)
{
    value_set_text("access_token", tokens->access_token);
    value_set_text("refresh_token", tokens->refresh_token);
    value_set_text("token_scope", tokens->scope);
    value_set_null("expires_at");
    if (tokens->expires_at != 0)
        value_set_integer("expires_at", tokens->expires_at);
    value_set_null("refresh_expires_at");
    if (tokens->refresh_expires_at != 0)
        value_set_integer("refresh_expires_at", tokens->refresh_expires_at);
    return json_make("json_patch('{}', json_object('access_token',"
                     " :access_token, 'refresh_token', :refresh_token,"
                     " 'scope', :token_scope, 'expires_at', :expires_at,"
                     " 'refresh_expires_at', :refresh_expires_at))");
}

const char *
oauth_why(const struct oauth_tokens *tokens)
{
    return memory_format("%s Start again.", tokens->result.words);
}

const char *
oauth_asked(const char *network, const char *scopes)
{
    char *list = memory_copy(config_word("scopes", network, scopes)), *space;

    while ((space = strchr(list, ' ')) != NULL)
        *space = ',';
    return list;
}

static int
grants(const char *granted, const char *scope, size_t length)
{
    while (*granted != '\0') {
        size_t here = strcspn(granted, " ,");

        if (here == length && strncmp(granted, scope, length) == 0)
            return 1;
        granted += here;
        granted += strspn(granted, " ,");
    }
    return 0;
}

int
oauth_has_scopes(const struct oauth_tokens *tokens, const char *scopes)
{
    if (tokens->scope == NULL)
        return 1;
    while (*scopes != '\0') {
        size_t length = strcspn(scopes, " ");

        if (!grants(tokens->scope, scopes, length))
            return 0;
        scopes += length;
        scopes += strspn(scopes, " ");
    }
    return 1;
}

const char *
oauth_credential(const struct job *job, const char *path)
{
    const char *text = json_text(job->credentials, path);

    return text ? text : "";
}

static struct result
not_now(const char *title)
{
    return (struct result){ .kind = RESULT_RETRY, .category = "network_error",
        .words = memory_format("%s is being asked for new tokens by another"
                               " process.", title) };
}

struct result
oauth_renew(const struct oauth_provider *provider, struct job *job)
{
    const char *before = oauth_credential(job, "$.access_token"), *old;
    struct oauth_tokens tokens;

    if (job->hold_credentials != NULL && !job->hold_credentials(job))
        return not_now(provider->title);
    if (!text_same(before, oauth_credential(job, "$.access_token")))
        return (struct result){ .kind = RESULT_READY };
    old = oauth_credential(job, "$.refresh_token");
    if (old[0] == '\0')
        return (struct result){ .kind = RESULT_REJECTED,
            .category = "auth_error", .words = memory_format(
            "%s gave no refresh token; connect the account again.",
            provider->title) };
    tokens = oauth_refresh(provider, job->app, old);
    if (tokens.access_token == NULL)
        return tokens.result;
    value_set_text("oauth_old", job->credentials);
    value_set_text("oauth_new", oauth_credentials(&tokens));
    job->save_credentials(job, json_make("json_patch(:oauth_old, :oauth_new)"),
                          tokens.expires_at);
    return tokens.result;
}
