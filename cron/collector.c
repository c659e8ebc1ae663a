/* collector: renews tokens and reads metrics. cron starts it. */
#include "publish/measure.h"
#include "publish/refresh.h"
#include "publish/stop.h"
#include "publish/sync.h"
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

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum { RUN_MS = 4 * MINUTE, SHARE = 20, MORE = 1 };

static const char help[] =
    "usage: collector\n"
    "\n"
    "Keeps accounts alive and measures what was published; cron starts it\n"
    "every five minutes. It\n"
    "  - renews each account's token before it ends; an account whose network\n"
    "    renews it no more expires (account.expired), and waits for its owner\n"
    "    to connect it again;\n"
    "  - gives back the tokens of accounts that were disconnected, where the\n"
    "    network has a call for it;\n"
    "  - asks each account's network every week whether its name, picture and\n"
    "    limits are as they were;\n"
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

/* A child's share of what is due: its memory, and what drivers keep in theirs,
   goes when it ends. Its status: is there more? */
static int
share_of(int (*next)(void), int64_t deadline)
{
    int done = 0, more = 1;

    stop_install();
    db_open(config()->database);
    while (more && done++ < SHARE && clock_steady() < deadline
           && !stop_asked() && !timekeeper_moved()) {
        stop_progress();
        more = next();
    }
    db_close();
    return more ? MORE : 0;
}

static int
wait_for(pid_t child)
{
    int status;

    while (waitpid(child, &status, 0) != child)
        if (errno != EINTR)
            die("waitpid: %s", strerror(errno));
    if (WIFSIGNALED(status))
        note("a worker was ended by signal %d", WTERMSIG(status));
    return WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
}

/* What is due of one kind, a share after the other. Returns 0, or the exit
   status where a child failed: what it failed at is put off, and the next run
   goes on behind it. */
static int
round_of(int (*next)(void), int64_t deadline)
{
    int status = MORE;

    while (status == MORE && clock_steady() < deadline && !stop_asked()) {
        pid_t child = fork();

        if (child < 0)
            die("fork: %s", strerror(errno));
        if (child == 0)
            program_end(share_of(next, deadline));
        status = wait_for(child);
    }
    return status == MORE ? 0 : status;
}

int
main(int argc, char **argv)
{
    int64_t deadline = clock_steady() + RUN_MS;
    int lock, status = 0;

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
    if (may_begin()) {
        stop_install();
        status = round_of(refresh_next, deadline);
        if (status == 0)
            status = round_of(sync_next, deadline);
        if (status == 0)
            status = round_of(measure_next, deadline);
    }
    lock_release(lock);
    return status;
}
