/* claim.c: the claim's batch, and reading back what it took. */
#include "publish/claim.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "data/db.h"
#include "data/value.h"

/* The attempt of what the worker has just taken: a verifying pass goes on
   with the open one, else a new one begins. */
#define ATTEMPT \
    "INSERT INTO attempt (id, target, number, worker, claimed_at)" \
    " SELECT :claim_attempt, t.id, 1 + (SELECT ifnull(max(number), 0)" \
    "         FROM attempt WHERE target = t.id), :claim_worker, :now" \
    "  FROM target t WHERE t.worker = :claim_worker AND NOT EXISTS (" \
    "   SELECT 1 FROM attempt WHERE target = t.id AND ended_at IS NULL);" \
    "UPDATE attempt SET worker = :claim_worker WHERE ended_at IS NULL" \
    " AND target = (SELECT id FROM target WHERE worker = :claim_worker)"

static const char *
text_of(const char *name)
{
    const char *text = value_text(name);

    return text ? memory_copy(text) : "";
}

#define CLAIM \
    "SELECT t.id AS claim_target, a.id AS claim_attempt," \
    "  t.account AS claim_account, t.worker AS claim_worker," \
    "  t.network AS claim_network, c.handle AS claim_handle," \
    "  t.part AS claim_part," \
    "  t.due_at AS claim_due_at, ifnull(a.sent_at, 0) AS claim_sent_at," \
    "  (SELECT min(s.claimed_at) FROM attempt s WHERE s.target = t.id" \
    "    AND s.number > ifnull((SELECT max(d.number) FROM attempt d" \
    "     WHERE d.target = t.id AND (d.category = 'paused'" \
    "      OR d.outcome IN ('posted', 'failed', 'uncertain'))), 0))" \
    "   AS claim_began_at," \
    "  t.failures AS claim_failures, t.crashes AS claim_crashes," \
    "  c.credentials_version AS claim_credentials_version" \
    " FROM target t JOIN attempt a ON a.target = t.id" \
    "  AND a.ended_at IS NULL JOIN account c ON c.id = t.account"

static int
read_claim(const char *sql, struct claim *claim)
{
    if (db_run(sql) != DB_ROW)
        return 0;
    *claim = (struct claim){
        .target = text_of("claim_target"),
        .attempt = text_of("claim_attempt"),
        .account = text_of("claim_account"),
        .worker = value_is_set("claim_worker") ? text_of("claim_worker")
                                               : NULL,
        .network = text_of("claim_network"),
        .handle = text_of("claim_handle"),
        .part = (int)value_integer("claim_part", 0),
        .due_at = value_integer("claim_due_at", 0),
        .sent_at = value_integer("claim_sent_at", 0),
        .began_at = value_integer("claim_began_at", 0),
        .failures = value_integer("claim_failures", 0),
        .crashes = value_integer("claim_crashes", 0),
        .credentials_version = value_integer("claim_credentials_version", 0)
    };
    return 1;
}

int
claim_of_worker(const char *worker, struct claim *claim)
{
    value_set_text("claim_worker", worker);
    return read_claim(CLAIM " WHERE t.worker = :claim_worker", claim);
}

int
claim_of_verifying(const char *target, struct claim *claim)
{
    value_set_text("claim_target", target);
    return read_claim(CLAIM " WHERE t.id = :claim_target"
                      " AND t.state = 'verifying'", claim);
}

static int
take(const char *batch, const char *worker, struct claim *claim)
{
    char attempt[ID_ROOM];

    value_set_text("claim_worker", worker);
    value_set_text("claim_attempt", id_new(attempt));
    value_set_integer("now", clock_now());
    db_begin();
    if (db_batch(batch) == DB_REFUSED)
        die("claim: %s", db_why());
    if (db_changes() == 0) {
        db_rollback();
        return 0;
    }
    if (!db_try_commit())
        return -1;
    if (!claim_of_worker(worker, claim))
        die("claim: worker %s does not find what it took", worker);
    return 1;
}

int
claim_next(const char *account, const char *worker, struct claim *claim)
{
    value_set_text("claim_account", account);
    return take(
        "UPDATE target SET state = 'publishing', worker = :claim_worker,"
        "  updated_at = :now"
        " WHERE id = (SELECT (SELECT f.id" CLAIM_FIRST ") FROM account a"
        "  WHERE a.id = :claim_account AND" CLAIM_ACCOUNT_MAY_SEND ")"
        " AND next_at <= :now AND (state = 'scheduled' OR EXISTS ("
        "  SELECT 1 FROM attempt WHERE attempt.target = target.id"
        "   AND ended_at IS NULL AND sent_at IS NOT NULL));" ATTEMPT,
        worker, claim);
}

int
claim_target(const char *target, const char *worker, struct claim *claim)
{
    value_set_text("claim_target", target);
    return take(
        "UPDATE target SET state = 'publishing', worker = :claim_worker,"
        "  due_at = min(due_at, :now), updated_at = :now"
        " WHERE id = :claim_target AND state = 'scheduled'"
        "  AND held_at IS NULL AND EXISTS (SELECT 1 FROM account a"
        "   WHERE a.id = target.account AND" CLAIM_ACCOUNT_MAY_SEND
        "    AND NOT EXISTS (SELECT 1 FROM target v WHERE v.account = a.id"
        "     AND v.state IN ('publishing', 'verifying')));" ATTEMPT,
        worker, claim);
}
