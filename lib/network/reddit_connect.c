/* reddit_connect.c: connecting a person, who chooses their profile or one of
   their subreddits; the User-Agent; tokens that renew. */
#include "network/reddit.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum { PAGES_MOST = 4 };        /* of 100 subreddits each */

/* The least that posts (submit, flair), reads rules and metrics (read), finds
   a post whose answer was lost (history), edits and deletes (edit), and lists
   subreddits to choose from. */
static const char scopes[] =
    "identity submit read flair edit history mysubreddits";

/* Reddit wants platform:id:version (contact), and another of each
   application: one that is empty or a library's is answered 429 or 403. */
const char *
reddit_agent(void)
{
    const char *url = config()->base_url, *host = strstr(url, "://");
    const char *own = config_word("user_agent", "reddit", NULL);

    host = host ? host + 3 : url;
    if (own == NULL)
        own = memory_format("linux:crier.%.*s:v1 (%s)",
                            (int)strcspn(host, ":/"), host, url);
    return memory_format("User-Agent: %s", own);
}

/* Without duration=permanent there is no refresh token. The token endpoint is
   on the host of the consent page, and takes the client's name by Basic even
   where it has no secret (an "installed" application). */
const struct oauth_provider *
reddit_provider(void)
{
    static struct oauth_provider provider = {
        .title = "Reddit", .scopes = scopes, .more = "duration=permanent",
        .client = OAUTH_CLIENT_BASIC_EVER, .hints = 1
    };
    const char *url = config_url("login_url", "reddit",
                                 "https://www.reddit.com");

    /* Made anew each time: the collector's memory goes between two jobs. */
    provider.authorize_url = memory_format("%s/api/v1/authorize", url);
    provider.token_url = memory_format("%s/api/v1/access_token", url);
    provider.revoke_url = memory_format("%s/api/v1/revoke_token", url);
    provider.header = reddit_agent();
    return &provider;
}

struct oauth_start
reddit_oauth_begin(const char *server, const char *app,
                   const char *redirect_uri, const char *state)
{
    (void)server;
    return oauth_begin(reddit_provider(), app, redirect_uri, state);
}

static struct connected
refuse(const char *fault)
{
    return (struct connected){ .fault = fault };
}

static struct oauth_answer
ask(const char *token, const char *path)
{
    struct oauth_answer answer = { .renewal = { .kind = RESULT_READY } };

    answer.http = http_send(&(struct http_request){
        .url = reddit_url(path), .bearer = token,
        .headers = { reddit_agent() }, .answer_limit = 4 * 1024 * 1024 });
    return answer;
}

/* ------------------------------------------------------------ choices */

/* One choice; the members that all share are values already. */
static void
add_choice(struct text *choices, const char *remote_id, const char *name,
           const char *url, const char *limits)
{
    value_set_text("remote_id", remote_id);
    value_set_text("name", name);
    value_set_text("profile_url", url);
    value_set_text("limits", limits);
    text_add_format(choices, "%s%s", choices->length ? "," : "[", json_make(
        "json_object('server', '', 'remote_id', :remote_id, 'handle',"
        " :handle, 'name', :name, 'profile_url', :profile_url,"
        " 'avatar_url', :avatar_url, 'limits', :limits, 'token_expires_at',"
        " :token_expires_at, 'credentials', :credentials)"));
}

/* What the subreddit takes, for the check before a post is scheduled. */
static const char *
limits_of(const char *subreddit)
{
    value_set_text("reddit_place", subreddit);
    return json_make("json_patch('{}', json_object("
        " 'submission_type', :reddit_place ->> '$.submission_type',"
        " 'allow_images', json(:reddit_place -> '$.allow_images'),"
        " 'allow_videos', json(:reddit_place -> '$.allow_videos')))");
}

/* A list does not tell a subreddit's rules: a sync asks for them. */
static const char *
partial(const char *limits)
{
    value_set_text("reddit_limits", limits);
    return json_make("json_set(:reddit_limits, '$.partial', json('true'))");
}

/* Others' profiles can be subscribed to, not posted to. */
static void
add_subreddit(struct text *choices, struct text *seen, const char *person,
              const char *subreddit)
{
    const char *name = json_text(subreddit, "$.display_name");
    const char *type = json_text(subreddit, "$.subreddit_type");

    if (name == NULL || name[0] == '\0'
        || name[strcspn(name, "/ \t\r\n")] != '\0'
        || text_has_word(text_string(seen), name)
        || (type != NULL && text_has_word("user archived", type))
        || json_is_true(subreddit, "$.user_is_banned"))
        return;
    text_add_format(seen, " %s", name);
    add_choice(choices, memory_format("%s/%s", person, name),
               memory_format("r/%s", name),
               memory_format("https://www.reddit.com/r/%s/", name),
               partial(limits_of(subreddit)));
}

