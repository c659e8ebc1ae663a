/* settings.c: one table of every network's options. */
#include "core/settings.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "data/json.h"

#include <ctype.h>
#include <string.h>

enum { LINK_MOST = 2048 };      /* bytes of a URL */

enum kind {
    SWITCH,                     /* true or false */
    NUMBER,                     /* 0 to most */
    TEXT,                       /* up to most code points */
    WORD,                       /* one of words */
    LINK,                       /* an http or https URL */
    DIGITS,                     /* an id of up to most digits */
    LANGUAGE,                   /* a BCP 47 tag: de, pt-BR */
    LANGUAGES,                  /* a list of up to most of them */
    WORDS                       /* a list of up to most of words */
};

static const struct setting {
    const char *network, *name;
    enum kind kind;
    long long most;
    const char *words;
} known[] = {
    { "site", "summary", TEXT, 500 },

    /* Mastodon's statuses API. The warning counts as text does. */
    { "mastodon", "visibility", WORD, .words =
      "public unlisted private direct" },
    { "mastodon", "contentWarning", TEXT, 500 },
    { "mastodon", "language", LANGUAGE },
    { "mastodon", "sensitive", SWITCH },

    /* app.bsky.feed.post; the labels are those an author may set. */
    { "bluesky", "language", LANGUAGE },
    { "bluesky", "langs", LANGUAGES, 3 },
    { "bluesky", "labels", WORDS, 4, "porn sexual nudity graphic-media" },

    /* resources/webhook of Discord's documentation: a webhook into a forum
       needs one of the two threads. */
    { "discord", "username", TEXT, 80 },
    { "discord", "avatarUrl", LINK },
    { "discord", "threadId", DIGITS, 20 },
    { "discord", "threadName", TEXT, 100 },
    { "discord", "silent", SWITCH },
    { "discord", "suppressEmbeds", SWITCH },

    /* The rest are of Sprkly's platformMeta. */
    { "tiktok", "privacyLevel", WORD, .words = "PUBLIC_TO_EVERYONE"
      " MUTUAL_FOLLOW_FRIENDS FOLLOWER_OF_CREATOR SELF_ONLY" },
    { "tiktok", "disableComment", SWITCH },
    { "tiktok", "disableDuet", SWITCH },
    { "tiktok", "disableStitch", SWITCH },
    { "tiktok", "commercialContentDisclosure", SWITCH },
    { "tiktok", "brandOrganicOptIn", SWITCH },
    { "tiktok", "brandContentOptIn", SWITCH },
    { "tiktok", "videoCoverTimestampMs", NUMBER, 10 * 60 * 1000 },
    { "instagram", "coverUrl", LINK },
    { "facebook", "coverUrl", LINK },
    { "youtube", "thumbnailUrl", LINK },

    /* SocialRails' documentation shows it with "reel"; the other word is
       UNVERIFIED. */
    { "facebook", "videoType", WORD, .words = "reel video" },
    { .name = NULL }
};

static struct fault
refuse(const struct catalogue_row *row, const char *name, const char *why)
{
    const char *setting = memory_format("%s%s%s", row->name,
                                        name[0] ? "." : "", name);

    return (struct fault){ FAULT_SETTINGS,
                           memory_format("platformMeta.%s", setting), 0,
                           memory_format("The setting %s %s.", setting, why) };
}

static int
is_link(const char *string)
{
    return text_is_link(string) && strlen(string) <= LINK_MOST;
}

static int
is_id(const char *string, size_t most)
{
    size_t length = strspn(string, "0123456789");

    return length > 0 && length <= most && string[length] == '\0';
}

static int
is_language(const char *tag)
{
    size_t part = strspn(tag, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "abcdefghijklmnopqrstuvwxyz");

    if (part < 2 || part > 3)
        return 0;
    for (tag += part; *tag == '-'; tag += part) {
        tag++;
        for (part = 0; isalnum((unsigned char)tag[part]); part++)
            ;
        if (part < 1 || part > 8)
            return 0;
    }
    return *tag == '\0';
}

/* Does every element of a list fit? */
static int
list_fits(const struct setting *setting, const char *list)
{
    struct json_member *items;
    int i, count = json_members(list, "$", &items);

    if (count > setting->most)
        return 0;
    for (i = 0; i < count; i++)
        if (!text_same(items[i].type, "text")
            || !(setting->kind == WORDS
                 ? text_has_word(setting->words, items[i].text)
                 : is_language(items[i].text)))
            return 0;
    return 1;
}

