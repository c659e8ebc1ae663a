/* sync.c: one account, as its network now describes it. */
#include "publish/sync.h"
#include "publish/ending.h"
#include "publish/errand.h"
#include "publish/renew.h"
#include "publish/stop.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/text.h"
#include "core/account.h"
#include "core/config.h"
#include "core/pause.h"
#include "data/db.h"
#include "data/value.h"

enum { AGAIN_MS = 6 * HOUR };

/* Until a paused network may be asked. */
#define PAUSED \
    "(SELECT w.until_at FROM network_pause w" \
    "  WHERE w.network = account.network AND w.extent = 'all'" \
    "   AND w.until_at > :sync_now)"

#define TAKEN \
    " RETURNING id AS sync_account, network AS sync_network," \
    "  server AS sync_server, remote_id AS sync_remote_id," \
    "  profile AS sync_profile, status = 'active'" \
    "  AND sync_at = :sync_again AS sync_may"

/* Take the account that is due first, or the one that is asked for. Of one
   that is expired nothing can be asked, and a paused network is left alone. */
static int
take(const char *sql)
{
    int found;

    value_set_integer("sync_now", clock_now());
    value_set_integer("sync_again", clock_now() + AGAIN_MS);
    db_begin();
    found = db_run(sql) == DB_ROW;
    db_commit();
    return found;
}

static void
keep(const char *account, const struct job *job, const struct result *result,
     const struct connected *told)
{
    struct account_facts facts = {
        .profile = memory_copy(value_text("sync_profile")),
        .network = memory_copy(value_text("sync_network")),
        .server = memory_copy(value_text("sync_server")),
        .remote_id = memory_copy(value_text("sync_remote_id")),
        .handle = told->handle, .name = told->name,
        .profile_url = told->profile_url, .avatar_url = told->avatar_url,
        .limits = told->limits
    };
    const char *fault = NULL;
    int64_t at = clock_now() + ACCOUNT_SYNC_MS;

    if (result->kind != RESULT_READY) {
        fault = result->words ? result->words : "It said no more.";
        at = clock_now() + AGAIN_MS;
    }
    db_begin();
    account_synced(account, &facts, fault, at);
    if (result->kind == RESULT_AUTH)
        account_expire(account, errand_version(job));
    if (ending_extent(result) != NULL)
        pause_begin(facts.network, ending_extent(result),
                    ending_pause_until(result, clock_now()),
                    result->category, result->words);
    db_commit();
}

static struct result
ask(const char *name, struct job *job, struct connected *told)
{
    const struct network *network = network_find(name);
    struct result result = told_hushed(network->sync(job, told), job);

    if (result.kind == RESULT_READY
        && !text_same(told->remote_id, job->remote_account))
        return told_result(RESULT_AUTH, "auth_error", "Its token is of"
                           " another account now: connect it again.");
    return result;
}

static void
sync_taken(void)
{
    const char *account = memory_copy(value_text("sync_account"));
    const char *network = memory_copy(value_text("sync_network"));
    struct connected told = { .remote_id = NULL };
    struct job *job;
    struct result result;

    if (!value_integer("sync_may", 0))
        return;
    if (network_find(network) == NULL || network_find(network)->sync == NULL) {
        db_begin();
        account_synced(account, NULL, NULL, 0);
        db_commit();
        return;
    }
    job = errand_of_account(account);
    if (job == NULL)
        return;
    point("sync");
    result = ask(network, job, &told);
    point("synced");
    if (result.kind != RESULT_READY)
        note("account %s: its network was asked about it: %s", account,
             result.words ? result.words : "");
    keep(account, job, &result, &told);
    renew_release();
}

int
sync_next(void)
{
    if (!take("UPDATE account SET sync_at = ifnull(" PAUSED ", :sync_again)"
              " WHERE id = (SELECT id FROM account"
              "  WHERE sync_at IS NOT NULL AND sync_at <= :sync_now"
              "  ORDER BY sync_at LIMIT 1)" TAKEN))
        return 0;
    sync_taken();
    return 1;
}

int
sync_one(const char *account)
{
    int found;

    stop_install();
    db_open(config()->database);
    value_set_text("sync_account", account);
    found = take("UPDATE account SET sync_at = ifnull(" PAUSED
                 ", :sync_again) WHERE id = :sync_account"
                 "  AND sync_at <= :sync_now"
                 "  AND NOT EXISTS (SELECT 1 FROM meta"
                 "   WHERE name = 'halted')" TAKEN);
    if (found)
        sync_taken();
    db_close();
    return !found;
}
