/* migrate.c: schema.sql for a new database, numbered steps for an old one. */
#include "data/migrate.h"
#include "data/snapshot.h"
#include "data/statement.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema.inc"

static void
create_at(const char *path, const char *schema)
{
    sqlite3 *handle;
    char *words = NULL;
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                    0600);

    if (file < 0)
        die("%s: %s", path, strerror(errno));
    if (sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL)
        != SQLITE_OK
        || sqlite3_exec(handle, schema, NULL, NULL, &words) != SQLITE_OK)
        die("%s: %s", path, words ? words : sqlite3_errmsg(handle));
    if (sqlite3_close(handle) != SQLITE_OK || fsync(file) != 0)
        die("%s could not be written", path);
    close(file);
}

int
migrate_create(const char *path, const char *schema)
{
    const char *new = memory_format("%s.new", path);
    struct stat there;

    if (lstat(path, &there) == 0)
        return 0;
    create_at(new, schema);
    if (link(new, path) != 0)
        die("%s: %s", path, strerror(errno));
    unlink(new);
    return 1;
}

/* One step and the new version number, together or not at all. Rebuilding a
   table needs foreign keys off; they are checked before the end. */
static void
run_step(const struct migrate_step *step)
{
    db_begin();
    if (db_integer("PRAGMA user_version", 0) != step->version - 1)
        die("another program is upgrading this database");
    if (db_batch(step->sql) == DB_REFUSED)
        die("migration %s: %s", step->name, db_why());
    if (db_integer("SELECT count(*) FROM pragma_foreign_key_check", 1) != 0)
        die("migration %s: rows point to nothing", step->name);
    db_batch(memory_format("PRAGMA user_version = %d", step->version));
    db_commit();
    note("migration %s done", step->name);
}

static const struct migrate_step *
step_to(const struct migrate_step *steps, int version)
{
    for (; steps->version != 0; steps++)
        if (steps->version == version)
            return steps;
    die("there is no migration to version %d", version);
}

int
migrate_run(const char *path, const struct migrate_step *steps, int version)
{
    int from, next;

    db_allow_attach();
    db_open_any(path);
    from = (int)db_integer("PRAGMA user_version", 0);
    if (from > version)
        die("%s has schema version %d, newer than this program's %d", path,
            from, version);
    if (from < version) {
        snapshot_write(memory_format("%s.version-%d", path, from));
        db_run("PRAGMA foreign_keys = OFF");
    }
    for (next = from + 1; next <= version; next++)
        run_step(step_to(steps, next));
    db_close();
    return version - from;
}
