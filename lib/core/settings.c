/* settings.c: one table of every network's options. */
#include "core/settings.h"
#include "core/settings_value.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "data/json.h"

#include <string.h>

static const struct setting known[] = {
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

    /* sendMessage and its like in Telegram's Bot API. */
    { "telegram", "silent", SWITCH },
    { "telegram", "protectContent", SWITCH },
    { "telegram", "disableLinkPreview", SWITCH },

    /* resources/webhook of Discord's documentation: a webhook into a forum
       needs one of the two threads. */
    { "discord", "username", TEXT, 80 },
    { "discord", "avatarUrl", LINK },
    { "discord", "threadId", DIGITS, 20 },
    { "discord", "threadName", TEXT, 100 },
    { "discord", "silent", SWITCH },
    { "discord", "suppressEmbeds", SWITCH },

    /* The Posts API of LinkedIn; connections are a member's alone. */
    { "linkedin", "visibility", WORD, .words =
      "PUBLIC CONNECTIONS LOGGED_IN" },

    /* POST /2/tweets of X; without replySettings everyone may reply. */
    { "twitter", "replySettings", WORD, .words =
      "following mentionedUsers subscribers verified" },
    { "twitter", "madeWithAi", SWITCH },
    { "twitter", "paidPartnership", SWITCH },

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

    /* Of the Content Posting API, as it calls them but for their letters. */
    { "tiktok", "isAigc", SWITCH },
    { "tiktok", "autoAddMusic", SWITCH },
    { "tiktok", "photoCoverIndex", NUMBER, 34 },

    { "instagram", "coverUrl", LINK },
    { "instagram", "type", WORD, .words = "feed story" },
    { "instagram", "shareToFeed", SWITCH },
    { "instagram", "thumbOffset", NUMBER, 15 * 60 * 1000 },

    /* ig-user/media of Instagram's Graph API. A trial reel is shown first to
       those who do not follow. */
    { "instagram", "collaborators", PEOPLE, 3 },
    { "instagram", "userTags", TAGS, 20 },
    { "instagram", "locationId", DIGITS, 20 },
    { "instagram", "audioName", TEXT, 100 },
    { "instagram", "trialReel", WORD, .words = "MANUAL SS_PERFORMANCE" },
    { "instagram", "aiGenerated", SWITCH },

    { "facebook", "coverUrl", LINK },
    { "facebook", "link", LINK },
    { "facebook", "type", WORD, .words = "feed story" },
    { "youtube", "thumbnailUrl", LINK },

    /* videos.insert of YouTube's Data API. */
    { "youtube", "privacyStatus", WORD, .words = "public unlisted private" },
    { "youtube", "categoryId", DIGITS, 3 },
    { "youtube", "tags", TEXTS, 500 },
    { "youtube", "language", LANGUAGE },
    { "youtube", "madeForKids", SWITCH },
    { "youtube", "containsSyntheticMedia", SWITCH },
    { "youtube", "embeddable", SWITCH },
    { "youtube", "license", WORD, .words = "youtube creativeCommon" },
    { "youtube", "notifySubscribers", SWITCH },

    /* Threads' publishing reference. */
    { "threads", "replyControl", WORD, .words = "everyone accounts_you_follow"
      " mentioned_only parent_post_author_only followers_only" },
    { "threads", "topicTag", TEXT, 50 },
    { "threads", "linkAttachment", LINK },
    { "threads", "spoiler", SWITCH },

    /* Pinterest's PinCreate and PinMediaSourceVideoID. */
    { "pinterest", "boardId", DIGITS, 20 },
    { "pinterest", "link", LINK },
    { "pinterest", "coverUrl", LINK },
    { "pinterest", "coverSecond", NUMBER, 900 },

    /* POST /api/submit of Reddit; a subreddit goes without r/, a profile as
       u_name. videogif is a video that loops without its sound. */
    { "reddit", "subreddit", NAME, 23 },
    { "reddit", "kind", WORD, .words =
      "self link image gallery video videogif" },
    { "reddit", "url", LINK },
    { "reddit", "flairId", NAME, 36 },
    { "reddit", "flairText", TEXT, 64 },
    { "reddit", "nsfw", SWITCH },
    { "reddit", "spoiler", SWITCH },
    { "reddit", "sendReplies", SWITCH },
    { "reddit", "resubmit", SWITCH },
    { "reddit", "coverUrl", LINK },

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

/* All tags together have at most 500 characters, each comma between two and
   the two quotes around a tag with a space included. */
static struct fault
youtube_fault(const struct catalogue_row *row, const char *settings)
{
    struct json_member *tags;
    int i, count = json_members(settings, "$.tags", &tags);
    size_t length = 0;

    for (i = 0; i < count; i++)
        length += utf8_code_points(tags[i].text) + (i > 0)
                  + 2 * (strchr(tags[i].text, ' ') != NULL);
    return length > 500 ? refuse(row, "tags", "must have at most 500"
                                 " characters in all") : NO_FAULT;
}

static struct fault
threads_fault(const struct catalogue_row *row, const char *settings)
{
    const char *tag = json_text(settings, "$.topicTag");

    return tag != NULL && strpbrk(tag, ".&") != NULL
           ? refuse(row, "topicTag", "takes no . and no &") : NO_FAULT;
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
        why = settings_value_fault(setting, &members[i]);
        if (why != NULL)
            return refuse(row, members[i].key, why);
    }
    if (text_same(row->name, "tiktok"))
        return tiktok_fault(row, settings);
    if (text_same(row->name, "discord"))
        return discord_fault(row, settings);
    if (text_same(row->name, "youtube"))
        return youtube_fault(row, settings);
    if (text_same(row->name, "threads"))
        return threads_fault(row, settings);
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
