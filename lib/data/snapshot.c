/* snapshot.c: copying the database out (backup) and in (restore). */
#include "data/snapshot.h"
#include "data/statement.h"
#include "data/value.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What must be the same in a copy, give or take what others wrote while it
   was made. */
static const char *const counted[] = { "user", "account", "post", "target",
                                       "attempt", NULL };

static sqlite3 *
open_copy(const char *path)
{
    sqlite3 *copy;

    if (sqlite3_open_v2(path, &copy, SQLITE_OPEN_READONLY
                        | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_db_config(copy, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(copy, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_busy_timeout(copy, 1000);
    return copy;
}

/* The one value of a query on another connection; NULL where it fails. */
static const char *
ask(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    const char *answer = NULL;

    if (handle != NULL
        && sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK
        && sqlite3_step(statement) == SQLITE_ROW
        && sqlite3_column_text(statement, 0) != NULL)
        answer = memory_copy((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return answer;
}

static long long
count(sqlite3 *handle, const char *table)
{
    const char *rows = ask(handle, memory_format(
        "SELECT count(*) FROM \"%s\"", table));
    long long number;

    return rows && text_number(rows, 0, INT64_MAX, &number) ? number : -1;
}

static const char *
fault_of(sqlite3 *copy)
{
    const char *sound = ask(copy, "PRAGMA integrity_check(1)");

    if (!text_same(ask(copy, "PRAGMA application_id"),
                   memory_format("%d", DB_APPLICATION)))
        return "it is not a Crier database";
    if (!text_same(sound, "ok"))
        return memory_format("integrity check: %s", sound ? sound : "none");
    return NULL;
}

/* Is its schema one that this program, or a step to it, knows? */
static const char *
version_fault_of(sqlite3 *copy)
{
    const char *version = ask(copy, "PRAGMA user_version");
    long long number;

    if (!version || !text_number(version, 1, 1000000, &number))
        return "it has no schema version";
    if (number > DB_VERSION)
        return memory_format("it has schema version %lld, newer than this"
                             " program's %d", number, DB_VERSION);
    return NULL;
}

const char *
snapshot_fault(const char *path)
{
    sqlite3 *copy = open_copy(path);
    const char *fault = copy ? fault_of(copy) : "it cannot be opened";

    if (fault == NULL)
        fault = version_fault_of(copy);
    sqlite3_close(copy);
    return fault;
}

/* Every count of the copy lies between what was there before and after. */
static void
compare_counts(const char *path, const long long *before)
{
    sqlite3 *copy = open_copy(path);
    int i;

    for (i = 0; counted[i] != NULL; i++) {
        long long there = count(copy, counted[i]);
        long long after = count(db_handle, counted[i]);
        long long low = before[i] < after ? before[i] : after;
        long long high = before[i] < after ? after : before[i];

        if (there < low || there > high) {
            unlink(path);
            die("the copy has %lld rows of %s, the database %lld: not kept",
                there, counted[i], after);
        }
    }
    sqlite3_close(copy);
}

static void
keep(const char *temporary, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL ? "."
        : memory_copy_bytes(path, (size_t)(slash - path) + 1);
    int file = open(temporary, O_RDONLY | O_CLOEXEC);

    if (file < 0 || fsync(file) != 0 || rename(temporary, path) != 0)
        die("%s: %s", path, strerror(errno));
    close(file);
    file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) {
        fsync(file);
        close(file);
    }
}

void
snapshot_write(const char *path)
{
    const char *temporary = memory_format("%s.part", path);
    long long before[sizeof counted / sizeof counted[0]];
    const char *fault;
    sqlite3 *copy;
    int i;

    for (i = 0; counted[i] != NULL; i++)
        before[i] = count(db_handle, counted[i]);
    unlink(temporary);
    value_set_text("snapshot_path", temporary);
    db_run("VACUUM INTO :snapshot_path");
    copy = open_copy(temporary);
    fault = copy ? fault_of(copy) : "it cannot be opened";
    sqlite3_close(copy);
    if (fault != NULL) {
        unlink(temporary);
        die("the copy is not sound: %s", fault);
    }
    compare_counts(temporary, before);
    keep(temporary, path);
}

void
snapshot_load(const char *path)
{
    sqlite3 *copy = open_copy(path);
    sqlite3_backup *backup;
    int code;

    if (copy == NULL)
        die("%s cannot be opened", path);
    backup = sqlite3_backup_init(db_handle, "main", copy, "main");
    if (backup == NULL)
        die("restore: %s", sqlite3_errmsg(db_handle));
    do {
        code = sqlite3_backup_step(backup, -1);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
            sqlite3_sleep(50);
    } while (code == SQLITE_BUSY || code == SQLITE_LOCKED);
    if (sqlite3_backup_finish(backup) != SQLITE_OK)
        die("restore: %s", sqlite3_errmsg(db_handle));
    sqlite3_close(copy);
}
