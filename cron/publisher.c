/* publisher: publishes what is due. cron starts it each minute. */
#include "publish/at_once.h"
#include "publish/plan.h"
#include "publish/recover.h"
#include "publish/sync.h"
#include "publish/tick.h"
#include "publish/timekeeper.h"
#include "publish/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/owner.h"
#include "base/secret.h"
#include "base/text.h"
#include "core/config.h"
#include "data/db.h"

#include <stdio.h>
#include <sysexits.h>

static const char help[] =
    "usage: publisher\n"
    "       publisher --target ID\n"
    "       publisher --post ID\n"
    "       publisher --changes ID\n"
    "       publisher --sync ID\n"
    "       publisher --dry-run [--now TIME] [--until TIME]\n"
    "\n"
    "Publishes what is due. Without an option it runs one tick: for\n"
    "tick_seconds of crier.conf it publishes each post at its second, then\n"
    "waits for what it began. Ticks may overlap; cron starts one a minute.\n"
    "\n"
    "  --target ID    publish this one now, before its time and its\n"
    "                 account's order; status 1: it cannot go out now\n"
    "  --post ID      the same for all of a post, side by side; status 1: one\n"
    "                 cannot go out now\n"
    "  --changes ID   make the edits and deletions that wait for the public\n"
    "                 copies of a post, side by side; status 1: one cannot\n"
    "                 be made now\n"
    "  --sync ID      ask an account's network anew who it is and what it\n"
    "                 may, where that is due; status 1: it is not\n"
    "  --dry-run      print what would go out when, a line each: time,\n"
    "                 platform, handle, target id, first words (parted by\n"
    "                 tabs); nothing is changed\n"
    "  --now TIME     as if it were TIME (ISO 8601; default: now)\n"
    "  --until TIME   up to TIME (default: a day from --now)\n"
    "\n"
    "The settings are those of the file that CRIER_CONF names.\n";

static _Noreturn void
refuse(const char *why)
{
    fprintf(stderr, "publisher: %s\n%s", why, help);
    program_end(EX_USAGE);
}

/* Publish one target, or all of one post, outside the ticks. */
static int
publish_at_once(const char *id, int (*publish)(const char *id))
{
    int may;

    if (!id_is_valid(id))
        refuse("--target, --post, --changes and --sync take an id");
    db_open(config()->database);
    may = timekeeper_trusts(clock_now(), 0);
    if (may)
        recover();
    db_close();
    return may ? publish(id) : 1;
}

static int
dry_run(char **words)
{
    int64_t now = clock_now(), until = 0;

    for (; words[0] != NULL; words += 2) {
        int64_t *time = text_same(words[0], "--now") ? &now
            : text_same(words[0], "--until") ? &until : NULL;

        if (time == NULL || words[1] == NULL)
            refuse("--dry-run takes --now TIME and --until TIME");
        if (clock_read(words[1], NULL, time) != CLOCK_OK)
            refuse("a time is written as 2026-05-01T15:00:00Z");
    }
    db_open(config()->database);
    plan_print(now, until ? until : now + DAY);
    db_close();
    return 0;
}

int
main(int argc, char **argv)
{
    log_program("publisher");
    if (argc == 2 && text_same(argv[1], "--help"))
        return fputs(help, stdout) < 0;
    owner_become(config()->database);
    if (argc >= 2 && text_same(argv[1], "--dry-run"))
        return dry_run(argv + 2);
    secret_load_key(config()->key_file);
    if (argc == 1)
        return tick();
    if (argc == 3 && text_same(argv[1], "--target"))
        return publish_at_once(argv[2], worker_run_target);
    if (argc == 3 && text_same(argv[1], "--post"))
        return publish_at_once(argv[2], at_once);
    if (argc == 3 && text_same(argv[1], "--changes"))
        return publish_at_once(argv[2], at_once_changes);
    if (argc == 3 && text_same(argv[1], "--sync"))
        return publish_at_once(argv[2], sync_one);
    refuse("unknown words on the command line");
}
