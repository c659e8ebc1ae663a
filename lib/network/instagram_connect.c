/* instagram_connect.c: Instagram Login, and tokens that renew. */
#include "network/instagram.h"
#include "network/told.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"

/* What publishing and measuring need. */
static const char scopes[] = "instagram_business_basic,"
    "instagram_business_content_publish,instagram_business_manage_insights";

static struct graph_login
login(void)
{
    const char *graph = config_api_url("instagram",
                                       "https://graph.instagram.com");

    return (struct graph_login){
        .provider = { .title = "Instagram", .scopes = scopes,
            .authorize_url = memory_format("%s/oauth/authorize", config_url(
                "login_url", "instagram", "https://www.instagram.com")),
            .token_url = memory_format("%s/oauth/access_token", config_url(
                "token_url", "instagram", "https://api.instagram.com")) },
        .exchange_url = memory_format("%s/access_token", graph),
        .exchange_grant = "ig_exchange_token",
        .refresh_url = memory_format("%s/refresh_access_token", graph),
        .refresh_grant = "ig_refresh_token" };
}

struct oauth_start
instagram_oauth_begin(const char *server, const char *app,
                      const char *redirect_uri, const char *state)
{
    struct graph_login instagram_login = login();

    (void)server;
    return oauth_begin(&instagram_login.provider, app, redirect_uri, state);
}

static struct http_answer
ask(const char *token)
{
    return graph_get(memory_format("%s/me?fields=user_id,username,name,"
        "profile_picture_url", instagram_base()), token);
}

/* An account publishes under its user_id; its id is the application's own
   name for it. */
static struct connected
read_account(const struct http_answer *answer)
{
    const char *body = text_string(&answer->body);
    struct connected account = { .server = "", .limits = "{}" };

    if (!graph_is_good(answer) || told_id(body, "$.user_id") == NULL
        || told_id(body, "$.username") == NULL)
        return (struct connected){ .fault = "Instagram does not say whose"
            " account it is. Only professional accounts can be connected." };
    account.remote_id = told_id(body, "$.user_id");
    account.handle = told_id(body, "$.username");
    account.name = json_text(body, "$.name");
    account.avatar_url = json_text(body, "$.profile_picture_url");
    account.profile_url = memory_format("https://www.instagram.com/%s/",
                                        account.handle);
    return account;
}

struct connected
instagram_oauth_finish(const char *server, const char *app,
                       const char *redirect_uri, const char *verifier,
                       const char *code)
{
    struct graph_login instagram_login = login();
    struct oauth_tokens tokens = graph_connect(&instagram_login, app,
                                               redirect_uri, code);
    struct connected account;
    struct http_answer answer;

    (void)server, (void)verifier;
    if (tokens.access_token == NULL)
        return (struct connected){ .fault = oauth_why(&tokens) };
    answer = ask(tokens.access_token);
    account = read_account(&answer);
    account.credentials = oauth_credentials(&tokens);
    account.token_expires_at = tokens.expires_at;
    return account;
}

struct result
instagram_sync(struct job *job, struct connected *connected)
{
    struct http_answer answer = ask(container_token(job));

    if (!graph_is_good(&answer))
        return graph_refusal("Instagram", &answer, 0);
    *connected = read_account(&answer);
    return told_of_account(connected->fault);
}

struct result
instagram_refresh(struct job *job)
{
    struct graph_login instagram_login = login();

    return graph_refresh(&instagram_login, job);
}