/* Add the subreddits of a listing; NULL, or why that could not be. */
static const char *
add_listing(struct text *choices, struct text *seen, const char *person,
            const char *token, const char *where)
{
    const char *after = "";
    int i, page, count;

    for (page = 0; page < PAGES_MOST && after != NULL; page++) {
        struct text path = { 0 };
        struct oauth_answer answer;
        struct json_member *found;

        text_add_format(&path, "/subreddits/mine/%s?limit=100&raw_json=1%s",
                        where, after[0] ? "&after=" : "");
        text_add_url_part(&path, after);
        answer = ask(token, text_string(&path));
        if (!reddit_is_good(&answer))
            return reddit_refusal(&answer, 0).words;
        count = json_members(reddit_body(&answer), "$.data.children",
                             &found);
        for (i = 0; i < count; i++) {
            const char *data = json_raw(found[i].json, "$.data");

            if (data != NULL)
                add_subreddit(choices, seen, person, data);
        }
        after = json_text(reddit_body(&answer), "$.data.after");
    }
    return NULL;
}

/* ------------------------------------------------------------ who it is */

/* Icons come with a signature, escaped for HTML at times; without it they are
   there too. */
static const char *
avatar_of(const char *me)
{
    const char *url = json_text(me, "$.icon_img");

    if (url == NULL || !text_is_link(url))
        return NULL;
    return memory_copy_bytes(url, strcspn(url, "?"));
}

static struct connected
describe(const struct oauth_tokens *tokens)
{
    struct oauth_answer answer = ask(tokens->access_token,
                                     "/api/v1/me?raw_json=1");
    const char *name = json_text(reddit_body(&answer), "$.name");
    struct text choices = { .limit = TEXT_LIMIT }, seen = { 0 };
    const char *fault;

    if (!reddit_is_good(&answer))
        return refuse(reddit_refusal(&answer, 0).words);
    if (name == NULL || name[0] == '\0'
        || name[strcspn(name, "/ \t\r\n")] != '\0')
        return refuse("Reddit does not say whose account it is.");
    value_set_text("handle", name);
    value_set_text("avatar_url", avatar_of(reddit_body(&answer)));
    value_set_text("credentials", oauth_credentials(tokens));
    value_set_integer("token_expires_at", tokens->expires_at);
    add_choice(&choices, memory_format("u_%s", name),
               memory_format("u/%s", name),
               memory_format("https://www.reddit.com/user/%s/", name), "{}");
    fault = add_listing(&choices, &seen, name, tokens->access_token,
                        "moderator");
    if (fault == NULL)
        fault = add_listing(&choices, &seen, name, tokens->access_token,
                            "subscriber");
    if (fault != NULL)
        return refuse(fault);
    text_add(&choices, "]");
    return (struct connected){ .choices = text_string(&choices),
                               .server = "", .limits = "{}" };
}

struct connected
reddit_oauth_finish(const char *server, const char *app,
                    const char *redirect_uri, const char *verifier,
                    const char *code)
{
    struct oauth_tokens tokens = oauth_exchange(reddit_provider(), app,
                                                redirect_uri, verifier, code);

    (void)server;
    if (tokens.access_token == NULL)
        return refuse(oauth_why(&tokens));
    if (!oauth_has_scopes(&tokens, scopes))
        return refuse("Reddit did not give all that Crier needs. Start again"
                      " and allow it.");
    return describe(&tokens);
}

/* The subreddit of an account, as it is now, into *connected. */
static struct result
read_place(struct job *job, struct connected *connected)
{
    const char *place = strrchr(job->remote_account, '/'), *data;
    struct text path = { 0 };
    struct oauth_answer answer;
    struct result result;

    if (place == NULL) {
        connected->remote_id = memory_format("u_%s", connected->handle);
        connected->name = memory_format("u/%s", connected->handle);
        connected->profile_url = memory_format(
            "https://www.reddit.com/user/%s/", connected->handle);
        return told_of_account(NULL);
    }
    text_add(&path, "/r/");
    text_add_url_part(&path, place + 1);
    text_add(&path, "/about");
    answer = reddit_get(job, text_string(&path));
    if (!reddit_is_good(&answer))
        return reddit_refusal(&answer, 0);
    data = json_raw(reddit_body(&answer), "$.data");
    connected->remote_id = memory_format("%s%s", connected->handle, place);
    connected->name = memory_format("r%s", place);
    connected->profile_url = memory_format("https://www.reddit.com/r%s/",
                                           place);
    connected->limits = limits_of(data ? data : "{}");
    result = reddit_limits(job, place + 1, &connected->limits);
    if (result.kind != RESULT_READY)
        return result;
    return told_of_account(data && json_is_true(data, "$.user_is_banned")
                           ? "This subreddit has banned the account." : NULL);
}

struct result
reddit_sync(struct job *job, struct connected *connected)
{
    struct oauth_answer answer = reddit_get(job, "/api/v1/me");

    if (!reddit_is_good(&answer))
        return reddit_refusal(&answer, 0);
    connected->handle = told_id(reddit_body(&answer), "$.name");
    connected->avatar_url = avatar_of(reddit_body(&answer));
    if (connected->handle == NULL)
        return told_of_account("Reddit does not say whose account it is.");
    return read_place(job, connected);
}

struct result
reddit_refresh(struct job *job)
{
    return oauth_renew(reddit_provider(), job);
}

struct result
reddit_revoke(struct job *job)
{
    return oauth_revoke(reddit_provider(), job);
}
