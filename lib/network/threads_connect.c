/* threads_connect.c: connecting a profile on Threads, and tokens that renew. */
#include "network/threads.h"
#include "network/graph.h"
#include "network/told.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"

/* What publishing, measuring and deleting need. threads_read_replies finds a
   part whose answer was lost; an application without it asks for less
   (crier.conf: scopes.threads), and such a part has no link. */
static const char scopes[] = "threads_basic threads_content_publish"
    " threads_manage_insights threads_delete threads_read_replies";

static const char *const needed[] = { "threads_basic",
                                      "threads_content_publish", NULL };

static struct connected
read_account(const struct http_answer *answer)
{
    const char *body = text_string(&answer->body);
    struct connected account = { .server = "", .limits = "{}" };

    if (!graph_is_good(answer) || told_id(body, "$.username") == NULL
        || told_id(body, "$.id") == NULL)
        return (struct connected){ .fault = "Threads does not say whose"
            " account it is. Is there a Threads profile?" };
    account.remote_id = told_id(body, "$.id");
    account.handle = told_id(body, "$.username");
    account.name = json_text(body, "$.name");
    account.avatar_url = json_text(body, "$.threads_profile_picture_url");
    account.profile_url = memory_format("https://www.threads.com/@%s",
                                        account.handle);
    return account;
}

static struct graph_login
login(void)
{
    return (struct graph_login){
        .provider = { .title = "Threads",
            .scopes = oauth_asked("threads", scopes),
            .authorize_url = memory_format("%s/oauth/authorize", config_url(
                "login_url", "threads", "https://www.threads.com")),
            .token_url = memory_format("%s/oauth/access_token",
                                       threads_base()) },
        .exchange_url = memory_format("%s/access_token", threads_base()),
        .exchange_grant = "th_exchange_token",
        .refresh_url = memory_format("%s/refresh_access_token", threads_base()),
        .refresh_grant = "th_refresh_token",
        .me = memory_format("%s/v1.0/me?fields=id,username,name,"
            "threads_profile_picture_url", threads_base()),
        .rights = memory_format("%s/v1.0/debug_token", threads_base()),
        .needed = needed,
        .read_account = read_account };
}

struct oauth_start
threads_oauth_begin(const char *server, const char *app,
                    const char *redirect_uri, const char *state)
{
    struct graph_login threads_login = login();

    (void)server;
    return oauth_begin(&threads_login.provider, app, redirect_uri, state);
}

struct connected
threads_oauth_finish(const char *server, const char *app,
                     const char *redirect_uri, const char *verifier,
                     const char *code)
{
    struct graph_login threads_login = login();

    (void)server, (void)verifier;
    return graph_finish(&threads_login, app, redirect_uri, code);
}

struct result
threads_sync(struct job *job, struct connected *connected)
{
    struct graph_login threads_login = login();

    return graph_sync(&threads_login, job, connected);
}

struct result
threads_refresh(struct job *job)
{
    struct graph_login threads_login = login();

    return graph_refresh(&threads_login, job);
}