/* NULL where the value fits its setting; else what it must be. */
static const char *
value_fault(const struct setting *setting, const struct json_member *value)
{
    int is_text = text_same(value->type, "text");
    long long number;

    switch (setting->kind) {
    case SWITCH:
        return text_has_word("true false", value->type)
               ? NULL : "must be true or false";
    case NUMBER:
        return text_same(value->type, "integer")
               && text_number(value->text, 0, setting->most, &number)
               ? NULL : memory_format("must be a whole number from 0 to %lld",
                                      setting->most);
    case TEXT:
        return is_text && utf8_code_points(value->text)
                          <= (size_t)setting->most
               ? NULL : memory_format("must be text of at most %lld"
                                      " characters", setting->most);
    case WORD:
        return is_text && text_has_word(setting->words, value->text)
               ? NULL : memory_format("must be one of: %s", setting->words);
    case LINK:
        return is_text && is_link(value->text)
               ? NULL : "must be an http or https URL";
    case DIGITS:
        return is_text && is_id(value->text, (size_t)setting->most)
               ? NULL : memory_format("must be an id: 1 to %lld digits, as"
                                      " text", setting->most);
    case LANGUAGE:
        return is_text && is_language(value->text)
               ? NULL : "must be a language such as en or pt-BR";
    case LANGUAGES:
    case WORDS:
        break;
    }
    if (text_same(value->type, "array") && list_fits(setting, value->json))
        return NULL;
    if (setting->kind == LANGUAGES)
        return memory_format("must be a list of at most %lld languages",
                             setting->most);
    return memory_format("must be a list of these: %s", setting->words);
}

static const struct setting *
setting_find(const char *network, const char *name)
{
    const struct setting *setting;

    for (setting = known; setting->name != NULL; setting++)
        if (text_same(setting->network, network)
            && text_same(setting->name, name))
            return setting;
    return NULL;
}

/* Sprkly's rules, and TikTok's that branded content is never private. */
static struct fault
tiktok_fault(const struct catalogue_row *row, const char *settings)
{
    const char *level = json_text(settings, "$.privacyLevel");
    int brand = json_is_true(settings, "$.brandContentOptIn");

    if (level == NULL)
        return refuse(row, "privacyLevel", "is required");
    if (json_is_true(settings, "$.commercialContentDisclosure") && !brand
        && !json_is_true(settings, "$.brandOrganicOptIn"))
        return refuse(row, "commercialContentDisclosure", "needs"
                      " brandOrganicOptIn or brandContentOptIn to be true");
    if (brand && text_same(level, "SELF_ONLY"))
        return refuse(row, "brandContentOptIn",
                      "cannot go with the privacy level SELF_ONLY");
    return NO_FAULT;
}

/* Rules of resources/webhook: a name like Discord's own is refused (50035),
   and a message goes into one thread or begins one (220002). */
static struct fault
discord_fault(const struct catalogue_row *row, const char *settings)
{
    const char *name = json_text(settings, "$.username");

    if (name != NULL && (strcasestr(name, "discord") != NULL
                         || strcasestr(name, "clyde") != NULL
                         || text_same_nocase(name, "everyone")
                         || text_same_nocase(name, "here")))
        return refuse(row, "username", "is a name that Discord does not take");
    if (json_text(settings, "$.threadId") != NULL
        && json_text(settings, "$.threadName") != NULL)
        return refuse(row, "threadName", "cannot go with threadId");
    return NO_FAULT;
}

struct fault
settings_fault(const struct catalogue_row *row, const char *settings)
{
    struct json_member *members;
    int i, j, count;

    if (settings == NULL)
        settings = "{}";
    if (settings[strspn(settings, " \t\r\n")] != '{')
        return refuse(row, "", "must be an object");
    count = json_members(settings, "$", &members);
    for (i = 0; i < count; i++) {
        const struct setting *setting = setting_find(row->name,
                                                     members[i].key);
        const char *why;

        if (setting == NULL)
            return refuse(row, members[i].key,
                          memory_format("is not a setting of %s", row->title));
        for (j = 0; j < i; j++)
            if (text_same(members[j].key, members[i].key))
                return refuse(row, members[i].key, "is given twice");
        if (text_same(members[i].type, "null"))
            continue;
        why = value_fault(setting, &members[i]);
        if (why != NULL)
            return refuse(row, members[i].key, why);
    }
    if (text_same(row->name, "tiktok"))
        return tiktok_fault(row, settings);
    if (text_same(row->name, "discord"))
        return discord_fault(row, settings);
    return NO_FAULT;
}

struct fault
settings_by_network(const char *field, const char *all,
                    struct json_member **networks, int *count)
{
    int i, j;

    *count = all ? json_members(all, "$", networks) : 0;
    for (i = 0; i < *count; i++) {
        struct json_member *one = &(*networks)[i];
        const struct catalogue_row *row = catalogue_find(one->key);

        if (row == NULL || !text_same(one->type, "object"))
            return (struct fault){ FAULT_SETTINGS, field, 0, memory_format(
                "%s.%s is not an object of options of a platform.", field,
                one->key) };
        one->key = row->name;
        for (j = 0; j < i; j++)
            if (text_same((*networks)[j].key, row->name))
                return (struct fault){ FAULT_SETTINGS, field, 0,
                    memory_format("%s.%s is given twice.", field,
                                  row->name) };
    }
    return NO_FAULT;
}
