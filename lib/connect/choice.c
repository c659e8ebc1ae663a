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
    int i, count = json_members(details, "$.choices", &choices);

    for (i = 0; i < count; i++)
        if (text_same(json_text(choices[i].json, "$.remote_id"), remote_id))
            return choices[i].json;
    return NULL;
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
