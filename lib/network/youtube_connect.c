/* youtube_connect.c: connecting a channel, and keeping its token alive.

   Google's revocation takes the token alone, and ends all that a Google
   account granted the application, whose other channels may be accounts here
   (REVOKES_PERSON). */
#include "network/youtube.h"
#include "network/guard.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

/* The least that uploads, edits, deletes and reads: youtube.upload can do no
   more than upload. */
static const char scope[] = "https://www.googleapis.com/auth/youtube.force-ssl";

/* Only with both of access_type and prompt is there a refresh token each
   time. */
const struct oauth_provider *
youtube_provider(void)
{
    static struct oauth_provider provider = {
        .title = "YouTube", .scopes = scope,
        .more = "access_type=offline&prompt=consent",
        .client = OAUTH_CLIENT_IN_BODY, .challenge = OAUTH_PKCE,
        .revoke_bare = 1
    };
    const char *tokens;

    /* Made anew each time: the collector's memory goes between two jobs. */
    provider.authorize_url = memory_format("%s/o/oauth2/v2/auth",
        config_url("login_url", "youtube", "https://accounts.google.com"));
    tokens = config_url("token_url", "youtube",
                        "https://oauth2.googleapis.com");
    provider.token_url = memory_format("%s/token", tokens);
    provider.revoke_url = memory_format("%s/revoke", tokens);
    return &provider;
}

static struct connected
refuse(const char *fault)
{
    return (struct connected){ .fault = fault };
}

/* A channel without a handle goes by its id. */
static void
name_channel(struct connected *connected, const char *channel)
{
    const char *handle = json_text(channel, "$.snippet.customUrl");
    const char *picture = json_text(channel,
                                    "$.snippet.thumbnails.default.url");

    connected->name = json_text(channel, "$.snippet.title");
    if (picture != NULL && guard_url_fault(picture) == NULL)
        connected->avatar_url = picture;
    connected->handle = connected->remote_id;
    connected->profile_url = memory_format(
        "https://www.youtube.com/channel/%s", connected->remote_id);
    if (handle != NULL && handle[0] == '@' && handle[1] != '\0') {
        connected->handle = handle + 1;
        connected->profile_url = memory_format("https://www.youtube.com/%s",
                                               handle);
    }
}

static const char mine[] = "/youtube/v3/channels?part=snippet,status"
    "&mine=true";

/* Whether it takes videos of more than 15 minutes. */
static const char *
limits_of(const char *channel)
{
    value_set_text("youtube_long",
                   json_text(channel, "$.status.longUploadsStatus"));
    return json_make("json_patch('{}', json_object('long_uploads',"
                     " :youtube_long))");
}

static struct connected
read_channel(const struct oauth_answer *answer)
{
    struct connected connected = { .server = "", .limits = "{}" };
    const char *channel = json_raw(text_string(&answer->http.body),
                                   "$.items[0]");

    connected.remote_id = channel ? told_id(channel, "$.id") : NULL;
    if (connected.remote_id == NULL)
        return refuse("This Google account has no channel on YouTube. Make"
                      " one there, then start again.");
    name_channel(&connected, channel);
    connected.limits = limits_of(channel);
    return connected;
}

struct result
youtube_sync(struct job *job, struct connected *connected)
{
    struct oauth_answer answer = youtube_call(job, "GET", mine, NULL);

    if (!youtube_is_good(&answer))
        return youtube_refusal(&answer, 0);
    *connected = read_channel(&answer);
    return told_of_account(connected->fault);
}

/* Nobody counts what connecting costs: one unit. */
static struct connected
describe(const struct oauth_tokens *tokens)
{
    struct oauth_answer answer = { .renewal = { .kind = RESULT_READY } };
    struct connected connected;

    answer.http = http_send(&(struct http_request){
        .url = youtube_url(mine), .bearer = tokens->access_token });
    if (!youtube_is_good(&answer))
        return refuse(youtube_refusal(&answer, 0).words);
    connected = read_channel(&answer);
    if (connected.fault != NULL)
        return connected;
    connected.credentials = oauth_credentials(tokens);
    connected.token_expires_at = tokens->expires_at;
    return connected;
}

struct oauth_start
youtube_oauth_begin(const char *server, const char *app,
                    const char *redirect_uri, const char *state)
{
    (void)server;
    return oauth_begin(youtube_provider(), app, redirect_uri, state);
}

/* People may untick what they are asked for. */
struct connected
youtube_oauth_finish(const char *server, const char *app,
                     const char *redirect_uri, const char *verifier,
                     const char *code)
{
    struct oauth_tokens tokens = oauth_exchange(
        youtube_provider(), app, redirect_uri, verifier, code);

    (void)server;
    if (tokens.access_token == NULL)
        return refuse(oauth_why(&tokens));
    if (!oauth_has_scopes(&tokens, scope))
        return refuse("Google did not give all that Crier needs: to manage"
                      " your videos on YouTube. Start again and allow it.");
    if (tokens.refresh_token == NULL)
        return refuse("Google gave access for an hour only. Start again.");
    return describe(&tokens);
}

struct result
youtube_refresh(struct job *job)
{
    return oauth_renew(youtube_provider(), job);
}

struct result
youtube_revoke(struct job *job)
{
    return oauth_revoke(youtube_provider(), job);
}
