/* post_public.c: may what is public be changed? Then the change is queued. */
#include "core/post_public.h"
#include "core/post_store.h"
#include "core/post_part.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

static struct fault
unchangeable(const char *words)
{
    return (struct fault){ .kind = FAULT_UNCHANGEABLE, .field = "platforms",
                           .detail = words };
}

static const char *
duration(int seconds)
{
    if (seconds % 3600 == 0)
        return memory_format("%d hour%s", seconds / 3600,
                             seconds == 3600 ? "" : "s");
    return memory_format("%d minutes", seconds / 60);
}

struct fault
post_public_editable(const struct catalogue_row *row,
                     const struct post_public *post, int64_t now)
{
    if (!row->edits)
        return unchangeable(memory_format(
            "%s has no way to edit a published post.", row->title));
    if (row->edit_seconds > 0
        && now - post->published_at > row->edit_seconds * (int64_t)SECOND)
        return unchangeable(memory_format(
            "%s lets a post be edited within %s of its publication.",
            row->title, duration(row->edit_seconds)));
    if (row->edit_most > 0 && post->edits >= row->edit_most)
        return unchangeable(memory_format(
            "%s lets a post be edited %d times.", row->title,
            row->edit_most));
    if (row->edit_text_only && post->media > 0)
        return unchangeable(memory_format(
            "%s lets a post be edited only where it has no media.",
            row->title));
    return NO_FAULT;
}

/* The found target is public, under an id that its network named; its
   account can be used. */
static struct fault
check_public(const struct catalogue_row *row)
{
    const char *state = value_text("target_state");

    if (text_same(state, "uncertain"))
        return (struct fault){ .kind = FAULT_POST_UNCERTAIN };
    if (!text_same(state, "posted"))
        return (struct fault){ .kind = FAULT_POST_STATE, .detail =
            memory_format("The post is %s: nothing of it is public.",
                          text_same(state, "verifying") ? "publishing"
                                                        : state) };
    if (!value_integer("public_known", 0))
        return unchangeable(memory_format(
            "The post was found on %s by its owner, not by Crier, which does"
            " not know its id there: change it there.", row->title));
    if (!text_same(value_text("target_account_status"), "active"))
        return (struct fault){ .kind = FAULT_POST_STATE, .detail =
            memory_format("The post's %s account is %s: connect it again"
                          " first.", row->title,
                          value_text("target_account_status")) };
    return NO_FAULT;
}

/* Did the network itself tell the id under which this target is there? */
#define KNOWN \
    "(t.remote_id <> 'unknown' AND EXISTS (SELECT 1 FROM attempt" \
    "  WHERE target = t.id AND outcome IN ('posted', 'done')" \
    "   AND remote_id = t.remote_id))"

/* Find the target, and what is known of its public copy. */
static struct fault
find_public(struct viewer viewer, const char *target,
            const struct catalogue_row **row, struct post_public *post)
{
    struct fault fault = post_find(viewer, target);

    if (fault.kind)
        return fault;
    *row = catalogue_find(value_text("target_network"));
    if (*row == NULL)
        die("target %s: no network %s", target, value_text("target_network"));
    db_run("SELECT t.published_at AS public_at,"
           " (SELECT count(*) FROM attempt WHERE target = t.id"
           "   AND kind = 'edit' AND outcome = 'done') AS public_edits,"
           " (SELECT count(*) FROM attachment x WHERE x.post = t.post"
           "   AND x.target IS iif(t.own_media, t.id, NULL)) AS public_media,"
           KNOWN " AS public_known"
           " FROM target t WHERE t.id = :target_id");
    *post = (struct post_public){
        .published_at = value_integer("public_at", 0),
        .edits = (int)value_integer("public_edits", 0),
        .media = (int)value_integer("public_media", 0)
    };
    return check_public(*row);
}

/* A change that no worker holds waits for another try: the new one takes its
   place. */
static struct fault
queue(const char *kind, const char *text)
{
    value_set_text("public_kind", kind);
    value_set_text("public_text", text);
    if (db_run("INSERT INTO change (target, kind, text, next_at, created_at)"
               " VALUES (:target_id, :public_kind, :public_text, :change_at,"
               "  :change_at) ON CONFLICT (target) DO UPDATE SET"
               "  kind = excluded.kind, text = excluded.text, failures = 0,"
               "  crashes = 0, next_at = excluded.next_at,"
               "  created_at = excluded.created_at WHERE worker IS NULL"
               "   OR (kind = excluded.kind AND text IS excluded.text)")
        == DB_REFUSED)
        die("a change of target %s: %s", value_text("target_id"), db_why());
    if (db_changes() == 0)
        return (struct fault){ .kind = FAULT_POST_STATE, .detail =
            "Another change of this post is under way: ask again in a"
            " moment." };
    return NO_FAULT;
}

struct posted {
    const char *ids[POST_PARTS];
    int count;
};

static void
add_posted(void *context)
{
    struct posted *posted = context;

    if (posted->count < POST_PARTS)
        posted->ids[posted->count++]
            = memory_copy(value_text("public_part"));
}

/* The found target's public parts go before it; comments go with it. */
static struct fault
queue_parts(const struct catalogue_row *row)
{
    struct posted parts = { .count = 0 };
    struct fault fault = NO_FAULT;
    int i;

    if (db_integer("SELECT count(*) FROM target t WHERE t.root = :target_id"
                   " AND t.state = 'posted' AND NOT " KNOWN, 0) > 0)
        return unchangeable(memory_format("A part of the post was found on %s"
            " by its owner, not by Crier: delete it there, then here.",
            row->title));
    db_each("SELECT id AS public_part FROM target WHERE root = :target_id"
            " AND state = 'posted' AND NOT EXISTS (SELECT 1 FROM attempt a"
            "  WHERE a.target = target.id AND kind = 'delete'"
            "   AND outcome = 'done') ORDER BY part", add_posted, &parts);
    for (i = 0; i < parts.count && !fault.kind; i++) {
        value_set_text("target_id", parts.ids[i]);
        fault = queue("delete", NULL);
    }
    return fault;
}

struct fault
post_public_edit(struct viewer viewer, const char *target, const char *text)
{
    const struct post_change wish = { .has_text = 1, .text = text };
    struct post_new *after = memory_get(sizeof *after);
    const struct catalogue_row *row;
    struct post_public post;
    struct fault fault = find_public(viewer, target, &row, &post);

    if (!fault.kind)
        fault = post_public_editable(row, &post, clock_now());
    if (!fault.kind)
        fault = post_plan(viewer, &wish, after);
    if (!fault.kind)
        fault = post_check(viewer.profile, after);
    if (fault.kind == FAULT_CONTENT_MISSING)
        fault.field = "caption";
    return fault.kind ? fault : queue("edit", text);
}

struct fault
post_public_delete(struct viewer viewer, const char *target)
{
    const struct catalogue_row *row;
    struct post_public post;
    struct fault fault = find_public(viewer, target, &row, &post);

    if (!fault.kind && !row->deletes)
        fault = unchangeable(memory_format("Crier has no way to delete a"
            " post from %s: delete it there, then here.", row->title));
    if (!fault.kind)
        fault = post_parts_at_rest(target);
    if (!fault.kind && row->parts == PARTS_THREAD)
        fault = queue_parts(row);
    if (fault.kind)
        return fault;
    post_parts_cancel(target);
    value_set_text("target_id", target);
    return queue("delete", NULL);
}
