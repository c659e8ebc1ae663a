/* native_post.c: from Sprkly's payload to a post, and its answer. */
#include "dialect/native_post.h"
#include "dialect/parts.h"
#include "web/request.h"
#include "base/clock.h"
#include "base/memory.h"
#include "core/settings.h"

const struct field native_post_fields[] = {
    { "platforms", LIST, 1, 30, .required = 1, .item = TEXT,
      .item_maximum = 40, .missing = FAULT_PLATFORMS_MISSING,
      .wrong = FAULT_PLATFORMS_MISSING,
      .words = "Networks to post to; GET /platforms lists them" },
    { "profileIds", LIST, 1, POST_TARGETS, .item = ID,
      .wrong = FAULT_ACCOUNTS,
      .words = "Accounts to post to, from GET /connections; without them"
               " every active account of the platforms" },
    { "caption", TEXT, 0, NATIVE_CAPTION, .wrong = FAULT_TEXT_TOO_LONG,
      .words = "The text; required unless media are given" },
    { "title", TEXT, 0, 300, .wrong = FAULT_TITLE_TOO_LONG,
      .words = "Required for TikTok and YouTube" },
    { "scheduledTime", TIME, .wrong = FAULT_TIME,
      .words = "When it should be out; in the future" },
    { "timezone", TEXT, 0, 64, .wrong = FAULT_ZONE,
      .words = "IANA name, for a scheduledTime without an offset" },
    { "mediaUrls", LIST, 0, POST_MEDIA, .item = TEXT, .item_maximum = 2000,
      .wrong = FAULT_MEDIA, .words = "Public URLs, fetched when due" },
    { "mediaId", ID, .wrong = FAULT_MEDIA_NOT_FOUND,
      .words = "An upload, from POST /media" },
    { "mediaIds", LIST, 0, POST_MEDIA, .item = ID,
      .wrong = FAULT_MEDIA_NOT_FOUND, .words = "Several uploads, in order" },
    { "altTexts", LIST, 0, POST_MEDIA, .item = TEXT, .item_maximum = 5000,
      .words = "What each of the media shows, in order" },
    { "platformMeta", OBJECT, .wrong = FAULT_SETTINGS,
      .words = "Options by network" },
    { FIRST_COMMENT_FIELD }, { THREAD_FIELD },
    { "externalId", TEXT, 0, 255, .words = "Your own id for it" },
    { "category", TEXT, 0, 100, .words = "A label" },
    { "draft", BOOLEAN, .otherwise = "false",
      .words = "Store it without a time" },
    {0}
};

void
native_post_media(struct post_media *media)
{
    const char *one = value_text("mediaId");

    if (one != NULL)
        media->items[media->count++] = (struct post_medium){ one };
    refuse_if(post_add_uploads(media, value_text("mediaIds")));
    refuse_if(post_add_urls(media, value_text("mediaUrls")));
    refuse_if(post_add_alts(media, value_text("altTexts")));
}

int
native_post_options(struct json_member **networks)
{
    int count;

    refuse_if(settings_by_network("platformMeta", value_text("platformMeta"),
                                  networks, &count));
    return count;
}

/* firstComment and thread among a network's options go before those of the
   request. */
static void
share_settings(struct post_new *post)
{
    struct json_member *networks;
    int i, j, count = native_post_options(&networks);

    for (i = 0; i < count; i++)
        for (j = 0; j < post->target_count; j++)
            if (text_same(post->targets[j].network, networks[i].key)) {
                post->targets[j].settings = networks[i].json;
                refuse_if(post_parts_take(&post->targets[j].settings,
                                          &post->targets[j].parts));
            }
}

int64_t
native_post_due(void)
{
    int64_t due_at = value_integer("scheduledTime", 0);

    return due_at == 0 && value_is_set("scheduledTime") ? 1 : due_at;
}

struct post_new *
native_post_read(void)
{
    struct post_new *post = memory_get(sizeof *post);

    refuse_if(post_choose(viewer_here(), value_text("platforms"),
                           value_text("profileIds"), post));
    post->text = value_text("caption");
    post->title = value_text("title");
    post->category = value_text("category");
    post->external_id = value_text("externalId");
    post->due_at = native_post_due();
    post->may_repeat = request_header("IDEMPOTENCY_KEY") != NULL;
    native_post_media(&post->media);
    refuse_if(post_parts_read(value_text("firstComment"),
                              value_text("thread"), &post->parts));
    share_settings(post);
    return post;
}

void
native_post_create(struct post_new *post)
{
    struct text body = { .limit = TEXT_LIMIT };
    char time[CLOCK_ROOM];
    int i;

    refuse_if(post_create(viewer_here(), post));
    for (i = 0; i < post->target_count; i++)
        text_add_format(&body, "%s\"post_%s\"", i ? "," : "{\"postIds\":[",
                        post->targets[i].id);
    if (post->due_at != 0)
        text_add_format(&body, "],\"status\":\"scheduled\","
                        "\"scheduledTime\":\"%s\"",
                        clock_print(post->due_at, CLOCK_MILLISECONDS, time));
    else
        text_add(&body, "],\"status\":\"draft\",\"scheduledTime\":null");
    text_add(&body, "}");
    reply(201, &body);
}
