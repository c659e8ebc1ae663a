/* post_change.c: what may happen to a target after it was created. */
#include "core/post.h"
#include "core/post_store.h"
#include "core/post_part.h"
#include "core/event.h"
#include "core/key.h"
#include "core/media.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

struct fault
post_find(struct viewer viewer, const char *target)
{
    value_set_text("find_target", target);
    value_set_text("find_profile", viewer.profile);
    value_set_text("find_key", viewer.api_key);
    value_set_integer("find_limited", viewer.limited);
    if (db_run("SELECT t.id AS target_id, t.state AS target_state,"
               " t.held_at AS target_held, t.part AS target_part,"
               " t.post AS target_post,"
               " t.account AS target_account, t.network AS target_network,"
               " a.status AS target_account_status,"
               " a.limits AS target_limits, t.settings AS target_settings,"
               " t.own_media AS target_own_media, t.due_at AS target_due,"
               " t.text AS target_text, p.text AS target_post_text,"
               " t.title AS target_title, p.title AS target_post_title,"
               " (SELECT id FROM attempt WHERE target = t.id"
               "   ORDER BY number DESC LIMIT 1) AS target_attempt"
               " FROM target t JOIN post p ON p.id = t.post"
               " LEFT JOIN account a ON a.id = t.account"
               " WHERE t.id = :find_target AND t.profile = :find_profile"
               " AND t.part = 0 AND t.hidden_at IS NULL"
               " AND " KEY_SEES("find", "t.account")) != DB_ROW)
        return (struct fault){ .kind = FAULT_POST_NOT_FOUND };
    value_set_integer("change_at", clock_now());
    return NO_FAULT;
}

static int
is_state(const char *states)
{
    return text_has_word(states, value_text("target_state"));
}

static struct fault
wrong_state(const char *wish)
{
    if (is_state("uncertain"))
        return (struct fault){ .kind = FAULT_POST_UNCERTAIN };
    return (struct fault){ .kind = FAULT_POST_STATE, .detail = memory_format(
        "The post is %s: %s.", is_state("verifying") ? "publishing"
        : value_text("target_state"), wish) };
}

/* Run a change of the found target that its state allows. */
static void
change(const char *sql)
{
    if (db_run(sql) == DB_REFUSED)
        die("a change of target %s: %s", value_text("target_id"), db_why());
    if (db_changes() < 1)
        die("target %s changed nothing", value_text("target_id"));
}

static void
change_media(const struct post_media *media)
{
    change("UPDATE target SET own_media = 1 WHERE id = :target_id");
    if (db_run("DELETE FROM attachment WHERE target = :target_id")
        == DB_REFUSED)
        die("attachments: %s", db_why());
    post_store_media(value_text("target_post"), value_text("target_id"),
                     media);
}

/* A new time makes a draft scheduled and lets a held post go; no time makes
   a scheduled post a draft. */
static void
change_due(int64_t due_at)
{
    if (due_at == 0) {
        change("UPDATE target SET state = 'draft', due_at = NULL,"
               " next_at = NULL, held_at = NULL, category = NULL,"
               " reason = NULL"
               " WHERE id = :target_id");
        return;
    }
    value_set_integer("change_due", due_at);
    change("UPDATE target SET state = 'scheduled', due_at = :change_due,"
           " next_at = :change_due, held_at = NULL, category = NULL,"
           " reason = NULL, failures = 0 WHERE id = :target_id");
    event_of_target("post.scheduled", value_text("target_id"), NULL);
}

static void
change_target(const struct post_target *target)
{
    value_set_text("change_account", target->account);
    value_set_text("change_network", target->network);
    value_set_text("change_text", target->text);
    value_set_text("change_title", target->title);
    value_set_text("change_settings",
                   target->settings ? target->settings : "{}");
    change("UPDATE target SET version = version + 1, resume = NULL,"
           " remote_key = NULL, updated_at = :change_at,"
           " account = :change_account, network = :change_network,"
           " text = :change_text, title = :change_title,"
           " settings = :change_settings WHERE id = :target_id");
}

struct fault
post_edit(struct viewer viewer, const char *target,
          const struct post_change *wish)
{
    struct post_new *after = memory_get(sizeof *after);
    struct fault fault = post_find(viewer, target);

    if (fault.kind)
        return fault;
    if (!is_state("draft scheduled"))
        return wrong_state("only drafts and scheduled posts can be changed");
    if (wish->has_due && wish->due_at != 0 && wish->due_at <= clock_now())
        return (struct fault){ .kind = FAULT_TIME_PAST,
                               .field = "scheduledTime" };
    fault = post_plan(viewer, wish, after);
    if (!fault.kind)
        fault = post_check(viewer.profile, after);
    if (fault.kind)
        return fault;
    change_target(&after->targets[0]);
    if (wish->has_parts || after->parts != NULL)
        post_parts_store(target, after->parts);
    if (wish->has_media)
        change_media(&wish->media);
    if (wish->has_due)
        change_due(wish->due_at);
    return NO_FAULT;
}

