/* post_choose.c: from the accounts and media a request names to a post. */
#include "core/post.h"
#include "core/key.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/db.h"
#include "data/json.h"
#include "data/json_part.h"
#include "data/value.h"

#include <string.h>

struct viewer
viewer_here(void)
{
    return (struct viewer){ value_text("my_profile"), value_text("my_key"),
                            value_integer("my_limited", 0) == 1 };
}

static struct fault
refusal(enum fault_kind kind, const char *field, const char *detail)
{
    return (struct fault){ .kind = kind, .field = field, .detail = detail };
}

/* The networks asked for, each once, by the catalogue's names. */
static struct fault
read_platforms(const char *platforms, const struct catalogue_row **networks,
               int *count)
{
    struct json_member *names;
    int i, j, sent = json_members(platforms, "$", &names);

    *count = 0;
    for (i = 0; i < sent; i++) {
        const struct catalogue_row *network = catalogue_find(names[i].text);

        if (network == NULL || !network->has_driver)
            return refusal(FAULT_PLATFORM_UNSUPPORTED, "platforms",
                memory_format("%s is not a platform that posts can be sent"
                              " to; GET /platforms lists them.",
                              names[i].text));
        for (j = 0; j < *count && networks[j] != network; j++)
            continue;
        if (j == *count && *count < POST_TARGETS)
            networks[(*count)++] = network;
    }
    return NO_FAULT;
}

static int
is_among(const char *network, const struct catalogue_row **networks, int count)
{
    while (count-- > 0)
        if (text_same(networks[count]->name, network))
            return 1;
    return 0;
}

static void
add_target(void *context)
{
    struct post_new *post = context;
    struct post_target *target;

    if (post->target_count == POST_TARGETS)
        return;
    target = &post->targets[post->target_count++];
    *target = (struct post_target){
        .account = value_text("choose_account"),
        .network = value_text("choose_network"),
        .limits = value_text("choose_limits")
    };
}

#define ACCOUNT_COLUMNS \
    "id AS choose_account, network AS choose_network," \
    " limits AS choose_limits, status AS choose_status," \
    KEY_SEES("choose", "id") " AS choose_visible"

static struct fault
add_account(const char *id, const struct catalogue_row **networks, int count,
            struct post_new *post)
{
    int i;

    value_set_text("choose_id", id);
    if (db_run("SELECT " ACCOUNT_COLUMNS " FROM account"
               " WHERE id = :choose_id AND profile = :choose_profile")
        != DB_ROW)
        return refusal(FAULT_ACCOUNTS, "profileIds", NULL);
    if (!value_integer("choose_visible", 0))
        return refusal(FAULT_ACCOUNTS_DENIED, "profileIds", NULL);
    if (!text_same(value_text("choose_status"), "active"))
        return refusal(FAULT_ACCOUNTS, "profileIds", memory_format(
            "A %s account among profileIds is %s; connect it again.",
            value_text("choose_network"), value_text("choose_status")));
    if (!is_among(value_text("choose_network"), networks, count))
        return refusal(FAULT_ACCOUNTS, "profileIds", memory_format(
            "A profileId is a %s account, which platforms does not name.",
            value_text("choose_network")));
    for (i = 0; i < post->target_count; i++)
        if (text_same(post->targets[i].account, id))
            return NO_FAULT;
    add_target(post);
    return NO_FAULT;
}

/* Every network asked for has at least one target: a post that silently
   leaves one out is not what was asked. */
static struct fault
check_each_network(const struct catalogue_row **networks, int count,
                   const struct post_new *post, enum fault_kind kind)
{
    int i, j;

    for (i = 0; i < count; i++) {
        for (j = 0; j < post->target_count; j++)
            if (text_same(post->targets[j].network, networks[i]->name))
                break;
        if (j == post->target_count)
            return refusal(kind, kind == FAULT_ACCOUNTS ? "profileIds"
                : "platforms", memory_format(kind == FAULT_ACCOUNTS
                ? "None of profileIds is a %s account."
                : "No active %s account is connected.", networks[i]->name));
    }
    return NO_FAULT;
}

