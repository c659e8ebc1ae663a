/* finish.c: an ending's transaction, and what is done when it fails. */
#include "publish/finish.h"
#include "publish/spool.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "core/account.h"
#include "core/event.h"
#include "core/media.h"
#include "core/pause.h"
#include "core/post_part.h"
#include "data/db.h"
#include "data/value.h"

#include <sysexits.h>
#include <unistd.h>

enum { PATIENCE_MS = MINUTE };

void
finish_set_values(const struct claim *claim, const struct ending *ending)
{
    value_set_text("end_target", claim->target);
    value_set_text("end_attempt", claim->attempt);
    value_set_text("end_account", claim->account);
    value_set_text("end_worker", claim->worker);
    value_set_text("end_outcome", ending->outcome);
    value_set_text("end_state", ending->state);
    value_set_integer("end_next_at", ending->next_at);
    value_set_integer("end_failures", ending->failures);
    value_set_integer("end_crashes", ending->crashes);
    value_set_text("end_category", ending->category);
    value_set_text("end_words", ending->words);
    value_set_integer("end_http_status", ending->http_status);
    value_set_text("end_remote_id", ending->remote_id);
    value_set_text("end_permalink", ending->permalink);
    value_set_integer("end_not_before", ending->not_before);
    value_set_text("end_pause", ending->pause);
    value_set_integer("end_pause_until", ending->pause_until);
    value_set_integer("end_expired_version", ending->account_expired
                      ? claim->credentials_version : 0);
    value_set_integer("end_now", clock_now());
}

static int
write_attempt(void)
{
    db_run(
        "UPDATE attempt SET"
        "  ended_at = iif(:end_outcome IS NULL, NULL, :end_now),"
        "  outcome = :end_outcome, category = :end_category,"
        "  http_status = nullif(:end_http_status, 0), detail = :end_words,"
        "  remote_id = :end_remote_id"
        " WHERE id = :end_attempt AND ended_at IS NULL"
        "  AND EXISTS (SELECT 1 FROM target WHERE id = attempt.target"
        "   AND worker IS :end_worker"
        "   AND state IN ('publishing', 'verifying'))");
    return db_changes() == 1;
}

/* What goes back to an account that was taken away meanwhile is cancelled, as
   its other posts were. */
static void
write_target(void)
{
    if (db_run(
        "UPDATE target SET worker = NULL,"
        "  state = iif(:end_state = 'scheduled' AND EXISTS (SELECT 1"
        "   FROM account WHERE id = target.account"
        "    AND status = 'disconnected'), 'cancelled', :end_state),"
        "  next_at = iif(:end_state IN ('scheduled', 'verifying'),"
        "   :end_next_at, next_at),"
        "  failures = failures + :end_failures,"
        "  crashes = crashes + :end_crashes,"
        "  category = iif(:end_state = 'posted', NULL,"
        "   coalesce(:end_category, category)),"
        "  reason = iif(:end_state = 'posted', NULL,"
        "   coalesce(:end_words, reason)),"
        "  resume = iif(:end_state IN ('scheduled', 'verifying'), resume,"
        "   NULL),"
        "  remote_id = coalesce(:end_remote_id, remote_id),"
        "  permalink = coalesce(:end_permalink, permalink),"
        "  published_at = iif(:end_state = 'posted', :end_now, NULL),"
        "  measure_at = iif(:end_state = 'posted' AND part = 0,"
        "   :end_now + 3600000, NULL),"
        "  updated_at = :end_now"
        " WHERE id = :end_target RETURNING state AS end_state") != DB_ROW)
        die("finish: %s", db_why());
}

/* What a network said counts for all posts of the account. After an outage
   the backlog of an account goes out one a minute (late.h). Credentials that
   were renewed since the refusal are not blamed for it. */
static void
write_account(void)
{
    db_run(
        "UPDATE account SET not_before = max(not_before, :end_not_before,"
        "  ifnull((SELECT :end_now + 60000 FROM meta o, target t"
        "   WHERE o.name = 'outage' AND t.id = :end_target"
        "    AND t.state IN ('posted', 'failed', 'uncertain')"
        "    AND t.due_at <= CAST(o.value AS INTEGER)), 0))"
        " WHERE id = :end_account");
    if (value_integer("end_expired_version", 0) > 0)
        account_expire(value_text("end_account"),
                       value_integer("end_expired_version", 0));
}

static void
write_pause(void)
{
    if (!value_is_set("end_pause"))
        return;
    pause_begin(db_text("SELECT network FROM target WHERE id = :end_target"),
                value_text("end_pause"), value_integer("end_pause_until", 0),
                "rate_limited", value_text("end_words"));
}

/* And what follows from that: the part that waited for this one is due. */
static void
write_event(void)
{
    const char *state = value_text("end_state");
    const char *type = text_same(state, "posted") ? "post.published"
        : text_same(state, "failed") ? "post.failed"
        : text_same(state, "uncertain") ? "post.uncertain"
        : text_same(state, "cancelled") ? "post.cancelled" : NULL;

    if (type != NULL)
        event_of_target(type, value_text("end_target"),
                        value_text("end_attempt"));
    if (text_has_word("failed uncertain cancelled", state))
        event_of_part(value_text("end_target"), value_text("end_attempt"));
    if (text_same(state, "posted"))
        post_parts_release(value_text("end_target"));
    if (text_has_word("posted cancelled", state))
        media_release(value_text("end_target"));
}

enum finish
finish_write(void)
{
    db_begin();
    if (!write_attempt()) {
        db_rollback();
        note("attempt %s: its worker holds it no more; its ending is not"
             " written", value_text("end_attempt"));
        return FINISH_LOST;
    }
    write_target();
    write_account();
    write_pause();
    write_event();
    return db_try_commit() ? FINISH_WRITTEN : FINISH_FAILED;
}

enum finish
finish_once(const struct claim *claim, const struct ending *ending)
{
    finish_set_values(claim, ending);
    return finish_write();
}

/* The database fails while an ending waits to be written. */
static void
finish_by_spool(void)
{
    spool_write();
    program_end(EX_TEMPFAIL);
}

void
finish(const struct claim *claim, const struct ending *ending)
{
    int64_t give_up = clock_steady() + PATIENCE_MS;
    enum finish written;

    finish_set_values(claim, ending);
    die_hook = finish_by_spool;
    while ((written = finish_write()) == FINISH_FAILED) {
        if (clock_steady() > give_up)
            die("attempt %s: its ending cannot be committed", claim->attempt);
        sleep(1);
    }
    die_hook = NULL;
}
