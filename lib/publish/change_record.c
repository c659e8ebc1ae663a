/* change_record.c: a change's rows: claimed, read back, ended. */
#include "publish/change.h"
#include "publish/ending.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "base/text.h"
#include "core/account.h"
#include "core/media.h"
#include "core/pause.h"
#include "data/db.h"
#include "data/value.h"

#include <unistd.h>

enum { PATIENCE_MS = MINUTE };

int
change_claim(const char *target, const char *worker, struct change *change)
{
    char attempt[ID_ROOM];

    value_set_text("change_target", target);
    value_set_text("change_worker", worker);
    value_set_text("change_attempt", id_new(attempt));
    value_set_integer("now", clock_now());
    db_begin();
    if (db_batch(
        "UPDATE change AS c SET worker = :change_worker"
        " WHERE c.target = :change_target AND c.worker IS NULL"
        "  AND c.next_at <= :now AND" CHANGE_COMES_NEXT
        "  AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'halted')"
        "  AND EXISTS (SELECT 1 FROM target t JOIN account a"
        "   ON a.id = t.account WHERE t.id = c.target"
        "    AND a.not_before <= :now AND NOT EXISTS (SELECT 1"
        "     FROM network_pause w WHERE w.network = a.network"
        "      AND w.extent = 'all' AND w.until_at > :now));"
        "INSERT INTO attempt (id, target, number, kind, worker, claimed_at,"
        "  sent_at)"
        " SELECT :change_attempt, c.target, 1 + (SELECT"
        "   ifnull(max(number), 0) FROM attempt WHERE target = c.target),"
        "  c.kind, :change_worker, :now, iif(a.status = 'active', :now, NULL)"
        "  FROM change c JOIN target t ON t.id = c.target"
        "   JOIN account a ON a.id = t.account"
        "  WHERE c.worker = :change_worker") == DB_REFUSED)
        die("claim of a change: %s", db_why());
    if (db_changes() == 0) {
        db_rollback();
        return 0;
    }
    if (!db_try_commit())
        return -1;
    if (!change_of_worker(worker, change))
        die("claim: worker %s does not find the change it took", worker);
    return 1;
}

static const char *
text_of(const char *name)
{
    const char *text = value_text(name);

    return text ? memory_copy(text) : "";
}

int
change_of_worker(const char *worker, struct change *change)
{
    value_set_text("change_worker", worker);
    if (db_run(
        "SELECT c.target AS change_target, c.kind AS change_kind,"
        "  c.text AS change_text, c.failures AS change_failures,"
        "  c.crashes AS change_crashes, c.created_at AS change_asked_at,"
        "  a.id AS change_attempt, ifnull(a.sent_at, 0) AS change_sent_at,"
        "  t.account AS change_account, t.network AS change_network,"
        "  t.due_at AS change_due_at, h.handle AS change_handle,"
        "  h.credentials_version AS change_version"
        " FROM change c JOIN target t ON t.id = c.target"
        "  JOIN attempt a ON a.target = c.target AND a.ended_at IS NULL"
        "  JOIN account h ON h.id = t.account"
        " WHERE c.worker = :change_worker") != DB_ROW)
        return 0;
    *change = (struct change){
        .claim = {
            .target = text_of("change_target"),
            .attempt = text_of("change_attempt"),
            .account = text_of("change_account"),
            .worker = memory_copy(worker),
            .network = text_of("change_network"),
            .handle = text_of("change_handle"),
            .due_at = value_integer("change_due_at", 0),
            .sent_at = value_integer("change_sent_at", 0),
            .failures = value_integer("change_failures", 0),
            .crashes = value_integer("change_crashes", 0),
            .credentials_version = value_integer("change_version", 0)
        },
        .is_edit = text_same(value_text("change_kind"), "edit"),
        .text = text_of("change_text"),
        .asked_at = value_integer("change_asked_at", 0)
    };
    return 1;
}

