/* instagram_connect.c: Instagram Login, and tokens that renew. */
#include "network/instagram.h"
#include "network/told.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"

/* What publishing, commenting and measuring need; an application without them
   asks for less (crier.conf: scopes.instagram). */
static const char scopes[] = "instagram_business_basic"
    " instagram_business_content_publish instagram_business_manage_comments"
    " instagram_business_manage_insights";

static const char *const needed[] = { "instagram_business_basic",
    "instagram_business_content_publish", NULL };

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

static struct graph_login
login(void)
{
    const char *graph = config_api_url("instagram",
                                       "https://graph.instagram.com");

    return (struct graph_login){
        .provider = { .title = "Instagram",
            .scopes = oauth_asked("instagram", scopes),
            .authorize_url = memory_format("%s/oauth/authorize", config_url(
                "login_url", "instagram", "https://www.instagram.com")),
            .token_url = memory_format("%s/oauth/access_token", config_url(
                "token_url", "instagram", "https://api.instagram.com")) },
        .exchange_url = memory_format("%s/access_token", graph),
        .exchange_grant = "ig_exchange_token",
        .refresh_url = memory_format("%s/refresh_access_token", graph),
        .refresh_grant = "ig_refresh_token",
        .me = memory_format("%s/me?fields=user_id,username,name,"
            "profile_picture_url", instagram_base()),
        .needed = needed,
        .read_account = read_account };
}

struct oauth_start
instagram_oauth_begin(const char *server, const char *app,
                      const char *redirect_uri, const char *state)
{
    struct graph_login instagram_login = login();

    (void)server;
    return oauth_begin(&instagram_login.provider, app, redirect_uri, state);
}

struct connected
instagram_oauth_finish(const char *server, const char *app,
                       const char *redirect_uri, const char *verifier,
                       const char *code)
{
    struct graph_login instagram_login = login();

    (void)server, (void)verifier;
    return graph_finish(&instagram_login, app, redirect_uri, code);
}

struct result
instagram_sync(struct job *job, struct connected *connected)
{
    struct graph_login instagram_login = login();

    return graph_sync(&instagram_login, job, connected);
}

struct result
instagram_refresh(struct job *job)
{
    struct graph_login instagram_login = login();

    return graph_refresh(&instagram_login, job);
}
