/* socialsyncer_post.c: SocialSyncer's create, and what it answers. */
#include "dialect/socialsyncer_post.h"
#include "dialect/parts.h"
#include "base/clock.h"
#include "base/memory.h"
#include "core/media_links.h"
#include "core/post_whole.h"
#include "core/publish_now.h"
#include "core/settings.h"
#include "data/json.h"
#include "web/request.h"

#include <stdio.h>

static const struct field media_fields[] = {
    { "type", TEXT, .one_of = "image video gif" },
    { "url", TEXT, 1, 2000, .required = 1 },
    { "altText", TEXT, 0, 5000 },
    {0}
};

static const struct field target_fields[] = {
    { "platform", TEXT, 1, 40, .required = 1 },
    { "accountId", ID, .required = 1, .wrong = FAULT_ACCOUNTS },
    { "customContent", TEXT, 0, 63206 },
    { "customMedia", LIST, 0, POST_MEDIA, .item = OBJECT,
      .fields = media_fields },
    { "platformSpecificData", OBJECT },
    {0}
};

const struct field syncer_edit_fields[] = {
    { "content", TEXT, 0, 63206, .required = 1, .words = "The new text, for"
      " every platform that lets a published post be edited" },
    {0}
};

const struct field syncer_post_fields[] = {
    { "content", TEXT, 0, 63206, .words = "The text; may be left out where"
      " media are attached or all platforms have customContent" },
    { "mediaItems", LIST, 0, POST_MEDIA, .item = OBJECT,
      .fields = media_fields, .words = "Objects of type and url" },
    { "platforms", LIST, 0, 50, .item = OBJECT, .fields = target_fields,
      .words = "Where to; required unless it is a draft" },
    { "publishNow", BOOLEAN, .otherwise = "false" },
    { "scheduledFor", TIME, .nullable = 1, .wrong = FAULT_TIME },
    { "isDraft", BOOLEAN, .otherwise = "false" },
    { "timezone", TEXT, 0, 64, .otherwise = "UTC", .wrong = FAULT_ZONE },
    { FIRST_COMMENT_FIELD }, { THREAD_FIELD },
    { "tags", LIST, 0, 50, .item = TEXT, .item_maximum = 100 },
    { "tiktokSettings", OBJECT, .words = "For every TikTok target" },
    { "facebookSettings", OBJECT, .words = "For every Facebook target" },
    {0}
};

static const char *
part(const char *list, int i, const char *name)
{
    char path[100];

    snprintf(path, sizeof path, "%s[%d].%s", list, i, name);
    return value_text(path);
}

/* The media objects of the list by that name, already taken. */
static void
read_media(const char *list, struct post_media *media)
{
    int i, count = (int)value_integer(list, 0);

    for (i = 0; i < count; i++) {
        refuse_if(post_add_url(media, part(list, i, "url"),
                               part(list, i, "type")));
        media->items[i].alt = part(list, i, "altText");
    }
}

/* The request's settings for all targets of a network; NULL where it has
   none. */
static const char *
for_all(const struct catalogue_row *row)
{
    return text_same(row->name, "tiktok") ? value_text("tiktokSettings")
        : text_same(row->name, "facebook") ? value_text("facebookSettings")
        : NULL;
}

/* A target's own settings over those. */
static const char *
merged_settings(const struct catalogue_row *row, const char *own)
{
    const char *root = for_all(row);

    if (root == NULL)
        return own ? own : "{}";
    value_lend_text("merge_root", root);
    value_lend_text("merge_own", own ? own : "{}");
    return json_make("json_patch(:merge_root, :merge_own)");
}

static struct post_target *
target_of(struct post_new *post, const char *account)
{
    int i;

    for (i = 0; i < post->target_count; i++)
        if (text_same(post->targets[i].account, account))
            return &post->targets[i];
    return NULL;
}

/* One platforms[] entry upon the target of its account. Settings for all are
   copied to each, so what is no setting is refused at once. */
static void
read_target(struct post_new *post, int i)
{
    struct post_target *target
        = target_of(post, part("platforms", i, "accountId"));
    const struct catalogue_row *row
        = catalogue_find(part("platforms", i, "platform"));
    const char *own_media = memory_format("platforms[%d].customMedia", i);

    if (target == NULL || !text_same(target->network, row->name))
        refuse_field(FAULT_ACCOUNTS,
                     memory_format("platforms[%d].accountId", i),
                     "platforms[%d].accountId is no %s account.", i,
                     row->title);
    target->text = part("platforms", i, "customContent");
    target->settings = merged_settings(row,
        part("platforms", i, "platformSpecificData"));
    refuse_if(post_parts_take(&target->settings, &target->parts));
    if (for_all(row) != NULL)
        refuse_if(settings_fault(row, target->settings));
    if (value_is_set(own_media)) {
        struct post_media *media = memory_get(sizeof *media);

        read_media(own_media, media);
        target->media = media;
    }
}