static void
set_values(const struct change *change, const struct change_ending *ending)
{
    value_set_text("change_target", change->claim.target);
    value_set_text("change_account", change->claim.account);
    value_set_text("change_worker", change->claim.worker);
    value_set_text("change_attempt", change->claim.attempt);
    value_set_text("change_text", change->text);
    value_set_text("change_outcome", ending->outcome);
    value_set_text("change_category", ending->result.category);
    value_set_text("change_words", ending->result.words);
    value_set_integer("change_status", ending->result.http_status);
    value_set_text("change_remote_id", ending->result.remote_id);
    value_set_text("change_permalink", ending->result.permalink);
    value_set_integer("change_next_at", ending->next_at);
    value_set_integer("change_failed", ending->failures);
    value_set_integer("change_crashed", ending->crashes);
    value_set_integer("change_not_before", ending->not_before);
    value_set_integer("change_now", clock_now());
}

static void
must(const char *sql)
{
    if (db_batch(sql) == DB_REFUSED)
        die("a change of target %s: %s", value_text("change_target"),
            db_why());
}

static int
write_attempt(void)
{
    db_run("UPDATE attempt SET ended_at = :change_now,"
           "  outcome = :change_outcome, category = :change_category,"
           "  http_status = nullif(:change_status, 0),"
           "  detail = :change_words, remote_id = :change_remote_id"
           " WHERE id = :change_attempt AND ended_at IS NULL"
           "  AND EXISTS (SELECT 1 FROM change WHERE target = attempt.target"
           "   AND worker = :change_worker)");
    return db_changes() == 1;
}

/* The network has the new text: now it is what we show. Once each target of
   the post has it, it is the post's own. */
static void
apply_edit(void)
{
    must("UPDATE target SET text = :change_text, version = version + 1,"
         "  remote_id = coalesce(:change_remote_id, remote_id),"
         "  permalink = coalesce(:change_permalink, permalink),"
         "  updated_at = :change_now WHERE id = :change_target;"
         "UPDATE post SET updated_at = :change_now,"
         "  text = iif(EXISTS (SELECT 1 FROM target o"
         "   WHERE o.post = post.id AND o.state <> 'cancelled'"
         "    AND coalesce(o.text, post.text) <> :change_text), text,"
         "   :change_text)"
         " WHERE id = (SELECT post FROM target WHERE id = :change_target);"
         "UPDATE target SET text = NULL WHERE text = :change_text"
         " AND post = (SELECT p.id FROM post p JOIN target c"
         "  ON p.id = c.post WHERE c.id = :change_target"
         "   AND p.text = :change_text)");
}

/* What follows the post stays, so the post does too: its owner may ask
   again. */
static void
give_up_root(void)
{
    must("DELETE FROM change WHERE kind = 'delete' AND worker IS NULL"
         " AND target = (SELECT root FROM target WHERE id = :change_target)");
}

/* It is public no more: it leaves the lists, as what its owner deletes. */
static void
apply_deletion(void)
{
    must("UPDATE target SET hidden_at = coalesce(hidden_at, :change_now),"
         " updated_at = :change_now WHERE id = :change_target");
    media_release(value_text("change_target"));
}

static void
write_change(const struct change *change, const struct change_ending *ending)
{
    int is_done = text_same(ending->outcome, "done");

    if (is_done && change->is_edit)
        apply_edit();
    else if (is_done)
        apply_deletion();
    else if (text_same(ending->outcome, "failed"))
        give_up_root();
    if (is_done || text_same(ending->outcome, "failed"))
        must("DELETE FROM change WHERE target = :change_target");
    else
        must("UPDATE change SET worker = NULL, next_at = :change_next_at,"
             "  failures = failures + :change_failed,"
             "  crashes = crashes + :change_crashed"
             " WHERE target = :change_target");
    must("UPDATE account SET not_before = max(not_before, :change_not_before)"
         " WHERE id = :change_account");
    if (ending_extent(&ending->result) != NULL)
        pause_begin(change->claim.network, ending_extent(&ending->result),
                    ending->next_at, ending->result.category,
                    ending->result.words);
}

int
change_write(const struct change *change, const struct change_ending *ending)
{
    int64_t give_up = clock_steady() + PATIENCE_MS;

    set_values(change, ending);
    for (;;) {
        db_begin();
        if (!write_attempt()) {
            db_rollback();
            note("target %s: its worker holds the change no more",
                 change->claim.target);
            return 0;
        }
        write_change(change, ending);
        if (ending->account_expired)
            account_expire(change->claim.account,
                           change->claim.credentials_version);
        if (db_try_commit())
            return 1;
        if (clock_steady() > give_up)
            die("target %s: the end of its change cannot be committed",
                change->claim.target);
        sleep(1);
    }
}
