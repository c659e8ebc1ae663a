/* socialrails_post.c: creating, changing and deleting posts. */
#include "dialect/socialrails_post.h"
#include "dialect/parts.h"
#include "dialect/socialrails_media.h"
#include "base/memory.h"
#include "core/platform.h"
#include "core/settings.h"
#include "data/json.h"
#include "data/json_part.h"
#include "web/request.h"

#define CONTENT \
    "content", TEXT, 1, SOCIALRAILS_CONTENT, .wrong = FAULT_TEXT_TOO_LONG
#define SCHEDULED_FOR \
    "scheduled_for", TIME, .nullable = 1, .wrong = FAULT_TIME, \
    .words = "ISO 8601 date in the future; absent or null: a draft"
#define MEDIA \
    "media", LIST, 0, POST_MEDIA, .item = TEXT, .item_maximum = 200, \
    .words = "Keys, from POST /media/upload"
#define SETTINGS \
    "platform_settings", OBJECT, .wrong = FAULT_SETTINGS, \
    .words = "Options by platform, over the workspace's defaults"

const struct field socialrails_filter_fields[] = {
    { "status", TEXT, .one_of = "scheduled posted draft failed published",
      .words = "Only posts of this status" },
    { "platform", TEXT, 0, 40, .words = "Only posts to this platform" },
    { "sort", TEXT, .one_of = "created_at scheduled_for",
      .otherwise = "created_at", .words = "Newest first by this time" },
    { "from", TIME, .day = DAY_BEGIN, .words = "Created then or later" },
    { "to", TIME, .day = DAY_END, .words = "Created then or earlier" },
    { "limit", INTEGER, 1, 100, .otherwise = "50", .words = "Page size" },
    { "offset", INTEGER, 0, 1000000000, .otherwise = "0",
      .words = "How many to pass over" },
    {0}
};

const struct field socialrails_new_fields[] = {
    { CONTENT, .required = 1, .words = "The text" },
    { "platform", TEXT, 1, 40, .required = 1, .words = "Where it goes" },
    { SCHEDULED_FOR }, { MEDIA }, { SETTINGS },
    { FIRST_COMMENT_FIELD }, { THREAD_FIELD }, {0}
};

const struct field socialrails_batch_fields[] = {
    { CONTENT, .required = 1, .words = "The text" },
    { "platforms", LIST, 1, 9, .required = 1, .item = TEXT,
      .item_maximum = 40, .words = "Where it goes" },
    { SCHEDULED_FOR },
    { "platform_content", OBJECT, 0, 9 * (12 * SOCIALRAILS_CONTENT + 64),
      .words = "Another text by platform" },
    { MEDIA }, { SETTINGS },
    { FIRST_COMMENT_FIELD }, { THREAD_FIELD }, {0}
};

const struct field socialrails_change_fields[] = {
    { CONTENT, .words = "The text" },
    { "platform", TEXT, 1, 40,
      .words = "Another platform, with its account and defaults" },
    { SCHEDULED_FOR }, { MEDIA }, { SETTINGS },
    { FIRST_COMMENT_FIELD, .nullable = 1 },
    { THREAD_FIELD, .nullable = 1 }, {0}
};

/* 0: a draft. The first moment of 1970 is given as the next. */
static int64_t
due_at(void)
{
    int64_t time = value_integer("scheduled_for", 0);

    return time == 0 && value_is_set("scheduled_for") ? 1 : time;
}

/* The one network's options in platform_settings, or NULL. */
static const char *
own_settings(const char *network)
{
    const struct catalogue_row *row = catalogue_find(network);
    struct json_member *networks;
    int i, count;

    refuse_if(settings_by_network("platform_settings",
                                  value_text("platform_settings"), &networks,
                                  &count));
    for (i = 0; i < count; i++)
        if (row != NULL && text_same(networks[i].key, row->name))
            return networks[i].json;
    return NULL;
}

static struct post_new *
new_post(void)
{
    struct post_new *post = memory_get(sizeof *post);

    post->text = value_text("content");
    post->due_at = due_at();
    post->make_titles = 1;
    post->may_repeat = request_header("IDEMPOTENCY_KEY") != NULL;
    socialrails_add_media(&post->media, value_text("media"));
    refuse_if(post_parts_read(value_text("firstComment"),
                              value_text("thread"), &post->parts));
    return post;
}

/* One target for each platform; a second one of a platform is left out. */
static void
add_platform(struct post_new *post, const char *name)
{
    struct post_target *target = &post->targets[post->target_count];
    int i;

    refuse_if(platform_choose(viewer_here(), name, post->due_at == 0,
                              own_settings(name), target));
    for (i = 0; i < post->target_count; i++)
        if (text_same(post->targets[i].network, target->network))
            return;
    refuse_if(post_parts_take(&target->settings, &target->parts));
    post->target_count++;
}

