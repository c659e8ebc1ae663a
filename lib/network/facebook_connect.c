/* facebook_connect.c: connecting a person, who chooses one of their Pages. */
#include "network/facebook.h"
#include "network/told.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum { LISTS_MOST = 10, BUSINESSES_MOST = 20 };  /* of 100 Pages each */

/* What publishing and measuring need. pages_manage_engagement comments, and
   pages_read_user_content looks for a comment whose answer was lost. Pages of
   a business are shown only with business_management. */
static const char scopes[] = "pages_show_list,pages_read_engagement,"
    "pages_manage_posts,pages_manage_engagement,pages_read_user_content,"
    "read_insights,business_management";

static const char *const needed[] = { "pages_show_list",
    "pages_read_engagement", "pages_manage_posts", NULL };

static struct oauth_provider
provider(void)
{
    return (struct oauth_provider){ .title = "Facebook", .scopes = scopes,
        .authorize_url = memory_format("%s/%s/dialog/oauth", config_url(
            "login_url", "facebook", "https://www.facebook.com"),
            graph_version("facebook")),
        .token_url = memory_format("%s/oauth/access_token",
                                   facebook_base()),
        .more = "auth_type=rerequest" };
}

struct oauth_start
facebook_oauth_begin(const char *server, const char *app,
                     const char *redirect_uri, const char *state)
{
    struct oauth_provider facebook = provider();

    (void)server;
    return oauth_begin(&facebook, app, redirect_uri, state);
}

/* Who comes back, to which application: JSON {client_id, client_secret}. */
struct person {
    const char *app, *token;
};

static struct http_answer
ask(const struct person *person, const char *url)
{
    return graph_get(graph_proven(url, json_text(person->app,
                     "$.client_secret"), person->token), person->token);
}

static struct connected
refuse(const char *fault)
{
    return (struct connected){ .fault = fault };
}

/* A Page's token lives as long as the person's was meant to when it was given:
   one from a long-lived token has no end. The query holds secrets, so it
   stands in no word of ours. */
static struct oauth_tokens
lengthen(const char *app, const char *token)
{
    struct text query = { 0 };
    struct http_answer answer;

    http_form_add(&query, "grant_type", "fb_exchange_token");
    http_form_add(&query, "client_id", json_text(app, "$.client_id"));
    http_form_add(&query, "client_secret", json_text(app, "$.client_secret"));
    http_form_add(&query, "fb_exchange_token", token);
    answer = http_send(&(struct http_request){
        .url = memory_format("%s/oauth/access_token?%s", facebook_base(),
                             text_string(&query)),
        .headers = { "Accept: application/json" } });
    return oauth_tokens_in("Facebook", &answer);
}

/* ------------------------------------------------------------ permissions */

/* All that was granted, parted by spaces: a Page's token does not tell. */
static const char *
rights_in(const char *answer)
{
    struct text granted = { 0 };
    struct json_member *rights;
    int i, count = json_members(answer, "$.data", &rights);

    for (i = 0; i < count; i++) {
        const char *right = told_id(rights[i].json, "$.permission");

        if (right != NULL && text_same(json_text(rights[i].json, "$.status"),
                                       "granted"))
            text_add_format(&granted, "%s%s", granted.length ? " " : "",
                            right);
    }
    return text_string(&granted);
}

/* People can take each right out of the consent: NULL, or the sentence for
   one who took what publishing needs. *granted is what they left. */
static const char *
missing_right(const struct person *person, const char **granted)
{
    struct http_answer answer = ask(person, facebook_place("me",
                                                           "/permissions"));
    int i;

    if (!graph_is_good(&answer))
        return facebook_refusal(&answer, 0).words;
    *granted = rights_in(text_string(&answer.body));
    for (i = 0; needed[i] != NULL; i++)
        if (!text_has_word(*granted, needed[i]))
            return memory_format("Facebook was not allowed to give the right"
                " %s, which publishing needs. Start again and leave it on.",
                needed[i]);
    return NULL;
}

/* ------------------------------------------------------------ Pages */

static int
may_publish(const char *page)
{
    struct json_member *tasks;
    int i, count = json_members(page, "$.tasks", &tasks);

    for (i = 0; i < count; i++)
        if (text_same(tasks[i].text, "CREATE_CONTENT")
            || text_same(tasks[i].text, "MANAGE"))
            return told_id(page, "$.id") != NULL
                   && told_id(page, "$.access_token") != NULL;
    return 0;
}

/* One choice: a Page with its own token, which never ends, and its person's,
   which uploads videos. Connecting anew may change the tokens of all. */
