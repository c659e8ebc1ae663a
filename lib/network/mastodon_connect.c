/* mastodon_connect.c: whose access token is this? */
#include "network/mastodon.h"
#include "network/told.h"
#include "network/guard.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

static struct connected
refuse(const char *fault)
{
    return (struct connected){ .fault = fault };
}

static int
is_token(const char *secret)
{
    size_t i;

    for (i = 0; secret[i] != '\0'; i++)
        if (secret[i] <= ' ' || secret[i] > '~')
            return 0;
    return i > 0 && i <= 4096;
}

/* The host that people write after the account's name: that of its page,
   which may differ from the API's. */
static const char *
host_of(const char *page, const char *server)
{
    const char *url = page ? strstr(page, "://") : NULL;

    if (url == NULL)
        url = strstr(server, "://");
    return memory_copy_bytes(url + 3, strcspn(url + 3, "/"));
}

static const char *
handle_of(const char *account, const char *server)
{
    const char *name = json_text(account, "$.acct");

    if (name == NULL || name[0] == '\0')
        name = json_text(account, "$.username");
    if (name == NULL || strchr(name, '@') != NULL)
        return name;
    return memory_format("%s@%s", name,
                         host_of(json_text(account, "$.url"), server));
}

/* A link that a page of ours may show; NULL where it is none. */
static const char *
link_in(const char *account, const char *path)
{
    const char *url = json_text(account, path);

    return url != NULL && guard_url_fault(url) == NULL ? url : NULL;
}

/* Is login, which its owner may write as @user@host, user@host or user, the
   account of this handle? */
static int
is_login(const char *login, const char *handle)
{
    size_t name = strcspn(handle, "@");

    login += login[0] == '@';
    return text_same_nocase(login, handle)
           || (strlen(login) == name && strncmp(login, handle, name) == 0);
}

static struct connected
describe(const char *server, const char *account)
{
    struct connected connected = {
        .server = server,
        .remote_id = told_id(account, "$.id"),
        .handle = handle_of(account, server),
        .name = json_text(account, "$.display_name"),
        .profile_url = link_in(account, "$.url"),
        .avatar_url = link_in(account, "$.avatar")
    };

    if (connected.remote_id == NULL || connected.handle == NULL)
        return refuse("The server does not say whose token this is.");
    connected.limits = mastodon_instance_limits(server);
    return connected;
}

struct result
mastodon_sync(struct job *job, struct connected *connected)
{
    struct http_answer answer = mastodon_get(job,
        "/api/v1/accounts/verify_credentials");

    if (!mastodon_is_good(&answer))
        return mastodon_refusal(&answer, 0);
    *connected = describe(job->server, text_string(&answer.body));
    return told_of_account(connected->fault);
}

static const char *
why_not(const struct http_answer *answer)
{
    if (answer->result != HTTP_ANSWERED)
        return memory_format("The server could not be asked: %s.",
                             answer->words);
    if (answer->status == 401)
        return "The server does not know this access token.";
    if (answer->status == 404)
        return "This server does not speak Mastodon's API.";
    return mastodon_refusal(answer, 0).words;
}

struct connected
mastodon_connect(const char *typed, const char *login, const char *secret)
{
    const char *fault, *server = network_server(typed, &fault);
    struct connected connected;
    struct http_answer answer;

    if (fault != NULL)
        return refuse(fault);
    if (!is_token(secret))
        return refuse("That is no access token.");
    answer = http_send(&(struct http_request){
        .url = mastodon_url(server, "/api/v1/accounts/verify_credentials"),
        .bearer = secret, .headers = { "Accept: application/json" } });
    if (!mastodon_is_good(&answer))
        return refuse(why_not(&answer));
    connected = describe(server, text_string(&answer.body));
    value_set_text("access_token", secret);
    connected.credentials = json_make(
        "json_object('access_token', :access_token)");
    if (connected.fault == NULL && login[0] != '\0'
        && !is_login(login, connected.handle))
        return refuse(memory_format("This access token is %s's.",
                                    connected.handle));
    return connected;
}
