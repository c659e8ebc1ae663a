/* revoke.c: giving a token back. */
#include "publish/revoke.h"
#include "publish/errand.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/point.h"
#include "core/account.h"
#include "core/catalogue.h"
#include "data/db.h"
#include "data/value.h"

static void
forget(const char *account)
{
    value_set_text("revoke_account", account);
    db_begin();
    db_run("UPDATE account SET given_back = NULL, refresh_at = NULL"
           " WHERE id = :revoke_account AND status = 'disconnected'");
    db_commit();
}

/* Is there a use in asking, and does nobody else lose by it? */
static int
is_wanted(const char *account, const char *network)
{
    const struct catalogue_row *row = catalogue_find(network);

    value_set_text("revoke_account", account);
    value_set_integer("revoke_more", row->revokes != REVOKES_TOKEN);
    value_set_integer("revoke_anyones", row->revokes == REVOKES_PERSON);
    value_set_integer("revoke_since", clock_now() - 7 * (int64_t)DAY);
    return db_run("SELECT 1 AS revoke_wanted FROM account a"
                  " WHERE a.id = :revoke_account"
                  "  AND a.status = 'disconnected'"
                  "  AND a.updated_at > :revoke_since"
                  "  AND NOT (:revoke_more AND EXISTS (SELECT 1"
                  "   FROM account o WHERE o.network = a.network"
                  "    AND o.status = 'active' AND (:revoke_anyones"
                  "     OR substr(o.remote_id, 1,"
                  "       instr(o.remote_id || '/', '/') - 1)"
                  "      = substr(a.remote_id, 1,"
                  "       instr(a.remote_id || '/', '/') - 1))))") == DB_ROW;
}

void
revoke(const char *account, const char *name)
{
    const struct network *network = network_find(name);
    struct job *job = errand_of_account(account);
    struct result result = { .kind = RESULT_REJECTED };

    if (job != NULL)
        job->credentials = account_given_back(account);
    if (job != NULL && job->credentials != NULL && network != NULL
        && network->revoke != NULL && is_wanted(account, name)) {
        point("revoke");
        result = network->revoke(job);
        point("revoked");
        if (result.kind != RESULT_READY)
            note("account %s: its token is not taken back: %s", account,
                 result.words ? result.words : "");
    }
    if (result.kind != RESULT_RETRY && result.kind != RESULT_UNKNOWN)
        forget(account);
}
