/* refresh.c: one account's token, renewed. */
#include "publish/refresh.h"
#include "publish/ending.h"
#include "publish/errand.h"
#include "publish/renew.h"
#include "publish/revoke.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/text.h"
#include "core/account.h"
#include "data/db.h"
#include "data/value.h"

enum { AGAIN_MS = 5 * MINUTE, MENDED_MS = HOUR };

/* Take the account that is due first; 0 where none is. What its network said
   to wait for is waited for. */
static int
take(void)
{
    int64_t now = clock_now();
    int found;

    value_set_integer("refresh_now", now);
    value_set_integer("refresh_again", now + AGAIN_MS);
    db_begin();
    found = db_run(
        "UPDATE account SET refresh_at = max(:refresh_again, not_before)"
        " WHERE id = (SELECT id FROM account WHERE status <> 'expired'"
        "  AND refresh_at IS NOT NULL AND refresh_at <= :refresh_now"
        "  ORDER BY refresh_at LIMIT 1)"
        " RETURNING id AS refresh_account, network AS refresh_network,"
        "  credentials_version AS refresh_version,"
        "  not_before AS refresh_not_before,"
        "  status = 'disconnected' AS refresh_gone,"
        "  ifnull(token_expires_at, 0) AS refresh_expires") == DB_ROW;
    db_commit();
    return found;
}

/* Look at the account again at a time, unless it was renewed meanwhile. */
static void
look_again(const char *account, int64_t version, int64_t at)
{
    value_set_text("refresh_account", account);
    value_set_integer("refresh_version", version);
    value_set_integer("refresh_at", at);
    db_begin();
    db_run("UPDATE account SET refresh_at = :refresh_at"
           " WHERE id = :refresh_account"
           "  AND credentials_version = :refresh_version");
    db_commit();
}

static void
expire(const char *account, int64_t version)
{
    db_begin();
    account_expire(account, version);
    db_commit();
}

/* The token was not renewed. A grant may be spent by a process that died
   before it kept the new one: it was tried once more, and this is the end. */
static void
conclude(const char *account, int64_t version, int64_t expires,
         const struct result *result)
{
    int64_t now = clock_now(), at = now + AGAIN_MS;

    note("account %s: its token is not renewed: %s", account,
         result->words ? result->words : "");
    if (result->pause) {
        look_again(account, version, ending_pause_until(result, now));
        return;
    }
    if (result->kind == RESULT_AUTH
        || (result->kind == RESULT_REJECTED && expires != 0
            && expires <= now)) {
        expire(account, version);
        return;
    }
    if (result->kind == RESULT_REJECTED)
        at = expires > now && expires < now + MENDED_MS ? expires
             : now + MENDED_MS;
    look_again(account, version, at > result->retry_at ? at
                                 : result->retry_at);
}

static struct result
ask(const char *name, struct job *job)
{
    const struct network *network = network_find(name);

    if (network != NULL && network->refresh != NULL)
        return told_hushed(network->refresh(job), job);
    return (struct result){ .kind = RESULT_REJECTED, .category = "auth_error",
        .words = "Its network has no way to renew it." };
}

int
refresh_next(void)
{
    const char *account, *network;
    int64_t version, expires;
    struct result result;
    struct job *job;

    if (!take())
        return 0;
    account = memory_copy(value_text("refresh_account"));
    network = memory_copy(value_text("refresh_network"));
    version = value_integer("refresh_version", 0);
    expires = value_integer("refresh_expires", 0);
    if (value_integer("refresh_gone", 0)) {
        revoke(account, network);
        return 1;
    }
    if (value_integer("refresh_not_before", 0) > clock_now()
        || !renew_try_hold(account))
        return 1;
    job = errand_of_account(account);
    if (job != NULL && errand_version(job) == version) {
        point("refresh");
        result = ask(network, job);
        point("refreshed");
        if (result.kind == RESULT_READY)
            look_again(account, version, clock_now() + MENDED_MS);
        else
            conclude(account, errand_version(job), expires, &result);
    }
    renew_release();
    return 1;
}
