/* native_posts.c: the operations on posts that one statement cannot do. */
#include "dialect/native_posts.h"
#include "dialect/parts.h"
#include "dialect/native_post.h"
#include "base/clock.h"
#include "base/memory.h"
#include "core/media_links.h"
#include "core/publish_now.h"

const struct field native_filter_fields[] = {
    { "status", TEXT, .one_of = "draft scheduled publishing posted failed",
      .words = "Only posts of this status" },
    { "platform", TEXT, 0, 40, .words = "Only posts to this network" },
    { "profileId", ID, .words = "Only posts to this account" },
    { "externalId", TEXT, 0, 255, .words = "Only the post with your id" },
    { "category", TEXT, 0, 100, .words = "Only posts with this label" },
    { "from", TIME, .day = DAY_BEGIN,
      .words = "Scheduled at this time or later" },
    { "to", TIME, .day = DAY_END,
      .words = "Scheduled at this time or earlier" },
    { "limit", INTEGER, 1, 100, .otherwise = "50", .words = "Page size" },
    { "cursor", ID, .wrong = FAULT_CURSOR,
      .words = "nextCursor of the page before" },
    {0}
};

const struct field native_change_fields[] = {
    { "caption", TEXT, 0, NATIVE_CAPTION, .nullable = 1,
      .wrong = FAULT_TEXT_TOO_LONG, .words = "The text" },
    { "title", TEXT, 0, 300, .nullable = 1, .wrong = FAULT_TITLE_TOO_LONG },
    { "scheduledTime", TIME, .nullable = 1, .wrong = FAULT_TIME,
      .words = "A new time; null makes it a draft" },
    { "timezone", TEXT, 0, 64, .wrong = FAULT_ZONE },
    { "mediaUrls", LIST, 0, POST_MEDIA, .item = TEXT, .item_maximum = 2000,
      .nullable = 1, .wrong = FAULT_MEDIA },
    { "mediaId", ID, .nullable = 1, .wrong = FAULT_MEDIA_NOT_FOUND },
    { "mediaIds", LIST, 0, POST_MEDIA, .item = ID, .nullable = 1,
      .wrong = FAULT_MEDIA_NOT_FOUND },
    { "altTexts", LIST, 0, POST_MEDIA, .item = TEXT, .item_maximum = 5000 },
    { "platformMeta", OBJECT, .nullable = 1, .wrong = FAULT_SETTINGS },
    { FIRST_COMMENT_FIELD, .nullable = 1 }, { THREAD_FIELD, .nullable = 1 },
    {0}
};

const struct field native_edit_fields[] = {
    { "caption", TEXT, 0, NATIVE_CAPTION, .required = 1,
      .wrong = FAULT_TEXT_TOO_LONG, .words = "The new text" },
    {0}
};

const struct field native_delete_fields[] = {
    { "everywhere", BOOLEAN, .words = "Of a published post: delete the copy"
      " on the network too; it is hidden here once that is gone" },
    {0}
};

const struct field native_resolve_fields[] = {
    { "outcome", TEXT, .required = 1, .one_of = "posted send_again",
      .words = "posted: it is there; send_again: it is not" },
    { "permalink", TEXT, 1, 2000, .words = "Where it is; with posted" },
    { "part", INTEGER, 0, POST_PARTS, .words = "What is meant: 0 the post"
      " itself, else that part of its thread; without it the one that is"
      " uncertain" },
    {0}
};

void
native_read_one(void)
{
    media_list("SELECT x.url AS link_url, m.id AS link_media,"
               "  m.extension AS link_extension FROM target t"
               " JOIN attachment x ON x.post = t.post"
               "  AND x.target IS iif(t.own_media, t.id, NULL)"
               " LEFT JOIN media m ON m.id = x.media"
               " WHERE t.id = :id AND t.profile = :my_profile"
               " ORDER BY x.position");
    post_parts_show(value_text("id"));
}

void
native_sign_page(void)
{
    const struct catalogue_row *network;

    if (value_is_set("platform")) {
        network = catalogue_find(value_text("platform"));
        if (network == NULL)
            refuse_kind(FAULT_PLATFORM_UNSUPPORTED);
        value_set_text("platform", network->name);
    }
    media_links("SELECT DISTINCT m.id AS link_media,"
                " m.extension AS link_extension"
                " FROM (SELECT t.post" NATIVE_FILTER " LIMIT :limit) y"
                " JOIN attachment x ON x.post = y.post"
                " JOIN media m ON m.id = x.media");
}

void
native_schedule(void)
{
    struct post_new *post = native_post_read();

    if (value_integer("draft", 0))
        post->due_at = 0;
    else if (post->due_at == 0)
        refuse_field(FAULT_TIME, "scheduledTime", "scheduledTime is required;"
                     " POST /publish sends at the next tick.");
    native_post_create(post);
}

/* Append what keeps a target from going out, as an error with its account. */
static void
add_obstacle(struct text *obstacles, const struct post_target *target,
             const struct fault *fault)
{
    struct text error = { .limit = TEXT_LIMIT };

    reply_error(fault, &error);
    text_add_format(obstacles, "%s{\"profileId\":\"profile_%s\","
                    "\"platform\":\"%s\",%s", obstacles->length ? "," : "",
                    target->account, target->network,
                    text_string(&error) + 1);
}

