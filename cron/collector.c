/* collector: renews tokens and reads metrics. cron starts it. */
#include "publish/measure.h"
#include "publish/refresh.h"
#include "publish/stop.h"
#include "publish/timekeeper.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/owner.h"
#include "base/secret.h"
#include "base/text.h"
#include "core/config.h"
#include "data/db.h"
#include "data/value.h"

#include <errno.h>
#include <stdio.h>
#include <sysexits.h>

enum { RUN_MS = 4 * MINUTE };

static const char help[] =
    "usage: collector\n"
    "\n"
    "Keeps accounts alive and measures what was published; cron starts it\n"
    "every five minutes. It\n"
    "  - renews each account's token before it ends; an account whose network\n"
    "    renews it no more expires (account.expired), and waits for its owner\n"
    "    to connect it again;\n"
    "  - reads each post's metrics 1, 6, 24 and 72 hours after it went out,\n"
    "    then daily to 30 days.\n"
    "It ends after four minutes at the latest and goes on the next time.\n"
    "While another one is at work, the clock is in doubt or publishing is\n"
    "halted it does nothing.\n"
    "\n"
    "The settings are those of the file that CRIER_CONF names.\n";

static int
may_begin(void)
{
    int may;

    db_open(config()->database);
    may = db_text("SELECT value FROM meta WHERE name = 'halted'") == NULL
          && timekeeper_trusts(clock_now(), 0);
    db_close();
    return may;
}

/* What is due of one kind, one after the other. Memory goes between. */
static void
round_of(int (*next)(void), int64_t deadline)
{
    int more = 1;

    while (more && clock_steady() < deadline && !stop_asked()
           && !timekeeper_moved()) {
        stop_progress();
        db_open(config()->database);
        more = next();
        db_close();
        value_reset();
        memory_reset();
    }
}

int
main(int argc, char **argv)
{
    int64_t deadline = clock_steady() + RUN_MS;
    int lock;

    log_program("collector");
    if (argc == 2 && text_same(argv[1], "--help"))
        return fputs(help, stdout) < 0;
    if (argc != 1) {
        fprintf(stderr, "collector: it takes no words\n%s", help);
        return EX_USAGE;
    }
    owner_become(config()->database);
    lock = lock_try(memory_format("%s/collector", config()->run_dir));
    if (lock < 0 && errno == EWOULDBLOCK)
        return 0;
    if (lock < 0)
        die("%s cannot be written", config()->run_dir);
    secret_load_key(config()->key_file);
    stop_install();
    if (may_begin()) {
        memory_keep();
        round_of(refresh_next, deadline);
        round_of(measure_next, deadline);
    }
    lock_release(lock);
    return 0;
}
