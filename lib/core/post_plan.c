/* post_plan.c: what a target will be once a change is made. */
#include "core/post_store.h"
#include "core/post_part.h"
#include "core/fit.h"
#include "core/platform.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

static void
add_attachment(void *context)
{
    struct post_media *media = context;

    if (media->count < POST_MEDIA)
        media->items[media->count++] = (struct post_medium){
            value_text("attachment_media"), value_text("attachment_url"),
            value_text("attachment_alt"), 1 };
}

void
post_own_media(const char *target, struct post_media *media)
{
    value_set_text("attachment_target", target);
    db_each("SELECT iif(url IS NULL, media, NULL) AS attachment_media,"
            " url AS attachment_url, alt AS attachment_alt FROM attachment"
            " WHERE post = (SELECT post FROM target"
            "  WHERE id = :attachment_target)"
            " AND target = :attachment_target ORDER BY position",
            add_attachment, media);
}

/* The found target's media as they are: of an upload its id, of a URL the
   URL alone, whatever the publisher fetched. */
static void
load_attachments(struct post_media *media)
{
    db_each("SELECT iif(url IS NULL, media, NULL) AS attachment_media,"
            " url AS attachment_url, alt AS attachment_alt FROM attachment"
            " WHERE post = :target_post"
            " AND target IS iif(:target_own_media, :target_id, NULL)"
            " ORDER BY position", add_attachment, media);
}

static void
plan_content(const struct post_change *wish, struct post_new *after)
{
    struct post_target *target = &after->targets[0];

    *target = (struct post_target){
        .account = value_text("target_account"),
        .network = value_text("target_network"),
        .limits = value_text("target_limits"),
        .settings = wish->has_settings ? wish->settings
                                       : value_text("target_settings"),
        .text = wish->has_text ? wish->text : value_text("target_text"),
        .title = wish->has_title ? wish->title : value_text("target_title")
    };
    after->text = value_text("target_post_text");
    after->title = value_text("target_post_title");
    after->target_count = 1;
    after->parts = wish->has_parts ? wish->parts
                                   : post_parts_load(value_text("target_id"));
    if (wish->has_media)
        after->media = wish->media;
    else
        load_attachments(&after->media);
}

struct fault
post_check_account(void)
{
    if (text_same(value_text("target_account_status"), "disconnected"))
        return (struct fault){ .kind = FAULT_POST_STATE, .detail =
            "The post's account was disconnected: connect it again first." };
    return NO_FAULT;
}

/* The account is looked for where the network changes, or where a draft
   without one gets a time. */
static struct fault
plan_account(struct viewer viewer, const struct post_change *wish,
             struct post_target *target)
{
    int is_draft = wish->has_due ? wish->due_at == 0
                   : text_same(value_text("target_state"), "draft");
    int moves = wish->network != NULL && catalogue_find(wish->network)
                                         != catalogue_find(target->network);

    if (moves)
        return platform_choose(viewer, wish->network, is_draft,
                               wish->has_settings ? wish->settings : NULL,
                               target);
    if (target->account != NULL && wish->has_due && !is_draft)
        return post_check_account();
    if (target->account != NULL || is_draft)
        return NO_FAULT;
    return platform_choose(viewer, target->network, 0, target->settings,
                           target);
}

/* A title that was made from the text before is made from the new one. */
static void
remake_title(struct post_new *after)
{
    struct post_target *target = &after->targets[0];
    const struct catalogue_row *before
        = catalogue_find(value_text("target_network"));
    const char *text = value_text("target_text");
    const char *title = target->title ? target->title : after->title;

    if (text == NULL)
        text = after->text;
    if (title == NULL || text_same(title, fit_title(before, text)))
        target->title = fit_title(catalogue_find(target->network),
            target->text ? target->text : after->text);
}

struct fault
post_plan(struct viewer viewer, const struct post_change *wish,
          struct post_new *after)
{
    struct fault fault;

    plan_content(wish, after);
    fault = plan_account(viewer, wish, &after->targets[0]);
    if (!fault.kind && wish->make_title && !wish->has_title)
        remake_title(after);
    return fault;
}
