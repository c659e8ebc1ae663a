/* linkedin_connect.c: a member, and the pages that he may post to.

   LinkedIn's documentation does not say what /oauth/v2/revoke ends besides
   the token it is given: UNVERIFIED, so it counts as all that a member
   granted, whose pages may be accounts here too (REVOKES_PERSON). */
#include "network/linkedin.h"
#include "network/guard.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

/* What every application may ask for. One with the product Community
   Management asks for pages instead (crier.conf: scopes.linkedin); a scope
   that LinkedIn has not approved fails the whole request. */
static const char member_scopes[] = "openid profile w_member_social";

const struct oauth_provider *
linkedin_provider(void)
{
    static struct oauth_provider provider = {
        .title = "LinkedIn", .client = OAUTH_CLIENT_IN_BODY,
        .challenge = OAUTH_PLAIN, .revoke_access = 1
    };
    const char *host;

    /* Made anew each time: the collector's memory goes between two jobs. */
    host = config_url("login_url", "linkedin", "https://www.linkedin.com");
    provider.scopes = config_word("scopes", "linkedin", member_scopes);
    provider.authorize_url = memory_format("%s/oauth/v2/authorization", host);
    provider.token_url = memory_format("%s/oauth/v2/accessToken", host);
    provider.revoke_url = memory_format("%s/oauth/v2/revoke", host);
    return &provider;
}

static struct connected
refuse(const char *fault)
{
    return (struct connected){ .fault = fault };
}

static const char member_path[] = "/v2/userinfo";
static const char nobody[] = "LinkedIn does not say whose token this is.";

/* remote_id is NULL where it does not say. */
static struct connected
read_member(const char *body)
{
    const char *id = told_id(body, "$.sub");
    struct connected member = {
        .name = json_text(body, "$.name"),
        .avatar_url = json_text(body, "$.picture")
    };

    if (member.avatar_url != NULL
        && guard_url_fault(member.avatar_url) != NULL)
        member.avatar_url = NULL;
    if (id != NULL)
        member.remote_id = memory_format("urn:li:person:%s", id);
    member.handle = told_id(body, "$.name");
    if (member.handle == NULL)
        member.handle = id;
    return member;
}

static const char *
add_member(struct text *choices, const struct oauth_tokens *tokens)
{
    struct oauth_answer answer = linkedin_ask(tokens->access_token,
                                              member_path);
    struct connected member;

    if (!linkedin_is_good(&answer))
        return linkedin_refusal(&answer, 0).words;
    member = read_member(text_string(&answer.http.body));
    if (member.remote_id == NULL)
        return nobody;
    linkedin_add_choice(choices, member.remote_id, member.handle, member.name,
                        member.avatar_url, tokens);
    return NULL;
}

/* A page, or a member where the token may ask who that is. */
struct result
linkedin_sync(struct job *job, struct connected *connected)
{
    const char *urn = linkedin_author(job), *body;
    int page = linkedin_is_page(job);
    struct oauth_answer answer = linkedin_call(job, "GET",
        page ? linkedin_page_path(urn) : member_path, NULL, NULL);

    if (linkedin_is_forbidden(&answer))
        return told_result(RESULT_REJECTED, "auth_error", "LinkedIn did not"
                           " give the right to ask whose account it is.");
    if (!linkedin_is_good(&answer))
        return linkedin_refusal(&answer, 0);
    body = text_string(&answer.http.body);
    if (!page) {
        *connected = read_member(body);
    } else {
        connected->handle = told_id(body, "$.vanityName");
        connected->name = json_text(body, "$.localizedName");
        if (connected->handle == NULL)
            connected->handle = strrchr(urn, ':') + 1;
        connected->profile_url = memory_format(
            "https://www.linkedin.com/company/%s/", connected->handle);
    }
    if (connected->remote_id == NULL && !page)
        return told_of_account(nobody);
    if (page || text_same(connected->remote_id, urn))
        connected->remote_id = job->remote_account;
    return told_of_account(NULL);
}

/* A choice among the member and his pages, as far as the scopes go. */
static struct connected
describe(const struct oauth_tokens *tokens)
{
    const char *scope = tokens->scope ? tokens->scope
                                      : linkedin_provider()->scopes;
    struct oauth_tokens told = { .scope = scope };
    struct text choices = { 0 };
    const char *fault = NULL;

    if (oauth_has_scopes(&told, "openid w_member_social"))
        fault = add_member(&choices, tokens);
    if (fault == NULL && oauth_has_scopes(&told, "w_organization_social"))
        fault = linkedin_add_pages(&choices, tokens);
    if (fault != NULL)
        return refuse(fault);
    if (choices.length == 0)
        return refuse("LinkedIn gave no account that Crier may post to:"
                      " neither a member nor a page. Start again and allow"
                      " it.");
    return (struct connected){ .choices = memory_format(
        "[%s]", text_string(&choices)) };
}

/* Whose token it is, of a member or of one page alone. */
struct connected
linkedin_connect(const char *server, const char *login, const char *secret)
{
    struct oauth_tokens tokens = { .access_token = secret };
    struct connected connected;
    const char *one;

    (void)server;
    if (secret[0] == '\0' || secret[strcspn(secret, " \t\r\n")] != '\0')
        return refuse("That is no access token.");
    connected = describe(&tokens);
    if (connected.fault != NULL)
        return connected;
    if (json_count(connected.choices, "$") > 1)
        return refuse("This token is for several accounts: connect them on"
                      " the connect page.");
    one = json_raw(connected.choices, "$[0]");
    connected = (struct connected){
        .server = "", .remote_id = json_text(one, "$.remote_id"),
        .handle = json_text(one, "$.handle"),
        .name = json_text(one, "$.name"),
        .profile_url = json_text(one, "$.profile_url"),
        .avatar_url = json_text(one, "$.avatar_url"),
        .credentials = json_text(one, "$.credentials"), .limits = "{}"
    };
    if (login[0] != '\0' && !text_same_nocase(login, connected.handle))
        return refuse(memory_format("This access token is %s's.",
                                    connected.handle));
    return connected;
}

struct oauth_start
linkedin_oauth_begin(const char *server, const char *app,
                     const char *redirect_uri, const char *state)
{
    (void)server;
    return oauth_begin(linkedin_provider(), app, redirect_uri, state);
}

struct connected
linkedin_oauth_finish(const char *server, const char *app,
                      const char *redirect_uri, const char *verifier,
                      const char *code)
{
    struct oauth_tokens tokens = oauth_exchange(
        linkedin_provider(), app, redirect_uri, verifier, code);

    (void)server;
    if (tokens.access_token == NULL)
        return refuse(oauth_why(&tokens));
    return describe(&tokens);
}

/* Only approved applications get refresh tokens; the others' accounts are
   good until their 60 days are over. */
struct result
linkedin_refresh(struct job *job)
{
    return oauth_renew(linkedin_provider(), job);
}

struct result
linkedin_revoke(struct job *job)
{
    return oauth_revoke(linkedin_provider(), job);
}
