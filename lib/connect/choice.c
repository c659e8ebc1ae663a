/* choice.c: one account among those that a network described. */
#include "connect/choice.h"
#include "data/json.h"
#include "data/value.h"

static const char *
details_of_one(const struct connected *connected)
{
    value_set_text("server", connected->server);
    value_set_text("remote_id", connected->remote_id);
    value_set_text("handle", connected->handle);
    value_set_text("name", connected->name);
    value_set_text("profile_url", connected->profile_url);
    value_set_text("avatar_url", connected->avatar_url);
    value_set_text("credentials", connected->credentials);
    value_set_text("limits", connected->limits);
    value_set_integer("token_expires_at", connected->token_expires_at);
    return json_make("json_object('server', :server, 'remote_id', :remote_id,"
                     " 'handle', :handle, 'name', :name, 'profile_url',"
                     " :profile_url, 'avatar_url', :avatar_url,"
                     " 'credentials', :credentials, 'limits', :limits,"
                     " 'token_expires_at', :token_expires_at)");
}

const char *
choice_details(const struct connected *connected)
{
    if (connected->choices == NULL)
        return details_of_one(connected);
    if (json_count(connected->choices, "$") == 1)
        return json_raw(connected->choices, "$[0]");
    value_set_text("choices", connected->choices);
    return json_make("json_object('choices', json(:choices))");
}

int
choice_count(const char *details)
{
    return json_count(details, "$.choices");
}

const char *
choice_with(const char *details, const char *remote_id)
{
    struct json_member *choices;
    struct text others = { .limit = TEXT_LIMIT };
    const char *chosen = NULL;
    int i, count = json_members(details, "$.choices", &choices);

    for (i = 0; i < count; i++)
        if (text_same(json_text(choices[i].json, "$.remote_id"), remote_id))
            chosen = choices[i].json;
        else if (json_integer(choices[i].json, "$.renews", 0))
            text_add_format(&others, "%s%s", others.length ? "," : "[",
                            choices[i].json);
    if (chosen == NULL || others.length == 0)
        return chosen;
    text_add(&others, "]");
    value_set_text("chosen", chosen);
    value_set_text("others", text_string(&others));
    return json_make("json_set(:chosen, '$.others', json(:others))");
}

void
choice_renew_others(const char *details, const char *profile,
                    const char *network)
{
    struct json_member *others;
    int i, count = json_members(details, "$.others", &others);

    for (i = 0; i < count; i++) {
        struct account_facts facts = choice_facts(others[i].json);

        facts.profile = profile;
        facts.network = network;
        account_reconnect(&facts);
    }
}

/* A document inside a document: as such, or as a string. */
static const char *
document_in(const char *details, const char *path)
{
    const char *text = json_text(details, path);
    const char *raw = text ? text : json_raw(details, path);

    return text_same(raw, "null") ? NULL : raw;
}

struct account_facts
choice_facts(const char *details)
{
    return (struct account_facts){
        .server = json_text(details, "$.server"),
        .remote_id = json_text(details, "$.remote_id"),
        .handle = json_text(details, "$.handle"),
        .name = json_text(details, "$.name"),
        .profile_url = json_text(details, "$.profile_url"),
        .avatar_url = json_text(details, "$.avatar_url"),
        .credentials = document_in(details, "$.credentials"),
        .limits = document_in(details, "$.limits"),
        .token_expires_at = json_integer(details, "$.token_expires_at", 0)
    };
}