static void
read_targets(struct post_new *post)
{
    struct text networks = { .limit = 8192 }, accounts = { .limit = 8192 };
    int i, count = (int)value_integer("platforms", 0);

    for (i = 0; i < count; i++) {
        text_add_format(&networks, "%s\"", i ? "," : "[");
        text_add_json(&networks, part("platforms", i, "platform"));
        text_add(&networks, "\"");
        text_add_format(&accounts, "%s\"%s\"", i ? "," : "[",
                        part("platforms", i, "accountId"));
    }
    if (count == 0)
        return;
    text_add(&networks, "]");
    text_add(&accounts, "]");
    refuse_if(post_choose(viewer_here(), text_string(&networks),
                          text_string(&accounts), post));
    for (i = 0; i < count; i++)
        read_target(post, i);
}

/* When: now, at a time, or not yet. */
static void
read_time(struct post_new *post)
{
    if (value_integer("isDraft", 0))
        return;
    if (post->target_count == 0)
        refuse_field(FAULT_PLATFORMS_MISSING, "platforms",
                     "platforms is required unless isDraft is true.");
    post->at_once = value_integer("publishNow", 0) == 1;
    post->due_at = post->at_once ? clock_now()
                                 : value_integer("scheduledFor", 0);
    if (post->due_at == 0)
        refuse_field(FAULT_FIELD_MISSING, "scheduledFor", "One of publishNow,"
                     " scheduledFor and isDraft is required.");
}

static struct post_new *
read_post(void)
{
    struct post_new *post = memory_get(sizeof *post);

    post->text = value_text("content");
    post->tags = value_text("tags");
    post->may_repeat = request_header("IDEMPOTENCY_KEY") != NULL;
    read_media("mediaItems", &post->media);
    refuse_if(post_parts_read(value_text("firstComment"),
                              value_text("thread"), &post->parts));
    read_targets(post);
    read_time(post);
    if (post->target_count == 0 && post->media.count == 0
        && (post->text == NULL || post->text[0] == '\0'))
        refuse((struct fault){ .kind = FAULT_CONTENT_MISSING,
                               .field = "content" });
    return post;
}

void
syncer_sign_one(void)
{
    media_links("SELECT m.id AS link_media, m.extension AS link_extension"
                " FROM attachment x JOIN media m ON m.id = x.media"
                " JOIN post p ON p.id = x.post"
                " WHERE p.id = :id AND p.profile = :my_profile");
}

void
syncer_create(void)
{
    struct text body = { .limit = TEXT_LIMIT };
    struct post_new *post = read_post();

    refuse_if(post_create(viewer_here(), post));
    request_body_done();
    value_set_text("id", post->id);
    syncer_sign_one();
    if (post->at_once) {
        db_run_reply(SYNCER_ONE, &body, NULL);
        reply_keep(201, &body);
        publish_now(post->id);
        db_begin();
    }
    serve_sql(201, SYNCER_ONE, FAULT_POST_NOT_FOUND);
}

void
syncer_edit(void)
{
    struct text body = { .limit = TEXT_LIMIT };
    const char *id = value_text("id"), *kept;

    refuse_if(post_whole_edit(viewer_here(), id, value_text("content"),
                              &kept));
    value_set_text("edit_kept", kept);
    syncer_sign_one();
    db_run_reply(SYNCER_EDITED, &body, NULL);
    reply_keep(200, &body);
    change_now(id);
    db_begin();
    serve_sql(200, SYNCER_EDITED, FAULT_POST_NOT_FOUND);
}

void
syncer_retry(void)
{
    refuse_if(post_whole_retry(viewer_here(), value_text("id")));
    syncer_sign_one();
    serve_sql(200, SYNCER_ONE, FAULT_POST_NOT_FOUND);
}

void
syncer_delete(void)
{
    struct text body = { .limit = TEXT_LIMIT };
    const char *id = value_text("id");

    refuse_if(post_whole_delete(viewer_here(), id));
    text_add_format(&body, "{\"id\":\"post_%s\",\"deleted\":true,"
                    "\"message\":\"Removed here. What was published stays on"
                    " its platforms.\"}", id);
    reply(200, &body);
}
