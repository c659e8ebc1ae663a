/* account_leave.c: an account that its owner takes away, and its posts. */
#include "core/account.h"
#include "core/catalogue.h"
#include "core/event.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

/* One waiting target of an account that goes away. */
static void
let_go(void *nothing)
{
    int sent = (int)value_integer("account_sent", 0);

    (void)nothing;
    if (db_batch("UPDATE attempt SET ended_at = :account_now,"
                 "  outcome = iif(:account_sent, 'uncertain', 'released')"
                 " WHERE target = :account_target AND ended_at IS NULL;"
                 "UPDATE target SET updated_at = :account_now,"
                 "  held_at = NULL,"
                 "  state = iif(:account_sent, 'uncertain', 'cancelled'),"
                 "  category = iif(:account_sent, 'uncertain', category),"
                 "  reason = iif(:account_sent, 'uncertain: the account was"
                 " disconnected before this post was seen there; look for it"
                 " on the network.', 'The account was disconnected.')"
                 " WHERE id = :account_target") == DB_REFUSED)
        die("a target of account %s: %s", value_text("account_id"), db_why());
    event_of_target(sent ? "post.uncertain" : "post.cancelled",
                    value_text("account_target"),
                    value_text("account_attempt"));
    event_of_part(value_text("account_target"), value_text("account_attempt"));
}

static const struct catalogue_row *
network_of(const char *id)
{
    value_set_text("account_id", id);
    return catalogue_find(db_text("SELECT network FROM account"
                                  " WHERE id = :account_id"));
}

const char *
account_left_to_do(const char *id)
{
    const struct catalogue_row *row = network_of(id);

    if (row != NULL && row->left_to_do != NULL)
        return row->left_to_do;
    if (row == NULL || row->revokes != REVOKES_NOTHING
        || !text_same(row->connect, "oauth"))
        return NULL;
    return memory_format("Crier cannot give a token back to %s: take the"
                         " application away in the account's settings there.",
                         row->title);
}

struct fault
account_disconnect(const char *id, const char *profile)
{
    const struct catalogue_row *row = network_of(id);

    value_set_integer("account_revokes", row != NULL
                      && row->revokes != REVOKES_NOTHING);
    value_set_text("account_profile", profile);
    value_set_integer("account_now", clock_now());
    db_run("UPDATE account SET status = 'disconnected', credentials = NULL,"
           " credentials_version = credentials_version + 1,"
           " given_back = iif(:account_revokes, credentials, NULL),"
           " refresh_at = iif(:account_revokes, :account_now, NULL),"
           " sync_at = NULL, sync_fault = NULL,"
           " token_expires_at = NULL, updated_at = :account_now"
           " WHERE id = :account_id AND status <> 'disconnected'"
           "  AND profile = ifnull(:account_profile, profile)");
    if (db_changes() == 0)
        return (struct fault){ .kind = FAULT_ACCOUNT_NOT_FOUND };
    db_each("SELECT t.id AS account_target, a.id AS account_attempt,"
            " a.sent_at IS NOT NULL AS account_sent"
            " FROM target t LEFT JOIN attempt a"
            "  ON a.target = t.id AND a.ended_at IS NULL"
            " WHERE t.account = :account_id"
            "  AND t.state IN ('scheduled', 'verifying')", let_go, NULL);
    return NO_FAULT;
}
