/* post_whole.c: a post's targets, each taken through post.h's own rules. */
#include "core/post_whole.h"
#include "core/key.h"
#include "core/post_public.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/db.h"
#include "data/value.h"

struct targets {
    const char *ids[POST_TARGETS];
    int count;
};

static void
add_target(void *context)
{
    struct targets *targets = context;

    if (targets->count < POST_TARGETS)
        targets->ids[targets->count++]
            = memory_copy(value_text("whole_target"));
}

/* The post's targets in some states, parted by spaces; with parts, those too of
   which such a part stops what follows them. */
static struct targets *
targets_in(const char *states, int parts)
{
    struct targets *targets = memory_get(sizeof *targets);

    value_set_text("whole_states", memory_format(" %s ", states));
    value_set_integer("whole_parts", parts);
    db_each("SELECT t.id AS whole_target FROM target t"
            " WHERE t.post = :whole_post AND t.part = 0"
            "  AND t.hidden_at IS NULL"
            "  AND (instr(:whole_states, ' ' || t.state || ' ') > 0"
            "   OR (:whole_parts AND t.state = 'posted' AND EXISTS (SELECT 1"
            "    FROM target s WHERE s.root = t.id"
            "     AND instr(:whole_states, ' ' || s.state || ' ') > 0)))"
            " ORDER BY t.rowid", add_target, targets);
    return targets;
}

static struct fault
find(struct viewer viewer, const char *post)
{
    value_set_text("whole_post", post);
    value_set_text("whole_profile", viewer.profile);
    value_set_text("whole_key", viewer.api_key);
    value_set_integer("whole_limited", viewer.limited);
    if (db_run("SELECT 1 AS whole_found FROM post p WHERE p.id = :whole_post"
               " AND p.profile = :whole_profile AND p.hidden_at IS NULL"
               " AND " KEY_SEES_WHOLE("whole", "p.id")) != DB_ROW)
        return (struct fault){ .kind = FAULT_POST_NOT_FOUND };
    return NO_FAULT;
}

/* Each of these leaves a target hidden: waiting ones are cancelled first. */
static struct fault
hide(struct viewer viewer, const struct targets *targets, int waiting)
{
    struct fault fault = NO_FAULT;
    int i, cancelled;

    for (i = 0; i < targets->count && !fault.kind; i++) {
        fault = post_delete(viewer, targets->ids[i], &cancelled);
        if (waiting && !fault.kind)
            fault = post_delete(viewer, targets->ids[i], &cancelled);
    }
    return fault;
}

struct fault
post_whole_delete(struct viewer viewer, const char *post)
{
    struct fault fault = find(viewer, post);

    if (fault.kind)
        return fault;
    if (targets_in("publishing verifying", 1)->count > 0)
        return (struct fault){ .kind = FAULT_POST_STATE, .detail =
            "The post is being published: wait until it has come to an end." };
    if (targets_in("uncertain", 1)->count > 0)
        return (struct fault){ .kind = FAULT_POST_UNCERTAIN };
    fault = hide(viewer, targets_in("posted failed cancelled", 0), 0);
    if (!fault.kind)
        fault = hide(viewer, targets_in("draft scheduled", 0), 1);
    if (fault.kind)
        return fault;
    value_set_integer("whole_now", clock_now());
    if (db_run("UPDATE post SET hidden_at = :whole_now,"
               " updated_at = :whole_now WHERE id = :whole_post")
        == DB_REFUSED)
        die("post %s: %s", post, db_why());
    return NO_FAULT;
}

struct fault
post_whole_retry(struct viewer viewer, const char *post)
{
    const struct targets *failed;
    struct fault fault = find(viewer, post);
    int i;

    if (fault.kind)
        return fault;
    failed = targets_in("failed", 1);
    if (failed->count == 0 && targets_in("uncertain", 1)->count > 0)
        return (struct fault){ .kind = FAULT_POST_UNCERTAIN };
    if (failed->count == 0)
        return (struct fault){ .kind = FAULT_POST_STATE, .detail =
            "No platform of this post has failed: there is nothing to"
            " retry." };
    for (i = 0; i < failed->count && !fault.kind; i++)
        fault = post_retry(viewer, failed->ids[i]);
    return fault;
}

/* Add a member to a JSON object that is being written. */
static void
add_kept(struct text *kept, const char *target, const char *words)
{
    text_add_format(kept, "%s\"%s\":\"", kept->length ? "," : "{", target);
    text_add_json(kept, words ? words : "It cannot be edited.");
    text_add(kept, "\"");
}

struct fault
post_whole_edit(struct viewer viewer, const char *post, const char *text,
                const char **kept)
{
    struct fault fault = find(viewer, post), first = NO_FAULT;
    struct text why = { .limit = 65536 };
    const struct targets *posted;
    int i, asked = 0;

    if (fault.kind)
        return fault;
    posted = targets_in("posted", 0);
    if (posted->count == 0)
        return (struct fault){ .kind = FAULT_POST_STATE, .detail =
            "Nothing of this post is published: there is nothing to edit." };
    for (i = 0; i < posted->count; i++) {
        fault = post_public_edit(viewer, posted->ids[i], text);
        if (fault.kind && fault.kind != FAULT_UNCHANGEABLE
            && fault.kind != FAULT_POST_STATE)
            return fault;
        if (fault.kind)
            add_kept(&why, posted->ids[i], fault.detail);
        if (fault.kind && !first.kind)
            first = fault;
        asked += !fault.kind;
    }
    *kept = why.length ? memory_format("%s}", text_string(&why)) : "{}";
    return asked > 0 ? NO_FAULT : first;
}