static void
add_choice(struct text *choices, const char *page)
{
    const char *id = json_text(page, "$.id");
    const char *handle = told_id(page, "$.username");

    value_set_text("remote_id", id);
    value_set_text("handle", handle ? handle : id);
    value_set_text("name", json_text(page, "$.name"));
    value_set_text("profile_url", memory_format("https://www.facebook.com/%s",
                                                handle ? handle : id));
    value_set_text("avatar_url", json_text(page, "$.picture.data.url"));
    value_set_text("page_token", json_text(page, "$.access_token"));
    text_add_format(choices, "%s%s", choices->length ? "," : "[", json_make(
        "json_object('server', '', 'remote_id', :remote_id, 'handle',"
        " :handle, 'name', :name, 'profile_url', :profile_url,"
        " 'avatar_url', :avatar_url, 'limits', '{}', 'token_expires_at', 0,"
        " 'renews', 1,"
        " 'credentials', json_object('access_token', :page_token,"
        "  'user_token', :page_user, 'client_id', :page_app,"
        "  'scope', :page_scope) || '')"));
}

/* The URL of the list behind a cursor. The one that Facebook gives for it
   holds the token and is not used. */
static const char *
list_url(const char *of, const char *edge, const char *after)
{
    struct text url = { 0 };

    text_add(&url, facebook_place(of, edge));
    text_add(&url, "?fields=id,name,username,access_token,"
             "picture.type(large)%7Burl%7D,tasks&limit=100");
    if (after != NULL) {
        text_add(&url, "&after=");
        text_add_url_part(&url, after);
    }
    return text_string(&url);
}

/* A business may name a Page that its person's own list named already. */
static int
is_new(const struct text *choices, const char *page)
{
    const char *id = told_id(page, "$.id");

    return id != NULL && (choices->length == 0
           || strstr(text_string(choices), memory_format(
                     "\"remote_id\":\"%s\"", id)) == NULL);
}

/* Add the Pages of a list: NULL, or why it cannot be read. */
static const char *
add_list(struct text *choices, const struct person *person, const char *of,
         const char *edge)
{
    const char *after = NULL;
    int i, page, more = 1;

    for (page = 0; page < LISTS_MOST && more; page++) {
        struct http_answer answer = ask(person, list_url(of, edge, after));
        const char *body = text_string(&answer.body);
        struct json_member *pages;
        int count;

        if (!graph_is_good(&answer))
            return facebook_refusal(&answer, 0).words;
        count = json_members(body, "$.data", &pages);
        for (i = 0; i < count; i++)
            if (may_publish(pages[i].json) && is_new(choices, pages[i].json))
                add_choice(choices, pages[i].json);
        after = json_text(body, "$.paging.cursors.after");
        more = after != NULL && json_raw(body, "$.paging.next") != NULL;
    }
    return NULL;
}

/* Pages that a person has only through a business are in no list of theirs.
   One without a business is refused these lists: that is no fault. */
static void
add_businesses(struct text *choices, const struct person *person)
{
    struct http_answer answer = ask(person, facebook_place("me",
        "/businesses?fields=id&limit=100"));
    struct json_member *all;
    int i, count;

    if (!graph_is_good(&answer))
        return;
    count = json_members(text_string(&answer.body), "$.data", &all);
    for (i = 0; i < count && i < BUSINESSES_MOST; i++) {
        const char *id = told_id(all[i].json, "$.id");

        if (id != NULL) {
            add_list(choices, person, id, "/owned_pages");
            add_list(choices, person, id, "/client_pages");
        }
    }
}

static struct connected
list_pages(const struct person *person, const char *granted)
{
    struct text choices = { .limit = TEXT_LIMIT };
    const char *fault;

    value_set_text("page_scope", granted);
    value_set_text("page_user", person->token);
    value_set_text("page_app", json_text(person->app, "$.client_id"));
    fault = add_list(&choices, person, "me", "/accounts");
    if (fault != NULL)
        return refuse(fault);
    if (text_has_word(granted, "business_management"))
        add_businesses(&choices, person);
    if (choices.length == 0)
        return refuse("Facebook names no Page that you may publish on. Make"
                      " one, or choose it in Facebook's dialog, then start"
                      " again.");
    text_add(&choices, "]");
    return (struct connected){ .server = "", .limits = "{}",
                               .choices = text_string(&choices) };
}

struct connected
facebook_oauth_finish(const char *server, const char *app,
                      const char *redirect_uri, const char *verifier,
                      const char *code)
{
    struct oauth_provider facebook = provider();
    struct oauth_tokens tokens = oauth_exchange(&facebook, app, redirect_uri,
                                                verifier, code);
    const char *fault, *granted = "";
    struct person person = { .app = app };

    (void)server;
    if (tokens.access_token != NULL)
        tokens = lengthen(app, tokens.access_token);
    if (tokens.access_token == NULL)
        return refuse(oauth_why(&tokens));
    person.token = tokens.access_token;
    fault = missing_right(&person, &granted);
    return fault ? refuse(fault) : list_pages(&person, granted);
}
