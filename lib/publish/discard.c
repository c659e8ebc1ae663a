/* discard.c: what was posted has failed. */
#include "publish/discard.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/secret.h"
#include "core/event.h"
#include "data/db.h"
#include "data/value.h"

/* What a network tells between tries goes into the journal as a try that
   sends nothing. Sets :discard_attempt. */
static void
write_attempt(const char *target)
{
    char attempt[ID_ROOM];

    value_set_text("discard_attempt", id_new(attempt));
    value_set_text("discard_one", target);
    db_run("INSERT INTO attempt (id, target, number, kind, worker, claimed_at,"
           "  ended_at, outcome, category, detail, remote_id)"
           " SELECT :discard_attempt, t.id, (SELECT max(number) + 1"
           "   FROM attempt WHERE target = t.id), 'publish', 'collector',"
           "  :discard_now, :discard_now, 'failed', :discard_category,"
           "  :discard_words, t.remote_id FROM target t"
           " WHERE t.id = :discard_one");
}

static void
write_part(void *nothing)
{
    (void)nothing;
    write_attempt(memory_copy(value_text("discard_part")));
}

static int
is_busy(void)
{
    return db_text("SELECT 1 FROM target t WHERE t.root = :discard_target"
                   "  AND t.state IN ('scheduled', 'publishing', 'verifying')"
                   " UNION ALL SELECT 1 FROM change"
                   "  WHERE target = :discard_target LIMIT 1") != NULL;
}

/* What had been fetched for it is not kept once it is public: it would be
   fetched again. */
void
discard(const char *target, const char *category, const char *words)
{
    value_set_text("discard_target", target);
    value_set_text("discard_category", category);
    value_set_text("discard_words", words);
    value_set_integer("discard_now", clock_now());
    if (is_busy())
        return;
    db_each("SELECT id AS discard_part FROM target"
            " WHERE root = :discard_target AND state = 'posted'",
            write_part, NULL);
    write_attempt(target);
    db_run("UPDATE target SET state = iif(root IS NULL, 'failed', 'draft'),"
           "  category = iif(root IS NULL, :discard_category, NULL),"
           "  reason = iif(root IS NULL, :discard_words, NULL),"
           "  remote_id = NULL, remote_key = NULL, permalink = NULL,"
           "  published_at = NULL, measure_at = NULL, resume = NULL,"
           "  updated_at = :discard_now WHERE id = :discard_target"
           " OR (root = :discard_target AND state <> 'draft')");
    db_run("UPDATE attachment SET media = NULL WHERE url IS NOT NULL AND post"
           " = (SELECT post FROM target WHERE id = :discard_target)");
    event_of_target("post.failed", target, value_text("discard_attempt"));
}
