/* x_connect.c: connecting an account of X, and keeping its tokens alive. */
#include "network/x.h"
#include "network/guard.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

/* Least to publish, upload and measure; offline.access is what brings a
   refresh token (an access token lives two hours). */
static const char scopes[] =
    "tweet.read tweet.write users.read media.write offline.access";

static const char me[] = "/2/users/me?user.fields=profile_image_url,username,"
    "name,verified,verified_type,subscription_type";

const struct oauth_provider *
x_provider(void)
{
    static struct oauth_provider provider = {
        .title = "X", .scopes = scopes, .client = OAUTH_CLIENT_BASIC,
        .challenge = OAUTH_PKCE
    };

    /* Made anew each time: the collector's memory goes between two jobs. */
    provider.authorize_url = memory_format("%s/i/oauth2/authorize",
        config_url("login_url", "twitter", "https://x.com"));
    provider.token_url = x_url("/2/oauth2/token");
    provider.revoke_url = x_url("/2/oauth2/revoke");
    return &provider;
}

static struct connected
refuse(const char *fault)
{
    return (struct connected){ .fault = fault };
}

/* Avatars come at 48 pixels; without _normal they are whole. */
static const char *
avatar_of(const char *user)
{
    const char *url = json_text(user, "$.profile_image_url"), *mark;

    if (url == NULL || guard_url_fault(url) != NULL)
        return NULL;
    mark = strstr(url, "_normal.");
    if (mark == NULL || strchr(mark, '/') != NULL)
        return url;
    return memory_format("%.*s%s", (int)(mark - url), url,
                         mark + strlen("_normal"));
}

/* Who pays for Premium may write 25,000 characters, counted the same way
   (UNVERIFIED) and edit for an hour. */
static const char *
limits_of(const char *user)
{
    const char *plan = json_text(user, "$.subscription_type");

    value_set_text("x_plan", plan ? plan : "None");
    if (plan == NULL || !text_has_word("Premium PremiumPlus", plan))
        return json_make("json_object('subscription_type', :x_plan)");
    return json_make("json_object('subscription_type', :x_plan,"
                     " 'max_characters', 25000)");
}

/* Whose token it is, by a good answer; its fault says what is lacking. */
static struct connected
read_user(const struct oauth_answer *answer)
{
    const char *user = json_raw(text_string(&answer->http.body), "$.data");
    const char *name = user ? told_id(user, "$.username") : NULL;

    if (name == NULL || told_id(user, "$.id") == NULL)
        return refuse("X does not say whose token this is.");
    return (struct connected){
        .server = "", .remote_id = told_id(user, "$.id"), .handle = name,
        .name = json_text(user, "$.name"), .avatar_url = avatar_of(user),
        .profile_url = memory_format("https://x.com/%s", name),
        .limits = limits_of(user)
    };
}

static struct connected
describe(const struct oauth_tokens *tokens)
{
    struct oauth_answer answer = { .renewal = { .kind = RESULT_READY } };
    struct connected connected;

    answer.http = http_send(&(struct http_request){
        .url = x_url(me), .bearer = tokens->access_token });
    if (!x_is_good(&answer))
        return refuse(answer.http.status == 401
                      ? "X does not know this access token."
                      : x_refusal(&answer, 0).words);
    connected = read_user(&answer);
    connected.credentials = oauth_credentials(tokens);
    connected.token_expires_at = tokens->expires_at;
    return connected;
}

struct result
x_sync(struct job *job, struct connected *connected)
{
    struct oauth_answer answer = x_get(job, me);

    if (!x_is_good(&answer))
        return x_refusal(&answer, 0);
    *connected = read_user(&answer);
    return told_of_account(connected->fault);
}

struct connected
x_connect(const char *server, const char *login, const char *secret)
{
    struct oauth_tokens tokens = { .access_token = secret };
    struct connected connected;

    (void)server;
    if (secret[0] == '\0' || secret[strcspn(secret, " \t\r\n")] != '\0')
        return refuse("That is no access token.");
    connected = describe(&tokens);
    login += login[0] == '@';
    if (connected.fault == NULL && login[0] != '\0'
        && !text_same_nocase(login, connected.handle))
        return refuse(memory_format("This access token is %s's.",
                                    connected.handle));
    return connected;
}

struct oauth_start
x_oauth_begin(const char *server, const char *app, const char *redirect_uri,
              const char *state)
{
    (void)server;
    return oauth_begin(x_provider(), app, redirect_uri, state);
}

/* A code lives for 30 seconds: it is exchanged in the request it came with. */
struct connected
x_oauth_finish(const char *server, const char *app, const char *redirect_uri,
               const char *verifier, const char *code)
{
    struct oauth_tokens tokens = oauth_exchange(x_provider(), app,
                                                redirect_uri, verifier, code);

    (void)server;
    if (tokens.access_token == NULL)
        return refuse(oauth_why(&tokens));
    if (!oauth_has_scopes(&tokens, scopes))
        return refuse("X did not give all that Crier needs: to read and write"
                      " posts, and to upload media. Start again and allow it.");
    return describe(&tokens);
}

struct result
x_refresh(struct job *job)
{
    return oauth_renew(x_provider(), job);
}

struct result
x_revoke(struct job *job)
{
    return oauth_revoke(x_provider(), job);
}
