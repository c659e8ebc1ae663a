/* instance.h: an instance of Crier in a new folder, for one test program:
   crier.conf, key file, folders, and a database made from schema.sql. Tests
   run at the root of the source tree. */
#ifndef INSTANCE_H
#define INSTANCE_H
#include <fcntl.h>
#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "core/config.h"
#include "data/db.h"

/* The whole of a file as text. */
static inline char *
instance_read(const char *path)
{
    enum { ROOM = 1 << 20 };
    int file = open(path, O_RDONLY);
    char *room = memory_get(ROOM);

    if (file < 0 || read(file, room, ROOM - 1) <= 0)
        die("%s cannot be read", path);
    close(file);
    return room;
}

/* Run any SQL on a database file, creating it where it is absent. */
static inline void
instance_sql(const char *path, const char *sql)
{
    sqlite3 *handle;
    char *words = NULL;

    if (sqlite3_open(path, &handle) != SQLITE_OK
        || sqlite3_exec(handle, sql, NULL, NULL, &words) != SQLITE_OK)
        die("%s: %s", path, words ? words : "cannot be opened");
    sqlite3_close(handle);
}

/* Make the folder, with more lines for crier.conf (or ""), and write its
   configuration so that config() finds it. Returns the folder. */
static inline const char *
instance_folder(const char *lines)
{
    char *folder = memory_copy("/tmp/crier-test-XXXXXX");
    char *path;
    FILE *file;

    if (mkdtemp(folder) == NULL)
        die("no folder for the test");
    path = memory_format("%s/crier.conf", folder);
    file = fopen(path, "w");
    fprintf(file, "base_url = http://127.0.0.1:1\n"
            "data_dir = %s/data\nsite_dir = %s/site\n%s",
            folder, folder, lines);
    fclose(file);
    setenv("CRIER_CONF", path, 1);
    return folder;
}

/* The same with data folders, key and an open database. */
static inline const char *
instance_open(const char *lines)
{
    const char *folder = instance_folder(lines);

    mkdir(config()->data_dir, 0700);
    mkdir(config()->run_dir, 0700);
    mkdir(config()->media_dir, 0700);
    secret_new_key(config()->key_file);
    secret_load_key(config()->key_file);
    instance_sql(config()->database, instance_read("schema.sql"));
    db_open(config()->database);
    return folder;
}

static inline int
instance_remove_one(const char *path, const struct stat *what, int kind,
                    struct FTW *place)
{
    (void)what, (void)kind, (void)place;
    return remove(path);
}

/* Leave nothing behind. */
static inline void
instance_remove(const char *folder)
{
    db_close();
    nftw(folder, instance_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
#endif
