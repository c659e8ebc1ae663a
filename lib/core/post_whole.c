/* post_whole.c: a post's targets, each taken through post.h's own rules. */
#include "core/post_whole.h"
#include "core/key.h"
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

/* The post's targets in some states, parted by spaces. */
static struct targets *
targets_in(const char *states)
{
    struct targets *targets = memory_get(sizeof *targets);

    value_set_text("whole_states", memory_format(" %s ", states));
    db_each("SELECT id AS whole_target FROM target WHERE post = :whole_post"
            " AND hidden_at IS NULL"
            " AND instr(:whole_states, ' ' || state || ' ') > 0"
            " ORDER BY rowid", add_target, targets);
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
    if (targets_in("publishing verifying")->count > 0)
        return (struct fault){ .kind = FAULT_POST_STATE, .detail =
            "The post is being published: wait until it has come to an end." };
    if (targets_in("uncertain")->count > 0)
        return (struct fault){ .kind = FAULT_POST_UNCERTAIN };
    fault = hide(viewer, targets_in("posted failed cancelled"), 0);
    if (!fault.kind)
        fault = hide(viewer, targets_in("draft scheduled"), 1);
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
    failed = targets_in("failed");
    if (failed->count == 0 && targets_in("uncertain")->count > 0)
        return (struct fault){ .kind = FAULT_POST_UNCERTAIN };
    if (failed->count == 0)
        return (struct fault){ .kind = FAULT_POST_STATE, .detail =
            "No platform of this post has failed: there is nothing to"
            " retry." };
    for (i = 0; i < failed->count && !fault.kind; i++)
        fault = post_retry(viewer, failed->ids[i]);
    return fault;
}
