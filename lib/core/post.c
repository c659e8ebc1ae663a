/* post.c: checking a new post and storing it with its targets. */
#include "core/post.h"
#include "core/post_store.h"
#include "core/post_part.h"
#include "core/config.h"
#include "core/event.h"
#include "core/fit.h"
#include "core/quota.h"
#include "core/rate.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "data/db.h"
#include "data/value.h"

#include <string.h>

/* A retry that carries no key: the same text to the same account, moments
   ago. */
static struct fault
check_duplicate(const char *profile, const struct post_new *post)
{
    int64_t window = (int64_t)config()->duplicate_seconds * SECOND;
    int i;

    value_set_text("same_profile", profile);
    value_set_text("same_since", id_since(clock_now() - window));
    for (i = 0; window > 0 && !post->may_repeat && i < post->target_count;
         i++) {
        const struct post_target *target = &post->targets[i];
        const char *text = target->text ? target->text : post->text;

        value_set_text("same_account", target->account);
        value_lend_text("same_text", text ? text : "");
        if (db_run("SELECT t.post AS same_post FROM target t"
                   " JOIN post p ON p.id = t.post"
                   " WHERE t.profile = :same_profile AND t.id >= :same_since"
                   " AND t.part = 0"
                   " AND t.account = :same_account"
                   " AND t.state <> 'cancelled' AND t.hidden_at IS NULL"
                   " AND coalesce(t.text, p.text) = :same_text"
                   " ORDER BY t.id DESC LIMIT 1") == DB_ROW)
            return (struct fault){ .kind = FAULT_DUPLICATE,
                .existing = value_text("same_post") };
    }
    return NO_FAULT;
}

/* The owner's monthly quota, for all profiles of theirs, and the profile's
   hourly rate. */
static struct fault
check_quota(const char *profile, int count)
{
    struct fault fault = quota_posts_left(profile, count);
    struct rate rate;

    if (fault.kind)
        return fault;
    rate = rate_take(memory_format("posts-%s", profile), count,
                     config()->posts_an_hour, HOUR);
    if (!rate.allowed)
        return (struct fault){ .kind = FAULT_RATE,
            .limit = config()->posts_an_hour, .detail = memory_format(
            "A profile may create %d posts an hour.",
            config()->posts_an_hour) };
    return NO_FAULT;
}

void
post_store_media(const char *post, const char *target,
                 const struct post_media *from)
{
    char id[ID_ROOM];
    int i;

    value_set_text("attach_post", post);
    value_set_text("attach_target", target);
    for (i = 0; i < from->count; i++) {
        value_set_text("attach_id", id_new(id));
        value_set_integer("attach_position", i);
        value_lend_text("attach_media", from->items[i].media);
        value_lend_text("attach_url", from->items[i].url);
        value_lend_text("attach_alt", from->items[i].alt);
        value_lend_text("attach_kind", from->items[i].kind);
        if (db_run("INSERT INTO attachment (id, post, target, position, media,"
                   " url, kind, alt) VALUES (:attach_id, :attach_post,"
                   " :attach_target, :attach_position, :attach_media,"
                   " :attach_url, :attach_kind, :attach_alt)") == DB_REFUSED)
            die("attachment: %s", db_why());
    }
}

static void
store_post(struct viewer viewer, const struct post_new *post, const char *id)
{
    value_set_text("new_post", id);
    value_set_text("new_profile", viewer.profile);
    value_set_text("new_key", viewer.api_key);
    value_lend_text("new_text", post->text ? post->text : "");
    value_set_text("new_title", post->title);
    value_set_text("new_category", post->category);
    value_set_text("new_tags", post->tags ? post->tags : "[]");
    value_set_text("new_external", post->external_id);
    value_set_integer("new_at", clock_now());
    if (db_run("INSERT INTO post (id, profile, api_key, text, title, category,"
               " tags, external_id, created_at, updated_at) VALUES (:new_post,"
               " :new_profile, :new_key, :new_text, :new_title,"
               " :new_category, :new_tags, :new_external, :new_at, :new_at)")
        == DB_REFUSED)
        die("post: %s", db_why());
}

static void
store_target(struct post_target *target, const struct post_new *post)
{
    int64_t due_at = post->due_at;
    char id[ID_ROOM];

    target->id = memory_copy(id_new(id));
    value_set_text("new_target", target->id);
    value_set_text("new_account", target->account);
    value_set_text("new_network", target->network);
    value_set_text("new_state", due_at ? "scheduled" : "draft");
    value_lend_text("new_text", target->text);
    value_lend_text("new_title", target->title);
    value_lend_text("new_settings",
                    target->settings ? target->settings : "{}");
    value_set_integer("new_own_media", target->media != NULL);
    value_set_null("new_due");
    if (due_at != 0)
        value_set_integer("new_due", due_at);
    if (db_run("INSERT INTO target (id, post, profile, account, network, state,"
               " text, title, own_media, settings, due_at, next_at, created_at,"
               " updated_at) VALUES (:new_target, :new_post, :new_profile,"
               " :new_account, :new_network, :new_state, :new_text,"
               " :new_title, :new_own_media, :new_settings, :new_due,"
               " :new_due, :new_at, :new_at)") == DB_REFUSED)
        die("target: %s", db_why());
    if (target->media != NULL)
        post_store_media(value_text("new_post"), target->id, target->media);
    if (target->parts != NULL || post->parts != NULL)
        post_parts_store(target->id, target->parts ? target->parts
                                                   : post->parts);
    if (due_at != 0)
        event_of_target("post.scheduled", target->id, NULL);
}

static void
make_titles(struct post_new *post)
{
    int i;

    for (i = 0; i < post->target_count; i++) {
        struct post_target *target = &post->targets[i];

        if (target->title == NULL && post->title == NULL)
            target->title = fit_title(catalogue_find(target->network),
                target->text ? target->text : post->text);
    }
}

struct fault
post_create(struct viewer viewer, struct post_new *post)
{
    char id[ID_ROOM];
    struct fault fault;
    int i;

    if (post->due_at != 0 && !post->at_once && post->due_at <= clock_now())
        return (struct fault){ .kind = FAULT_TIME_PAST,
                               .field = "scheduledTime" };
    if (post->make_titles)
        make_titles(post);
    fault = post_check(viewer.profile, post);
    if (fault.kind)
        return fault;
    fault = check_duplicate(viewer.profile, post);
    if (fault.kind)
        return fault;
    fault = check_quota(viewer.profile, post->target_count);
    if (fault.kind)
        return fault;
    post->id = memory_copy(id_new(id));
    store_post(viewer, post, post->id);
    post_store_media(post->id, NULL, &post->media);
    for (i = 0; i < post->target_count; i++)
        store_target(&post->targets[i], post);
    return NO_FAULT;
}
