/* arm.c: sent_at, committed. */
#include "publish/arm.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

#include <string.h>

/* What the network is asked to make public: any change of it changes the
   hash. Parts are kept apart by their NUL. */
static void
hash_part(struct hash *hash, const char *part)
{
    hash_add(hash, part, strlen(part) + 1);
}

static void
set_request_hash(const struct job *job)
{
    uint8_t bytes[HASH_BYTES];
    struct hash hash;
    int i;

    hash_begin(&hash);
    hash_part(&hash, job->server);
    hash_part(&hash, job->remote_account);
    hash_part(&hash, job->text);
    hash_part(&hash, job->title);
    hash_part(&hash, job->settings);
    for (i = 0; i < job->media_count; i++) {
        hash_part(&hash, job->media[i].id);
        hash_part(&hash, job->media[i].alt);
    }
    if (job->reply_to != NULL)
        hash_part(&hash, job->reply_to);
    hash_end(&hash, bytes);
    value_set_blob("arm_hash", bytes, sizeof bytes);
}

#ifndef CRIER_BREAK_ARM
static enum arm
commit_sent(void)
{
    db_begin();
    db_run(
        "UPDATE attempt SET sent_at = :arm_now, request_hash = :arm_hash"
        " WHERE id = :arm_attempt AND ended_at IS NULL AND sent_at IS NULL"
        "  AND EXISTS (SELECT 1 FROM target WHERE id = attempt.target"
        "   AND worker = :arm_worker)"
        "  AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'halted')");
    if (db_changes() != 1) {
        db_rollback();
        return ARM_STOPPED;
    }
    db_run("UPDATE target SET remote_key = coalesce(:arm_key, remote_key)"
           " WHERE id = :arm_target AND worker = :arm_worker");
    return db_try_commit() ? ARM_ARMED : ARM_FAILED;
}
#else
/* The crash test builds a publisher without this step, to see that it would
   notice. */
static enum arm
commit_sent(void)
{
    return ARM_ARMED;
}
#endif

enum arm
arm(struct claim *claim, const struct job *job)
{
    int64_t now = clock_now();
    enum arm armed;

    set_request_hash(job);
    value_set_integer("arm_now", now);
    value_set_text("arm_attempt", claim->attempt);
    value_set_text("arm_target", claim->target);
    value_set_text("arm_worker", claim->worker);
    value_set_text("arm_key", job->remote_key);
    armed = commit_sent();
    if (armed == ARM_ARMED)
        claim->sent_at = now;
    return armed;
}
