/* db.c: opening and hardening the database, and its write transactions. */
#include "data/statement.h"
#include "data/db.h"
#include "data/heap.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { WAL_PAGES = 250, BUSY_MS = 10000 };

sqlite3 *db_handle;

/* What waits for the commit; of the arena, so it lives as long as that. */
struct work {
    struct work *next;
    void (*run)(void *context);
    void *context;
};

static struct work *waiting, **last_waiting = &waiting;
static const char *writer_path, *log_path;
static int writer_lock = -1, wal_pages, attach_allowed;

void
db_allow_attach(void)
{
    attach_allowed = 1;
}

/* SQLite refuses to follow links (NOFOLLOW), so links above the file are
   resolved here; the file itself must be no link. */
static const char *
real_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];

    if (slash == NULL)
        die("the database's path must be absolute: %s", path);
    if (realpath(memory_copy_bytes(path, (size_t)(slash - path)), folder)
        == NULL)
        die("the database's folder %s: %s", path, strerror(errno));
    return memory_format("%s%s", folder, slash);
}

static void
configure(int option, int value)
{
    if (sqlite3_db_config(db_handle, option, value, NULL) != SQLITE_OK)
        die("the database could not be hardened");
}

static void
harden(void)
{
    configure(SQLITE_DBCONFIG_DEFENSIVE, 1);
    configure(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
    configure(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
    configure(SQLITE_DBCONFIG_DQS_DML, 0);
    configure(SQLITE_DBCONFIG_DQS_DDL, 0);
    configure(SQLITE_DBCONFIG_ENABLE_FKEY, 1);
    configure(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1);
    sqlite3_limit(db_handle, SQLITE_LIMIT_LENGTH, TEXT_LIMIT);
    sqlite3_limit(db_handle, SQLITE_LIMIT_SQL_LENGTH, 100 * 1024);
    sqlite3_limit(db_handle, SQLITE_LIMIT_ATTACHED, attach_allowed);
}

static int
remember_wal_pages(void *nothing, sqlite3 *handle, const char *name, int pages)
{
    (void)nothing, (void)handle, (void)name;
    wal_pages = pages;
    return SQLITE_OK;
}

static void
execute(const char *sql)
{
    point(sql);
    if (sqlite3_exec(db_handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        die("%s: %s", sql, sqlite3_errmsg(db_handle));
}

/* Our programs have one thread and never ask SQLite how much memory it has:
   it need not lock and count. Later calls are refused, which is right. */
void
statement_start_engine(void)
{
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    heap_start();
}

void
db_open_any(const char *path)
{
    const char *real = real_path(path);
    int persist = 1;

    statement_start_engine();
    if (sqlite3_open_v2(real, &db_handle, SQLITE_OPEN_READWRITE
                        | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW
                        | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK)
        die("the database %s cannot be opened: %s", path,
            sqlite3_errmsg(db_handle));
    sqlite3_busy_timeout(db_handle, BUSY_MS);
    harden();
    sqlite3_file_control(db_handle, "main", SQLITE_FCNTL_PERSIST_WAL,
                         &persist);
    sqlite3_wal_hook(db_handle, remember_wal_pages, NULL);
    execute("PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;"
            "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;"
            "PRAGMA cache_size = -1000");
    writer_path = memory_format("%s-writer", real);
    log_path = memory_format("%s-wal", real);
    if (db_integer("PRAGMA application_id", 0) != DB_APPLICATION)
        die("%s is not a Crier database", path);
}

void
db_open(const char *path)
{
    db_open_any(path);
    if (db_integer("PRAGMA user_version", 0) != DB_VERSION)
        die("%s has schema version %d, this program needs %d: finish the"
            " upgrade (install.sh)", path,
            (int)db_integer("PRAGMA user_version", 0), DB_VERSION);
}

void
db_cache_little(void)
{
    execute("PRAGMA cache_size = -250");
}

void
db_close(void)
{
    if (db_handle == NULL)
        return;
    db_rollback();
    sqlite3_close_v2(db_handle);
    db_handle = NULL;
}

int
db_in_transaction(void)
{
    return writer_lock >= 0;
}

void
db_hold_writers(void)
{
    if (db_in_transaction())
        die("the writer lock is held already");
    writer_lock = lock_wait(writer_path);
    if (writer_lock < 0)
        die("the writer lock %s: %s", writer_path, strerror(errno));
}

void
db_begin(void)
{
    db_hold_writers();
    execute("BEGIN IMMEDIATE");
}

void
db_begin_reading(void)
{
    execute("BEGIN");
}

static void
release_writer(void)
{
    lock_release(writer_lock);
    writer_lock = -1;
}

void
db_after_commit(void (*run)(void *), void *context)
{
    struct work *work = memory_get(sizeof *work);

    if (!db_in_transaction())
        die("db_after_commit outside a transaction");
    work->run = run;
    work->context = context;
    *last_waiting = work;
    last_waiting = &work->next;
}

/* Take the list of what waited, so that the next transaction has its own. */
static struct work *
take_waiting(void)
{
    struct work *first = waiting;

    waiting = NULL;
    last_waiting = &waiting;
    return first;
}

/* Empty the log while we alone may write. Readers may be in the way: then the
   next writer tries again. */
static void
checkpoint(void)
{
    point("checkpoint");
    sqlite3_busy_timeout(db_handle, 0);
    sqlite3_wal_checkpoint_v2(db_handle, "main", SQLITE_CHECKPOINT_TRUNCATE,
                              NULL, NULL);
    point("checkpointed");
    sqlite3_busy_timeout(db_handle, BUSY_MS);
    wal_pages = 0;
}

void
db_empty_log(void)
{
    struct stat log;

    if (stat(log_path, &log) != 0 || log.st_size == 0)
        return;
    writer_lock = lock_try(writer_path);
    if (writer_lock < 0)
        return;                 /* somebody writes: the next second will do */
    checkpoint();
    release_writer();
}

int
db_try_commit(void)
{
    struct work *work = take_waiting();
    int good;

    point("COMMIT");
    good = sqlite3_exec(db_handle, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    if (!good) {
        note("COMMIT: %s", sqlite3_errmsg(db_handle));
        statement_note_failure();
        if (!sqlite3_get_autocommit(db_handle))
            sqlite3_exec(db_handle, "ROLLBACK", NULL, NULL, NULL);
    } else if (wal_pages > WAL_PAGES) {
        checkpoint();
    }
    release_writer();
    point("committed");
    for (; good && work != NULL; work = work->next)
        work->run(work->context);
    return good;
}

void
db_commit(void)
{
    if (!db_try_commit())
        die("a commit failed; what it wrote may or may not be kept");
}

void
db_rollback(void)
{
    if (!db_in_transaction())
        return;
    point("ROLLBACK");
    take_waiting();
    if (!sqlite3_get_autocommit(db_handle))
        sqlite3_exec(db_handle, "ROLLBACK", NULL, NULL, NULL);
    release_writer();
}
