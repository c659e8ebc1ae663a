/* tiktok_connect.c: connecting an account of TikTok, and its tokens.

   A refresh token serves once. /v2/oauth/revoke/ takes the access token, and
   puts the application out of the account's connected ones (TikTok for
   Developers, "Revoke a User Access Token", 2026-11-02): with it ends what
   another profile was granted for that account (REVOKES_ACCOUNT). */
#include "network/tiktok.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

/* user.info.profile tells the account's name, video.list its counters; an
   application without them asks for less (crier.conf: scopes.tiktok). */
static const char all_scopes[] =
    "user.info.basic user.info.profile video.publish video.list";
static const char needed[] = "user.info.basic video.publish";

/* PKCE is for desktop applications; for one with a secret it may be sent
   besides (UNVERIFIED). */
const struct oauth_provider *
tiktok_provider(void)
{
    static struct oauth_provider provider = {
        .title = "TikTok", .id_name = "client_key",
        .client = OAUTH_CLIENT_IN_BODY, .challenge = OAUTH_PKCE_HEX,
        .revoke_access = 1
    };

    /* Made anew each time: the collector's memory goes between two jobs. */
    provider.authorize_url = memory_format("%s/v2/auth/authorize/",
        config_url("login_url", "tiktok", "https://www.tiktok.com"));
    provider.token_url = tiktok_url("/v2/oauth/token/");
    provider.revoke_url = tiktok_url("/v2/oauth/revoke/");
    provider.scopes = oauth_asked("tiktok", all_scopes);
    return &provider;
}

static struct connected
refuse(const char *fault)
{
    return (struct connected){ .fault = fault };
}

/* An avatar's link ends within hours: it shows whose account is connected, and
   is told anew by a sync.

   A field outside what was granted is refused with all the others. all: the
   username is among them. */
static const char *
user_path(int all)
{
    return memory_format("/v2/user/info/?fields=open_id,display_name,"
                         "avatar_url%s", all ? ",username" : "");
}

/* What the creator may, for the check before a post is scheduled; it is asked
   anew before each is sent. NULL where TikTok does not say it now. */
static const char *
limits_of(const struct http_answer *answer)
{
    if (!tiktok_is_good(answer))
        return NULL;
    value_set_text("tiktok_creator", text_string(&answer->body));
    return json_make("json_patch('{}', json_object('privacy_levels',"
        " json(:tiktok_creator -> '$.data.privacy_level_options'),"
        " 'video_seconds',"
        " :tiktok_creator ->> '$.data.max_video_post_duration_sec'))");
}

static struct connected
read_user(const struct oauth_answer *answer, int all)
{
    struct connected person = { .server = "", .limits = "{}" };
    const char *user = json_raw(text_string(&answer->http.body),
                                "$.data.user");

    person.remote_id = user ? told_id(user, "$.open_id") : NULL;
    person.name = user ? json_text(user, "$.display_name") : NULL;
    person.avatar_url = user ? json_text(user, "$.avatar_url") : NULL;
    person.handle = user ? told_id(user, all ? "$.username"
                                               : "$.display_name") : NULL;
    if (person.remote_id == NULL || person.handle == NULL)
        return refuse("TikTok does not say whose account it is.");
    if (all)
        person.profile_url = memory_format("https://www.tiktok.com/@%s",
                                           person.handle);
    return person;
}

static const char *
first_limits(const char *token)
{
    struct http_answer answer = http_send(&(struct http_request){
        .method = "POST", .url = tiktok_url(TIKTOK_CREATOR_INFO),
        .headers = { TIKTOK_JSON }, .bearer = token,
        .body = "{}", .body_length = 2 });
    const char *limits = limits_of(&answer);

    return limits ? limits : "{}";
}

static struct connected
describe(const struct oauth_tokens *tokens)
{
    int all = tokens->scope == NULL
              || oauth_has_scopes(tokens, "user.info.profile");
    struct oauth_answer answer = { .renewal = { .kind = RESULT_READY } };
    struct connected person;

    answer.http = http_send(&(struct http_request){
        .url = tiktok_url(user_path(all)),
        .bearer = tokens->access_token });
    if (!tiktok_is_good(&answer.http))
        return refuse(tiktok_refusal(&answer, 0).words);
    person = read_user(&answer, all);
    if (person.fault != NULL)
        return person;
    person.limits = first_limits(tokens->access_token);
    person.credentials = oauth_credentials(tokens);
    person.token_expires_at = tokens->expires_at;
    return person;
}

struct result
tiktok_sync(struct job *job, struct connected *connected)
{
    int all = tiktok_may(job, "user.info.profile");
    struct http_request request = { .url = tiktok_url(user_path(all)) };
    struct oauth_answer answer = oauth_call(tiktok_provider(), job, &request);

    if (!tiktok_is_good(&answer.http))
        return tiktok_refusal(&answer, 0);
    *connected = read_user(&answer, all);
    answer = tiktok_ask(job, TIKTOK_CREATOR_INFO, "{}");
    connected->limits = limits_of(&answer.http);
    return told_of_account(connected->fault);
}

struct oauth_start
tiktok_oauth_begin(const char *server, const char *app,
                   const char *redirect_uri, const char *state)
{
    (void)server;
    return oauth_begin(tiktok_provider(), app, redirect_uri, state);
}

/* A person may leave scopes unticked. */
struct connected
tiktok_oauth_finish(const char *server, const char *app,
                    const char *redirect_uri, const char *verifier,
                    const char *code)
{
    struct oauth_tokens tokens = oauth_exchange(tiktok_provider(), app,
                                                redirect_uri, verifier, code);

    (void)server;
    if (tokens.access_token == NULL)
        return refuse(oauth_why(&tokens));
    if (!oauth_has_scopes(&tokens, needed))
        return refuse("TikTok did not give all that Crier needs: to read the"
                      " account's name and to post. Start again and allow"
                      " it.");
    return describe(&tokens);
}

struct result
tiktok_refresh(struct job *job)
{
    return oauth_renew(tiktok_provider(), job);
}

struct result
tiktok_revoke(struct job *job)
{
    return oauth_revoke(tiktok_provider(), job);
}
