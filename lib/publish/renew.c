/* renew.c: the lock around renewing an account's credentials. */
#include "publish/renew.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/secret.h"
#include "base/text.h"
#include "core/account.h"
#include "core/config.h"
#include "data/db.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Accounts share so many lock files: those of two that meet in one wait for
   each other. */
enum { LOCKS = 64, WAIT_MS = 15 * SECOND, STEP_MS = 100,
       PATIENCE_MS = MINUTE };

static char held[ID_ROOM];
static int lock = -1;

static const char *
path_of(const char *account)
{
    uint8_t hash[HASH_BYTES];

    hash_bytes(account, strlen(account), hash);
    return memory_format("%s/renew-%02d", config()->run_dir, hash[0] % LOCKS);
}

int
renew_try_hold(const char *account)
{
    if (lock >= 0 && text_same(held, account))
        return 1;
    renew_release();
    lock = lock_try(path_of(account));
    if (lock < 0)
        return 0;
    snprintf(held, sizeof held, "%s", account);
    return 1;
}

int
renew_hold(const char *account)
{
    struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
    int64_t give_up = clock_steady() + WAIT_MS;

    while (!renew_try_hold(account)) {
        if (clock_steady() > give_up)
            return 0;
        nanosleep(&step, NULL);
    }
    return 1;
}

const char *
renew_keep(const char *account, int64_t *version, const char *credentials,
           int64_t token_expires_at)
{
    int64_t give_up = clock_steady() + PATIENCE_MS, now_at;
    const char *now;
    int kept;

    point("renewed");
    for (;;) {
        now_at = *version;
        db_begin();
        kept = account_renew(account, &now_at, credentials,
                             token_expires_at);
        if (db_try_commit())
            break;
        if (clock_steady() > give_up)
            die("account %s: its new credentials cannot be kept", account);
        sleep(1);
    }
    now = kept ? memory_copy(credentials)
               : account_credentials(account, &now_at);
    *version = now_at;
    renew_release();
    return now ? now : "{}";
}

void
renew_release(void)
{
    if (lock >= 0)
        lock_release(lock);
    lock = -1;
    held[0] = '\0';
}