static void
add_warning(struct text *warnings, const struct post_target *target,
            const char *words)
{
    text_add_format(warnings, "%s{\"profileId\":\"profile_%s\","
                    "\"platform\":\"%s\",\"warning\":\"",
                    warnings->length ? "," : "", target->account,
                    target->network);
    text_add_json(warnings, words);
    text_add(warnings, "\"}");
}

void
native_validate(void)
{
    struct text body = { .limit = TEXT_LIMIT };
    struct text obstacles = { .limit = TEXT_LIMIT };
    struct text warnings = { .limit = TEXT_LIMIT };
    struct post_new *post = native_post_read();
    int i;

    if (post->due_at != 0 && post->due_at <= clock_now())
        refuse_kind(FAULT_TIME_PAST);
    for (i = 0; i < post->target_count; i++) {
        struct fault fault = post_check_target(viewer_here().profile, post, i);
        const char *words[POST_WARNINGS];
        int count = post_check_warnings(viewer_here().profile, post, i, words);

        if (fault.kind)
            add_obstacle(&obstacles, &post->targets[i], &fault);
        while (count > 0)
            add_warning(&warnings, &post->targets[i], words[--count]);
    }
    text_add_format(&body, "{\"valid\":%s,\"errors\":[%s],\"warnings\":[%s]}",
                    obstacles.length ? "false" : "true",
                    text_string(&obstacles), text_string(&warnings));
    reply(200, &body);
}

/* Answer with the post as it now is. */
_Noreturn static void
reply_post(void)
{
    native_read_one();
    serve_sql(200, NATIVE_ONE, FAULT_POST_NOT_FOUND);
}

/* The one network's options out of platformMeta. */
static const char *
own_settings(const char *id)
{
    const char *settings = NULL;
    struct json_member *networks;
    int i, count = native_post_options(&networks);

    refuse_if(post_find(viewer_here(), id));
    for (i = 0; i < count; i++) {
        if (!text_same(networks[i].key, value_text("target_network")))
            refuse_field(FAULT_SETTINGS, "platformMeta", "platformMeta.%s:"
                         " this post goes to %s.", networks[i].key,
                         value_text("target_network"));
        settings = networks[i].json;
    }
    return settings;
}

static int
has(const char *field)
{
    return value_integer(memory_format("has_%s", field), 0) == 1;
}

void
native_change(void)
{
    struct post_change wish = {
        .has_text = has("caption"), .text = value_text("caption"),
        .has_title = has("title"), .title = value_text("title"),
        .has_due = has("scheduledTime"),
        .due_at = native_post_due(),
        .has_settings = has("platformMeta"),
        .has_parts = has("firstComment") || has("thread"),
        .has_media = has("mediaUrls") || has("mediaId") || has("mediaIds")
    };

    refuse_if(post_parts_read(value_text("firstComment"),
                              value_text("thread"), &wish.parts));
    if (wish.has_settings)
        wish.settings = own_settings(value_text("id"));
    refuse_if(post_parts_take(&wish.settings, &wish.parts));
    wish.has_parts |= wish.parts != NULL;
    native_post_media(&wish.media);
    refuse_if(post_edit(viewer_here(), value_text("id"), &wish));
    reply_post();
}

/* What was queued for the post's public copy is done at once; sql answers as
   it stands then. */
_Noreturn static void
reply_changed(const char *sql)
{
    const char *post = value_text("target_post");
    struct text body = { .limit = TEXT_LIMIT };

    db_run_reply(sql, &body, NULL);
    reply_keep(200, &body);
    change_now(post);
    db_begin();
    serve_sql(200, sql, FAULT_POST_NOT_FOUND);
}

void
native_edit(void)
{
    refuse_if(post_public_edit(viewer_here(), value_text("id"),
                               value_text("caption")));
    native_read_one();
    reply_changed(NATIVE_EDITED);
}

static void
delete_everywhere(const char *id)
{
    int cancelled;

    refuse_if(post_find(viewer_here(), id));
    if (text_same(value_text("target_state"), "posted")) {
        refuse_if(post_public_delete(viewer_here(), id));
        reply_changed(NATIVE_DELETED);
    }
    refuse_if(post_delete(viewer_here(), id, &cancelled));
    serve_sql(200, NATIVE_DELETED, FAULT_POST_NOT_FOUND);
}

void
native_delete(void)
{
    struct text body = { .limit = TEXT_LIMIT };
    const char *id = value_text("id");
    int cancelled;

    if (value_integer("everywhere", 0) == 1)
        delete_everywhere(id);
    refuse_if(post_delete(viewer_here(), id, &cancelled));
    text_add_format(&body, "{\"id\":\"post_%s\",\"cancelled\":%s,"
                    "\"deleted\":%s}", id, cancelled ? "true" : "false",
                    cancelled ? "false" : "true");
    reply(200, &body);
}

void
native_retry(void)
{
    refuse_if(post_retry(viewer_here(), value_text("id")));
    reply_post();
}

void
native_resolve(void)
{
    int there = text_same(value_text("outcome"), "posted");
    const char *permalink = value_text("permalink");

    if (there && (permalink == NULL || !text_is_link(permalink)))
        refuse_field(FAULT_FIELD_MISSING, "permalink", "permalink must be the"
                     " URL under which the post is.");
    refuse_if(post_resolve(viewer_here(), value_text("id"),
                            (int)value_integer("part", -1),
                            there ? permalink : NULL));
    reply_post();
}
