/* check_subreddit.c: a title, a body, a link, a flair: a subreddit's rules. */
#include "core/check_subreddit.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "data/json.h"

#include <string.h>

enum { FLAIRS_TOLD = 10, NAME_MOST = 64, TITLE_MOST = 300 };

static struct fault
wrong(enum fault_kind kind, const char *field, const char *words)
{
    return (struct fault){ kind, field, 0, words };
}

/* ------------------------------------------------------------ flair */

/* The names of some of these flairs, for people. */
static const char *
names_of(const char *told)
{
    struct json_member *flairs;
    struct text names = { 0 };
    int i, count = json_members(told, "$.flairs", &flairs);

    for (i = 0; i < count && i < FLAIRS_TOLD; i++) {
        const char *text = json_text(flairs[i].json, "$.text");

        text = text ? text : "";
        text_add_format(&names, "%s%.*s", i ? ", " : "",
                        (int)utf8_grapheme_bytes(text, NAME_MOST), text);
    }
    return count > 0 ? text_string(&names) : "none that you may set";
}

const char *
subreddit_flair(const char *told, const char *settings)
{
    const char *id = json_text(settings, "$.flairId");
    const char *text = json_text(settings, "$.flairText");
    struct json_member *flairs;
    int i, count = json_members(told, "$.flairs", &flairs);

    for (i = 0; i < count; i++)
        if (id != NULL ? text_same(json_text(flairs[i].json, "$.id"), id)
            : text != NULL && text_same(json_text(flairs[i].json, "$.text"),
                                        text))
            return flairs[i].json;
    return NULL;
}

/* An id alone is Reddit's to judge. */
static struct fault
flair_fault(const char *place, const char *told, const char *settings)
{
    int known = json_raw(told, "$.flairs") != NULL;
    const char *text = json_text(settings, "$.flairText"), *flair;
    const char *has = known ? memory_format(" It has: %s.", names_of(told))
                            : "";

    if (text == NULL && (json_text(settings, "$.flairId") != NULL
                         || !json_is_true(told, "$.rules.is_flair_required")))
        return NO_FAULT;
    if (text == NULL)
        return wrong(FAULT_SETTINGS, "platformMeta.reddit.flairId",
            memory_format("%s takes no post without a flair: set flairId or"
                          " flairText.%s", place, has));
    flair = subreddit_flair(told, settings);
    if (flair == NULL && known)
        return wrong(FAULT_SETTINGS, "platformMeta.reddit.flairText",
            memory_format("%s has no such flair.%s", place, has));
    if (flair != NULL && !text_same(json_text(flair, "$.text"), text)
        && !json_is_true(flair, "$.text_editable"))
        return wrong(FAULT_SETTINGS, "platformMeta.reddit.flairText",
                     "The text of this flair cannot be changed; leave"
                     " flairText out.");
    return NO_FAULT;
}

/* ------------------------------------------------------------ rules */

/* Is a host, or one that it stands below, in a list of the subreddit's? */
static int
is_listed(const char *told, const char *path, const char *link)
{
    const char *host = strstr(link, "://");
    struct json_member *listed;
    int i, count = json_members(told, path, &listed);
    const char *name = host ? memory_copy_bytes(host + 3,
                                  strcspn(host + 3, ":/?#")) : "";

    for (i = 0; i < count; i++)
        if (listed[i].text != NULL && listed[i].text[0] != '\0'
            && (text_same_nocase(name, listed[i].text)
                || text_ends(name, memory_format(".%s", listed[i].text))))
            return 1;
    return 0;
}

static struct fault
title_fault(const char *place, const char *told, const char *title)
{
    int64_t length = title ? (int64_t)utf8_code_points(title) : 0;
    int64_t least = json_integer(told, "$.rules.title_text_min_length", 0);
    int64_t most = json_integer(told, "$.rules.title_text_max_length",
                                TITLE_MOST);
    struct fault fault = wrong(FAULT_FIELD, "title", NULL);

    if (length >= least && length <= most)
        return NO_FAULT;
    fault.detail = memory_format("%s takes titles of %lld to %lld characters,"
        " and this has %lld.", place, (long long)least, (long long)most,
        (long long)length);
    if (length > most) {
        fault.kind = FAULT_TITLE_TOO_LONG;
        fault.limit = most;
    }
    return fault;
}

static struct fault
body_fault(const char *place, const char *told, const char *text)
{
    const char *body = json_text(told, "$.rules.body_restriction_policy");

    if (text_same(body, "required") && text[0] == '\0')
        return wrong(FAULT_FIELD, "caption", memory_format(
            "%s takes no post without a text.", place));
    if (text_same(body, "notAllowed") && text[0] != '\0')
        return wrong(FAULT_FIELD, "caption", memory_format(
            "%s takes no text in a post.", place));
    return NO_FAULT;
}

static struct fault
link_fault(const char *place, const char *told, const char *link)
{
    if (link == NULL
        || (!is_listed(told, "$.rules.domain_blacklist", link)
            && (json_count(told, "$.rules.domain_whitelist") == 0
                || is_listed(told, "$.rules.domain_whitelist", link))))
        return NO_FAULT;
    return wrong(FAULT_SETTINGS, "platformMeta.reddit.url", memory_format(
        "%s takes no links to this site.", place));
}

struct fault
subreddit_fault(const char *place, const char *told,
                const struct check_content *content)
{
    const char *settings = content->settings ? content->settings : "{}";
    struct fault fault = title_fault(place, told, content->title);

    if (!fault.kind)
        fault = body_fault(place, told, content->text);
    if (!fault.kind)
        fault = link_fault(place, told, json_text(settings, "$.url"));
    if (!fault.kind)
        fault = flair_fault(place, told, settings);
    return fault;
}