struct fault
post_cancel(struct viewer viewer, const char *target)
{
    struct fault fault = post_find(viewer, target);

    if (fault.kind)
        return fault;
    if (!is_state("draft scheduled"))
        return wrong_state("only drafts and scheduled posts can be"
                           " cancelled");
    media_release(target);
    post_parts_cancel(target);
    change("UPDATE target SET state = 'cancelled', held_at = NULL,"
           " version = version + 1, updated_at = :change_at"
           " WHERE id = :target_id");
    event_of_target("post.cancelled", target, NULL);
    return NO_FAULT;
}

struct fault
post_delete(struct viewer viewer, const char *target, int *cancelled)
{
    struct fault fault = post_find(viewer, target);

    if (fault.kind)
        return fault;
    *cancelled = is_state("draft scheduled");
    if (*cancelled)
        return post_cancel(viewer, target);
    media_release(target);
    if (!is_state("posted failed cancelled"))
        return wrong_state("wait until it has come to an end");
    fault = post_parts_at_rest(target);
    if (fault.kind)
        return fault;
    post_parts_cancel(target);
    change("UPDATE target SET hidden_at = :change_at,"
           " updated_at = :change_at WHERE id = :target_id");
    return NO_FAULT;
}

/* Let the found target be a part of it that is in one of these states, or
   (NULL) held. 0: there is none. */
static int
go_to_part(const char *states)
{
    value_set_text("part_states", memory_format(" %s ", states ? states
                                                               : ""));
    return db_run("SELECT id AS target_id, state AS target_state,"
                  "  held_at AS target_held, part AS target_part,"
                  "  (SELECT a.id FROM attempt a WHERE a.target = target.id"
                  "    ORDER BY a.number DESC LIMIT 1) AS target_attempt"
                  " FROM target"
                  " WHERE root = :target_id AND (held_at IS NOT NULL"
                  "   AND :part_states = '  '"
                  "  OR instr(:part_states, ' ' || state || ' ') > 0)"
                  " ORDER BY part LIMIT 1") == DB_ROW;
}

/* Back into the queue, due now. */
static struct fault
send_again(void)
{
    struct fault fault = post_check_account();

    if (fault.kind)
        return fault;
    change("UPDATE target SET state = 'scheduled', next_at = :change_at,"
           " due_at = :change_at, failures = 0, crashes = 0, held_at = NULL,"
           " category = NULL, reason = NULL, updated_at = :change_at"
           " WHERE id = :target_id");
    event_of_target("post.scheduled", value_text("target_id"), NULL);
    return NO_FAULT;
}

/* What a retry sends: the found target, or of a posted one its part. */
static int
go_to_unsent(void)
{
    if (is_state("posted"))
        return go_to_part("failed cancelled") || go_to_part(NULL);
    return is_state("failed") || value_is_set("target_held");
}

struct fault
post_retry(struct viewer viewer, const char *target)
{
    struct fault fault = post_find(viewer, target);

    if (fault.kind)
        return fault;
    if (go_to_unsent())
        return send_again();
    if (is_state("posted"))
        go_to_part("uncertain");
    return wrong_state("only failed and held posts can be sent again");
}

struct fault
post_resolve(struct viewer viewer, const char *target, int part,
             const char *permalink)
{
    struct fault fault = post_find(viewer, target);

    if (fault.kind)
        return fault;
    if (is_state("posted"))
        go_to_part("uncertain");
    if (!is_state("uncertain")
        || (part >= 0 && part != value_integer("target_part", 0)))
        return (struct fault){ .kind = FAULT_POST_STATE, .detail =
            "It is not uncertain: there is nothing to resolve." };
    if (permalink == NULL)
        return send_again();
    value_set_text("change_permalink", permalink);
    change("UPDATE target SET state = 'posted', category = NULL,"
           " reason = NULL, permalink = :change_permalink,"
           " remote_id = coalesce(remote_id, :change_permalink),"
           " published_at = :change_at, updated_at = :change_at"
           " WHERE id = :target_id");
    target = value_text("target_id");
    event_of_target("post.published", target, value_text("target_attempt"));
    post_parts_release(target);
    media_release(target);
    return NO_FAULT;
}
