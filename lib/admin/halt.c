/* halt.c: emergency stop, resume, and the operator's word on the clock. */
#include "admin/halt.h"
#include "admin/command.h"
#include "base/clock.h"
#include "base/memory.h"
#include "core/catalogue.h"
#include "core/pause.h"
#include "data/db.h"
#include "data/value.h"

#include <stdio.h>

void
halt_set(const char *why)
{
    char room[CLOCK_ROOM];

    value_set_text("halt_words", memory_format("%s, since %s", why,
        clock_print(clock_now(), CLOCK_SECONDS, room)));
    db_run("INSERT INTO meta (name, value) VALUES ('halted', :halt_words)"
           " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
}

int
halt_stop(void)
{
    int keys = 0;

    db_begin();
    halt_set("emergency stop");
    if (command_flag("revoke-keys")) {
        value_set_integer("halt_now", clock_now());
        db_run("UPDATE api_key SET revoked_at = :halt_now"
               " WHERE revoked_at IS NULL");
        keys = db_changes();
    }
    db_commit();
    printf("publishing is stopped; `crier-admin resume` lets it go on\n");
    if (command_flag("revoke-keys"))
        printf("%d keys revoked\n", keys);
    return 0;
}

/* What the network refused is mended: it is asked again at once. */
static int
resume_network(const char *name)
{
    const struct catalogue_row *row = catalogue_find(name);
    int was;

    if (row == NULL)
        command_misused("there is no network %s", name);
    db_begin();
    was = pause_end(row->name);
    db_commit();
    printf("%s %s\n", row->title, was ? "is asked again with the next tick"
                                      : "was not waited for");
    return 0;
}

int
halt_resume(void)
{
    int was;

    if (command_operand() != NULL)
        return resume_network(command_operand());
    db_begin();
    db_run("DELETE FROM meta WHERE name = 'halted'");
    was = db_changes();
    db_commit();
    value_set_integer("halt_now", clock_now());
    printf("%s; %lld posts are due now\n",
           was ? "publishing goes on with the next tick"
               : "publishing was not stopped",
           (long long)db_integer("SELECT count(*) FROM target"
                                 " WHERE state IN ('scheduled', 'verifying')"
                                 "  AND held_at IS NULL"
                                 "  AND next_at <= :halt_now", 0));
    return 0;
}

/* The highest time seen becomes the present one, forward or back, and the
   doubt is over. */
void
halt_trust_clock(void)
{
    value_set_text("halt_now", memory_format("%lld",
                                             (long long)clock_now()));
    db_batch("INSERT OR REPLACE INTO meta (name, value)"
             " SELECT 'clock_back', (SELECT ifnull(max(rowid), 0) FROM attempt)"
             "  FROM meta WHERE name = 'tick_high'"
             "   AND CAST(value AS INTEGER) > CAST(:halt_now AS INTEGER);"
             "INSERT INTO meta (name, value) VALUES ('tick_high', :halt_now)"
             " ON CONFLICT (name) DO UPDATE SET value = excluded.value;"
             "DELETE FROM meta WHERE name = 'clock_doubt'");
}

int
halt_accept_clock(void)
{
    char room[CLOCK_ROOM];

    db_begin();
    halt_trust_clock();
    db_commit();
    printf("the clock is taken as right: %s\n",
           clock_print(clock_now(), CLOCK_SECONDS, room));
    return 0;
}
