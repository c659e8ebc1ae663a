/* pinterest_connect.c: connecting a person, who chooses one of their boards. */
#include "network/pinterest.h"
#include "network/told.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum { PAGES_MOST = 4 };        /* of 250 boards each */

/* What publishing and measuring need (PinCreate's own list is these four);
   parted by commas in the URL, by either in an answer. */
const char pinterest_scopes[] =
    "boards:read boards:write pins:read pins:write user_accounts:read";

static const char commas[] =
    "boards:read,boards:write,pins:read,pins:write,user_accounts:read";

/* The token endpoint takes the client's secret by Basic alone. An application
   made before 2025-09-25 gets refresh tokens that renew themselves (60 days)
   only where it asks for them; others do not know the parameter, and an
   authorization server passes over those (RFC 6749, 3.2). Its call to revoke
   tokens is for those of system users alone. */
const struct oauth_provider *
pinterest_provider(void)
{
    static struct oauth_provider provider = {
        .title = "Pinterest", .scopes = commas,
        .exchange_more = "continuous_refresh=true",
        .client = OAUTH_CLIENT_BASIC
    };

    /* Made anew each time: the collector's memory goes between two jobs. */
    provider.authorize_url = memory_format("%s/oauth/", config_url(
        "login_url", "pinterest", "https://www.pinterest.com"));
    provider.token_url = memory_format("%s/oauth/token", config_api_url(
        "pinterest", "https://api.pinterest.com/v5"));
    return &provider;
}

struct oauth_start
pinterest_oauth_begin(const char *server, const char *app,
                      const char *redirect_uri, const char *state)
{
    (void)server;
    return oauth_begin(pinterest_provider(), app, redirect_uri, state);
}

static struct connected
refuse(const char *fault)
{
    return (struct connected){ .fault = fault };
}

/* One choice: this person's board, which is the account's remote id. */
static void
add_choice(struct text *choices, const struct connected *person,
           const char *board)
{
    value_set_text("remote_id", json_text(board, "$.id"));
    value_set_text("handle", person->handle);
    value_set_text("name", json_text(board, "$.name"));
    value_set_text("profile_url", person->profile_url);
    value_set_text("avatar_url", person->avatar_url);
    value_set_text("credentials", person->credentials);
    value_set_integer("token_expires_at", person->token_expires_at);
    text_add_format(choices, "%s%s", choices->length ? "," : "[", json_make(
        "json_object('server', '', 'remote_id', :remote_id, 'handle',"
        " :handle, 'name', :name, 'profile_url', :profile_url,"
        " 'avatar_url', :avatar_url, 'limits', '{}', 'token_expires_at',"
        " :token_expires_at, 'credentials', :credentials)"));
}

/* The person's boards as choices; NULL and why not in *fault. */
static const char *
list_boards(const struct connected *person, const char *token,
            const char **fault)
{
    struct text choices = { .limit = TEXT_LIMIT };
    const char *bookmark = "";
    int i, page, count;

    for (page = 0; page < PAGES_MOST && bookmark != NULL; page++) {
        struct text path = { 0 };
        struct json_member *boards;
        struct oauth_answer answer;

        text_add_format(&path, "/boards?page_size=250%s",
                        bookmark[0] ? "&bookmark=" : "");
        text_add_url_part(&path, bookmark);
        answer = pinterest_ask(token, text_string(&path));
        if (!pinterest_is_good(&answer)) {
            *fault = pinterest_refusal(NULL, &answer, 0).words;
            return NULL;
        }
        count = json_members(text_string(&answer.http.body), "$.items",
                             &boards);
        for (i = 0; i < count; i++)
            if (told_id(boards[i].json, "$.id") != NULL)
                add_choice(&choices, person, boards[i].json);
        bookmark = json_text(text_string(&answer.http.body), "$.bookmark");
    }
    if (choices.length == 0) {
        *fault = "The account has no board, and a pin needs one. Make one at"
                 " Pinterest, then start again.";
        return NULL;
    }
    text_add(&choices, "]");
    return text_string(&choices);
}

static struct connected
describe(const char *token, const char *credentials, int64_t expires_at)
{
    struct oauth_answer answer = pinterest_ask(token, "/user_account");
    const char *body = text_string(&answer.http.body);
    struct connected person = { .server = "", .limits = "{}",
        .credentials = credentials, .token_expires_at = expires_at };

    if (!pinterest_is_good(&answer))
        return refuse(pinterest_refusal(NULL, &answer, 0).words);
    person.handle = told_id(body, "$.username");
    person.remote_id = told_id(body, "$.id");
    person.name = json_text(body, "$.business_name");
    person.avatar_url = json_text(body, "$.profile_image");
    if (person.handle == NULL || person.remote_id == NULL)
        return refuse("Pinterest does not say whose account it is.");
    person.profile_url = memory_format("https://www.pinterest.com/%s/",
                                       person.handle);
    person.choices = list_boards(&person, token, &person.fault);
    return person;
}

/* The board that is the account, and whose it is. */
struct result
pinterest_sync(struct job *job, struct connected *connected)
{
    const char *board, *body;
    struct result result = pinterest_ask_board(job, job->remote_account,
                                               &board);
    struct oauth_answer person;

    if (result.kind != RESULT_READY)
        return result;
    person = pinterest_call(job, "GET", "/user_account", NULL);
    if (!pinterest_is_good(&person))
        return pinterest_refusal(job, &person, 0);
    body = text_string(&person.http.body);
    *connected = (struct connected){
        .remote_id = told_id(board, "$.id"),
        .name = json_text(board, "$.name"),
        .handle = told_id(body, "$.username"),
        .avatar_url = json_text(body, "$.profile_image")
    };
    if (connected->handle == NULL || connected->remote_id == NULL)
        return told_of_account("Pinterest does not say whose board it is.");
    connected->profile_url = memory_format("https://www.pinterest.com/%s/",
                                           connected->handle);
    return told_of_account(NULL);
}

struct connected
pinterest_oauth_finish(const char *server, const char *app,
                       const char *redirect_uri, const char *verifier,
                       const char *code)
{
    struct oauth_tokens tokens = oauth_exchange(pinterest_provider(), app,
                                                redirect_uri, verifier, code);

    (void)server;
    if (tokens.access_token == NULL)
        return refuse(oauth_why(&tokens));
    if (!oauth_has_scopes(&tokens, pinterest_scopes))
        return refuse("Pinterest did not give all that Crier needs: to read"
                      " and write boards and pins. Start again and allow"
                      " it.");
    return describe(tokens.access_token, oauth_credentials(&tokens),
                    tokens.expires_at);
}

struct result
pinterest_refresh(struct job *job)
{
    return oauth_renew(pinterest_provider(), job);
}
