/* backup.c: a checked copy of the database, and going back to one. */
#include "admin/backup.h"
#include "admin/command.h"
#include "admin/copies.h"
#include "admin/halt.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "core/account.h"
#include "core/config.h"
#include "core/event.h"
#include "data/db.h"
#include "data/migrate.h"
#include "data/snapshot.h"
#include "data/value.h"

#include <stdio.h>
#include <unistd.h>

int
backup_write(void)
{
    const char *fault = copies_fault(command_operand());

    if (fault != NULL)
        command_refuse("%s", fault);
    copies_write(command_operand());
    printf("not inside, keep them too:\n  media     %s\n  key file  %s\n"
           "Without this key file the network accounts in the copy cannot be"
           " used.\n", config()->media_dir, config()->key_file);
    return 0;
}

#define DOUBT \
    "uncertain: this database was restored from a copy made before the post" \
    " was due, so it may be public already; look for it at '" \
    " || (SELECT handle FROM account WHERE id = target.account) ||" \
    " ' before you send it again"

/* One post that may have gone out after the copy was made. */
static void
doubt(void *nothing)
{
    (void)nothing;
    if (db_batch("UPDATE attempt SET ended_at = :restore_now,"
                 "  outcome = 'uncertain', category = 'uncertain',"
                 "  detail = 'restored from a copy'"
                 " WHERE id = :restore_attempt;"
                 "UPDATE target SET state = 'uncertain', worker = NULL,"
                 "  held_at = NULL, category = 'uncertain',"
                 "  reason = '" DOUBT "', updated_at = :restore_now"
                 " WHERE id = :restore_target") == DB_REFUSED)
        die("post %s: %s", value_text("restore_target"), db_why());
    event_of_target("post.uncertain", value_text("restore_target"),
                    value_text("restore_attempt"));
    event_of_part(value_text("restore_target"), value_text("restore_attempt"));
}

/* Bring the copy at path to what a restored instance starts from. Returns how
   many posts became uncertain. */
static int
make_safe(const char *path)
{
    int count, older = DB_VERSION - migrate_run(path, migrate_steps,
                                                DB_VERSION);

    unlink(memory_format("%s.version-%d", path, older));
    db_open(path);
    db_begin();
    halt_set("restored from a copy");
    halt_trust_clock();
    value_set_integer("restore_now", clock_now());
    db_batch("DELETE FROM session; DELETE FROM connect_request;"
             "UPDATE attempt SET ended_at = :restore_now,"
             "  outcome = 'uncertain', detail = 'restored from a copy'"
             " WHERE ended_at IS NULL AND kind <> 'publish';"
             "DELETE FROM change");
    count = db_each("SELECT t.id AS restore_target, a.id AS restore_attempt"
                    " FROM target t LEFT JOIN attempt a"
                    "  ON a.target = t.id AND a.ended_at IS NULL"
                    " WHERE t.state IN ('publishing', 'verifying')"
                    "  OR (t.state = 'scheduled'"
                    "      AND min(t.due_at, t.next_at) <= :restore_now)",
                    doubt, NULL);
    db_commit();
    db_close();
    return count;
}

static void
remove_database(const char *path)
{
    static const char *const endings[] = { "", "-wal", "-shm", "-writer",
                                           "-journal" };
    size_t i;

    for (i = 0; i < sizeof endings / sizeof endings[0]; i++)
        unlink(memory_format("%s%s", path, endings[i]));
}

/* Copy FILE beside the database, so that it stays as it is. */
static const char *
stage(const char *file)
{
    const char *staged = memory_format("%s.restoring", config()->database);

    remove_database(staged);
    migrate_create(staged, migrate_schema);
    db_open(staged);
    snapshot_load(file);
    db_close();
    return staged;
}

/* Which accounts' secrets does this instance's key not open? */
static void
count_sealed(void *context)
{
    *(int *)context += !account_opens(value_text("restore_account"));
}

static void
report_sealed(void)
{
    int closed = 0;

    secret_load_key(config()->key_file);
    db_each("SELECT id AS restore_account FROM account"
            " WHERE credentials IS NOT NULL", count_sealed, &closed);
    if (closed > 0)
        printf("%d accounts were sealed under another key file: put that one"
               " back, or connect them again\n", closed);
}

/* The content of the database becomes what was staged. Returns the name of
   the copy of what it held before. */
static const char *
replace(const char *database, const char *staged)
{
    const char *before = memory_format("%s.before-restore", database);

    migrate_create(database, migrate_schema);
    db_open_any(database);
    db_hold_writers();
    snapshot_write(before);
    snapshot_load(staged);
    db_close();
    remove_database(staged);
    return before;
}

int
backup_restore(void)
{
    const char *fault = snapshot_fault(command_operand());
    const char *staged, *before;
    char room[CLOCK_ROOM];
    int doubtful;

    if (fault != NULL)
        command_refuse("%s: %s", command_operand(), fault);
    staged = stage(command_operand());
    doubtful = make_safe(staged);
    before = replace(config()->database, staged);
    db_open(config()->database);
    printf("restored; what was there before is in %s\n"
           "%d posts that were due by now, %s, became uncertain\n"
           "keys revoked since the copy was made are as they were then\n",
           before, doubtful, clock_print(clock_now(), CLOCK_SECONDS, room));
    report_sealed();
    printf("publishing is stopped; `crier-admin resume` lets it go on\n");
    return 0;
}
