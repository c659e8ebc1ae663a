/* janitor: what Crier does for itself each night. cron starts it. */
#include "admin/copies.h"
#include "admin/halt.h"
#include "publish/timekeeper.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/owner.h"
#include "base/text.h"
#include "core/config.h"
#include "core/connect.h"
#include "core/delivery.h"
#include "core/media.h"
#include "data/db.h"
#include "data/value.h"

#include <limits.h>
#include <stdio.h>
#include <sysexits.h>

static const char help[] =
    "usage: janitor\n"
    "\n"
    "Tidies up; cron starts it once a night. It\n"
    "  - looks through the database; where that is damaged it stops\n"
    "    publishing until crier-admin resume, and ends with status 1;\n"
    "  - forgets kept answers of a day ago, ended sessions and connect links,\n"
    "    and webhook deliveries that ended 30 days ago;\n"
    "  - removes media files that nothing needs;\n"
    "  - writes a checked copy of the database into backup_dir of crier.conf\n"
    "    and keeps the newest backup_keep of them.\n"
    "It prints a line for each thing it did. While the clock is in doubt it\n"
    "removes nothing; while publishing is halted, no media: a restore may be\n"
    "taken back.\n"
    "\n"
    "The settings are those of the file that CRIER_CONF names.\n";

/* Is the database damaged? Then no tick may publish from it. */
static int
is_damaged(void)
{
    const char *fault = db_fault();

    if (fault == NULL)
        return 0;
    note("the database is damaged, publishing is stopped: %s", fault);
    db_begin();
    halt_set(memory_format("the database is damaged: %s", fault));
    db_commit();
    return 1;
}

/* What was made while the clock was wrong lasts no longer than what is made
   now. */
static void
give_age(void)
{
    int64_t now = clock_now();

    value_set_integer("janitor_now", now);
    value_set_integer("janitor_ahead", now + 5 * MINUTE);
    value_set_integer("janitor_first", CLOCK_EARLIEST);
    db_begin();
    if (db_batch("UPDATE idempotency SET created_at = :janitor_now"
                 " WHERE created_at > :janitor_ahead"
                 "  OR created_at < :janitor_first;"
                 "UPDATE session SET created_at = :janitor_now,"
                 "  expires_at = :janitor_now + expires_at - created_at"
                 " WHERE created_at > :janitor_ahead;"
                 "UPDATE connect_request SET created_at = :janitor_now,"
                 "  expires_at = :janitor_now + expires_at - created_at"
                 " WHERE created_at > :janitor_ahead") == DB_REFUSED)
        die("what a wrong clock made: %s", db_why());
    db_commit();
}

/* Answers are kept for 24 hours (web/idempotency.h). */
static int
forget_answers(void)
{
    value_set_integer("janitor_before", clock_now() - DAY);
    db_run("DELETE FROM idempotency WHERE (principal, method, path, key) IN ("
           " SELECT principal, method, path, key FROM idempotency"
           "  WHERE created_at <= :janitor_before"
           "  ORDER BY created_at LIMIT 300)");
    return db_changes();
}

static int
forget_sessions(void)
{
    value_set_integer("janitor_now", clock_now());
    db_run("DELETE FROM session WHERE hash IN (SELECT hash FROM session"
           "  WHERE expires_at <= :janitor_now LIMIT 300)");
    return db_changes();
}

/* A few hundred in a transaction, so that no request waits long. */
static void
forget(const char *what, int (*few)(void))
{
    int gone, total = 0;

    do {
        db_begin();
        gone = few();
        db_commit();
        total += gone;
    } while (gone > 0);
    if (total > 0)
        printf("%s: %d removed\n", what, total);
}

static void
tidy(void)
{
    int files = 0;

    give_age();
    forget("kept answers", forget_answers);
    forget("ended sessions", forget_sessions);
    forget("ended connect links", connect_forget);
    forget("rows of ended deliveries", delivery_forget);
    if (db_text("SELECT value FROM meta WHERE name = 'halted'") == NULL)
        files = media_sweep();
    if (files > 0)
        printf("media files: %d removed\n", files);
}

static int
work(void)
{
    int trusted;

    if (is_damaged())
        return 1;
    trusted = timekeeper_trusts(clock_now(), 0);
    if (trusted)
        tidy();
    if (config()->backup_dir != NULL)
        copies_rotate(config()->backup_dir,
                      trusted ? config()->backup_keep : INT_MAX);
    return 0;
}

int
main(int argc, char **argv)
{
    int lock, status;

    log_program("janitor");
    if (argc == 2 && text_same(argv[1], "--help"))
        return fputs(help, stdout) < 0;
    if (argc != 1) {
        fprintf(stderr, "janitor: it takes no words\n%s", help);
        return EX_USAGE;
    }
    owner_become(config()->database);
    lock = lock_try(memory_format("%s/janitor", config()->run_dir));
    if (lock < 0) {
        note("another one is at work, or %s cannot be written",
             config()->run_dir);
        return EX_TEMPFAIL;
    }
    db_allow_attach();
    db_open(config()->database);
    status = work();
    db_close();
    lock_release(lock);
    return status;
}