void
socialrails_create(void)
{
    struct post_new *post = new_post();

    add_platform(post, value_text("platform"));
    refuse_if(post_create(viewer_here(), post));
    value_set_text("id", post->targets[0].id);
    serve_sql(201, "SELECT json_object('data', json_object('id', t.id,"
              " 'content', json_object('all', coalesce(t.text, p.text)),"
              " 'platform', t.network, 'status', " RAILS_STATUS ","
              " 'scheduled_for', " RAILS_TIME("t.due_at") ","
              " 'created_at', " RAILS_TIME("t.created_at") "))"
              RAILS_FROM " AND t.id = :id", FAULT_POST_NOT_FOUND);
}

/* platform_content: each platform of the batch may have its own text. */
static void
share_one(struct post_new *post, const char *name, struct json_part *text)
{
    const struct catalogue_row *row = catalogue_find(name);
    size_t length = text_same(text->type, "text")
                    ? json_part_characters(text) : 0;
    int i = 0;

    if (length < 1 || length > SOCIALRAILS_CONTENT)
        refuse_field(FAULT_FIELD, "platform_content", "platform_content.%s"
                     " must have 1 to %d characters.", name,
                     SOCIALRAILS_CONTENT);
    while (i < post->target_count && (row == NULL || !text_same(
               post->targets[i].network, row->name)))
        i++;
    if (i == post->target_count)
        refuse_field(FAULT_FIELD, "platform_content", "platform_content.%s"
                     " is not among platforms.", name);
    post->targets[i].text = json_part_text(text);
}

static void
share_content(struct post_new *post)
{
    const char *all = value_text("platform_content");
    struct json_part part;
    int more = all && json_part_first(&part, memory_copy(all));

    for (; more; more = json_part_next(&part)) {
        if (part.key_length > 300)
            refuse_field(FAULT_FIELD, "platform_content",
                         "platform_content has a name that is no platform's.");
        share_one(post, json_part_key(&part), &part);
    }
}

void
socialrails_create_batch(void)
{
    struct post_new *post = new_post();
    struct text body = { .limit = TEXT_LIMIT };
    struct json_member *names;
    int i, count = json_members(value_text("platforms"), "$", &names);

    for (i = 0; i < count; i++)
        add_platform(post, names[i].text);
    share_content(post);
    refuse_if(post_create(viewer_here(), post));
    text_add_format(&body, "{\"data\":{\"batch_id\":\"%s\",\"posts\":[",
                    post->id);
    for (i = 0; i < post->target_count; i++)
        text_add_format(&body, "%s{\"id\":\"%s\",\"platform\":\"%s\","
                        "\"status\":\"%s\"}", i ? "," : "",
                        post->targets[i].id, post->targets[i].network,
                        post->due_at ? "scheduled" : "draft");
    text_add(&body, "]}}");
    reply(201, &body);
}

/* The post of the path: a cancelled one is not there any more. */
static void
find(void)
{
    refuse_if(post_find(viewer_here(), value_text("id")));
    if (text_same(value_text("target_state"), "cancelled"))
        refuse_kind(FAULT_POST_NOT_FOUND);
}

void
socialrails_change(void)
{
    struct post_change wish = {
        .has_text = value_is_set("content"), .text = value_text("content"),
        .has_due = value_integer("has_scheduled_for", 0) == 1,
        .due_at = due_at(),
        .has_media = value_is_set("media"),
        .has_settings = value_is_set("platform_settings"),
        .has_parts = value_integer("has_firstComment", 0) == 1
            || value_integer("has_thread", 0) == 1,
        .network = value_text("platform"), .make_title = 1
    };

    find();
    socialrails_add_media(&wish.media, value_text("media"));
    if (wish.has_settings)
        wish.settings = own_settings(wish.network ? wish.network
                                     : value_text("target_network"));
    refuse_if(post_parts_read(value_text("firstComment"),
                              value_text("thread"), &wish.parts));
    refuse_if(post_parts_take(&wish.settings, &wish.parts));
    wish.has_parts |= wish.parts != NULL;
    refuse_if(post_edit(viewer_here(), value_text("id"), &wish));
    serve_sql(200, RAILS_ONE, FAULT_POST_NOT_FOUND);
}

void
socialrails_delete(void)
{
    struct text body = { .limit = TEXT_LIMIT };
    const char *id = value_text("id");

    find();
    refuse_if(post_cancel(viewer_here(), id));
    text_add_format(&body, "{\"data\":{\"id\":\"%s\",\"deleted\":true}}", id);
    reply(200, &body);
}