struct fault
post_choose(struct viewer viewer, const char *platforms, const char *ids,
            struct post_new *post)
{
    const struct catalogue_row *networks[POST_TARGETS];
    struct text names = { .limit = 4096 };
    struct json_member *members;
    struct fault fault;
    int i, count, sent;

    value_set_text("choose_profile", viewer.profile);
    value_set_text("choose_key", viewer.api_key);
    value_set_integer("choose_limited", viewer.limited);
    fault = read_platforms(platforms, networks, &count);
    if (fault.kind)
        return fault;
    sent = ids ? json_members(ids, "$", &members) : 0;
    for (i = 0; i < sent; i++) {
        fault = add_account(members[i].text, networks, count, post);
        if (fault.kind)
            return fault;
    }
    if (sent > 0)
        return check_each_network(networks, count, post, FAULT_ACCOUNTS);
    for (i = 0; i < count; i++)
        text_add_format(&names, "%s\"%s\"", i ? "," : "[", networks[i]->name);
    text_add(&names, "]");
    value_set_text("choose_networks", text_string(&names));
    sent = db_each("SELECT " ACCOUNT_COLUMNS " FROM account"
            " WHERE profile = :choose_profile AND status = 'active'"
            " AND network IN (SELECT value FROM json_each(:choose_networks))"
            " AND " KEY_SEES("choose", "id")
            " ORDER BY connected_at, id", add_target, post);
    if (sent > POST_TARGETS)
        return refusal(FAULT_ACCOUNTS, "profileIds", memory_format(
            "%d accounts of these platforms are connected; name up to %d of"
            " them in profileIds.", sent, POST_TARGETS));
    return check_each_network(networks, count, post, FAULT_NO_ACCOUNT);
}

static struct fault
add_media(struct post_media *media, const char *id, const char *url)
{
    if (media->count == POST_MEDIA)
        return refusal(FAULT_MEDIA, "mediaUrls", "Too many media.");
    media->items[media->count++] = (struct post_medium){ id, url, NULL };
    return NO_FAULT;
}

struct fault
post_add_url(struct post_media *media, const char *url, const char *kind)
{
    struct fault fault;

    if (!text_is_link(url) || strlen(url) > POST_URL)
        return refusal(FAULT_MEDIA, "mediaUrls", memory_format(
            "Media must be http or https URLs of up to %d bytes.", POST_URL));
    fault = add_media(media, NULL, url);
    if (!fault.kind)
        media->items[media->count - 1].kind = kind;
    return fault;
}

struct fault
post_add_urls(struct post_media *media, const char *urls)
{
    struct json_member *items;
    int i, count = urls ? json_members(urls, "$", &items) : 0;

    for (i = 0; i < count; i++) {
        struct fault fault = post_add_url(media, items[i].text, NULL);

        if (fault.kind)
            return fault;
    }
    return NO_FAULT;
}

struct fault
post_add_uploads(struct post_media *media, const char *ids)
{
    struct json_member *items;
    int i, count = ids ? json_members(ids, "$", &items) : 0;

    for (i = 0; i < count; i++) {
        struct fault fault = add_media(media, items[i].text, NULL);

        if (fault.kind)
            return fault;
    }
    return NO_FAULT;
}

struct fault
post_add_alts(struct post_media *media, const char *alts)
{
    struct json_part part;
    int i = 0, more = alts && json_part_first(&part, memory_copy(alts));

    for (; more; more = json_part_next(&part)) {
        if (i == media->count)
            return refusal(FAULT_FIELD, "altTexts",
                           "altTexts has more items than there are media.");
        media->items[i++].alt = json_part_text(&part);
    }
    return NO_FAULT;
}
