/* linkedin_pages.c: the accounts that a person chooses from, and which pages
   are among them. */
#include "network/linkedin.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

/* Lists of 100 pages each; and pages whose names are asked for, each by one
   more request of the 150 that a member has in a day. */
enum { LISTS_MOST = 10, NAMED_MOST = 50 };

struct oauth_answer
linkedin_ask(const char *token, const char *path)
{
    struct oauth_answer answer = { .renewal = { .kind = RESULT_READY } };
    struct http_request request = { .url = linkedin_url(path),
                                    .bearer = token };

    linkedin_headers(request.headers);
    answer.http = http_send(&request);
    return answer;
}

void
linkedin_add_choice(struct text *choices, const char *urn,
                    const char *handle, const char *name, const char *avatar,
                    const struct oauth_tokens *tokens)
{
    int page = text_begins(urn, "urn:li:organization:");

    value_set_text("urn", urn);
    value_set_text("handle", handle);
    value_set_text("name", name);
    value_set_text("profile_url", page ? memory_format(
        "https://www.linkedin.com/company/%s/", handle) : NULL);
    value_set_text("avatar", avatar);
    value_set_text("credentials", oauth_credentials(tokens));
    value_set_integer("expires", tokens->expires_at);
    text_add_format(choices, "%s%s", choices->length > 0 ? "," : "",
                    json_make(
        "json_object('server', '', 'remote_id', :urn, 'handle', :handle,"
        " 'name', :name, 'profile_url', :profile_url, 'avatar_url', :avatar,"
        " 'credentials', :credentials, 'limits', '{}',"
        " 'token_expires_at', :expires)"));
}

const char *
linkedin_page_path(const char *urn)
{
    return linkedin_path("/rest/organizations/", strrchr(urn, ':') + 1, "");
}

/* A page's logo (logoV2) is told as URNs of media; by which call one becomes a
   link is UNVERIFIED, so a page has no avatar. One that is not named goes by
   its number until its profile is read (linkedin_sync). */
static void
add_page(struct text *choices, const char *urn, int named,
         const struct oauth_tokens *tokens)
{
    const char *number = strrchr(urn, ':') + 1, *body = "{}", *handle;

    if (named) {
        struct oauth_answer answer = linkedin_ask(
            tokens->access_token, linkedin_page_path(urn));

        if (linkedin_is_good(&answer))
            body = text_string(&answer.http.body);
    }
    handle = told_id(body, "$.vanityName");
    linkedin_add_choice(choices, urn, handle ? handle : number,
                        json_text(body, "$.localizedName"), NULL, tokens);
}

static int
has_more(const char *list)
{
    struct json_member *links;
    int i, count = json_members(list, "$.paging.links", &links);

    for (i = 0; i < count; i++)
        if (text_same(json_text(links[i].json, "$.rel"), "next"))
            return 1;
    return 0;
}

/* The pages of one list that are not among those seen. */
static void
add_list(struct text *choices, const char *list, struct text *seen,
         int *named, const struct oauth_tokens *tokens)
{
    struct json_member *pages;
    int i, count = json_members(list, "$.elements", &pages);

    for (i = 0; i < count; i++) {
        const char *urn = json_text(pages[i].json, "$.organization");

        if (urn == NULL || !text_begins(urn, "urn:li:organization:")
            || text_has_word(text_string(seen), urn))
            continue;
        text_add_format(seen, "%s ", urn);
        add_page(choices, urn, (*named)++ < NAMED_MOST, tokens);
    }
}

/* Both roles may post; DIRECT_SPONSORED_CONTENT_POSTER is for advertising.
   Where the next list starts: learn.microsoft.com/linkedin/shared/api-guide/
   concepts/pagination. */
const char *
linkedin_add_pages(struct text *choices, const struct oauth_tokens *tokens)
{
    static const char *const roles[] = { "ADMINISTRATOR", "CONTENT_ADMIN" };
    struct text seen = { 0 };
    int r, list, more, named = 0;

    for (r = 0; r < 2; r++) {
        int64_t start = 0;

        for (list = 0, more = 1; list < LISTS_MOST && more; list++) {
            struct oauth_answer answer = linkedin_ask(
                tokens->access_token, memory_format(
                    "/rest/organizationAcls?q=roleAssignee&role=%s"
                    "&state=APPROVED&start=%lld&count=100",
                    roles[r], (long long)start));
            const char *body;

            if (!linkedin_is_good(&answer))
                return linkedin_refusal(&answer, 0).words;
            body = text_string(&answer.http.body);
            add_list(choices, body, &seen, &named, tokens);
            start += json_integer(body, "$.paging.count", 100);
            more = has_more(body);
        }
    }
    return NULL;
}
