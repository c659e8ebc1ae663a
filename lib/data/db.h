/* db.h: the one SQLite file, and the statements that run on it.

   How the file is opened, and why, is measured in the design: WAL with
   synchronous=FULL, no automatic checkpoint and none at close; a kernel lock
   (FILE-writer) around each write transaction; and a TRUNCATE checkpoint by
   the writer, under that lock, when the log passes 250 pages. So no
   checkpoint ever races a commit, and a queue of writers is served in turn.

   Values reach SQL only by name (value.h). A statement that names a value
   nobody set, or that does not prepare, ends the program through die(). */
#ifndef DB_H
#define DB_H
#include <stddef.h>
#include <stdint.h>
#include "base/text.h"

enum outcome {
    DB_ROW,                     /* it gave a row */
    DB_NO_ROW,                  /* it gave none: nothing matched */
    DB_REFUSED                  /* a constraint said no: see db_why() */
};

/* Open the file at path for reading and writing. The schema's version must be
   the one this program was built for (DB_VERSION). The program ends through
   die() where the file is absent, another program's, or of another version. */
void db_open(const char *path);
void db_close(void);

/* Keep a quarter of a megabyte of the file in memory, not one: for requests,
   which read little of it. */
void db_cache_little(void);

/* The same, whatever the schema's version; for migrations and restore. */
void db_open_any(const char *path);

enum { DB_VERSION = 3, DB_APPLICATION = 0x43726972 /* "Crir" */ };

/* Begin a write transaction: wait for the writer lock, then BEGIN IMMEDIATE.
   No request body is read and no network called until it ends. */
void db_begin(void);
void db_commit(void);           /* a commit that fails ends the program */
int  db_try_commit(void);       /* 1, or 0 where it failed: state unknown */
void db_rollback(void);         /* also right where none is open */

/* Empty the log, where it holds something and nobody writes or reads just
   now. For a program that is there anyway: who opens a database that nobody
   else has open reads its log from end to end. */
void db_empty_log(void);

/* Keep writers waiting without a transaction of our own (snapshot_load()
   brings its own); db_rollback() lets them on. */
void db_hold_writers(void);
int  db_in_transaction(void);

/* Inside a transaction: what must wait until it is surely committed, such as
   removing a file. Called once, in order, after the commit; a rollback or a
   failed commit forgets it. */
void db_after_commit(void (*work)(void *context), void *context);

/* Let all that is read until the program ends be of one moment. Nothing may be
   written then. */
void db_begin_reading(void);

/* In SQL: a column of milliseconds as ISO 8601 with milliseconds and Z, or
   null. */
#define DB_TIME(column) \
    "strftime('%Y-%m-%dT%H:%M:%fZ', " column " / 1000.0, 'unixepoch')"

/* Run one statement with its :names bound, to its end. Of its first row the
   columns become named values: a column `x` sets :x. A statement may give at
   most one row. */
enum outcome db_run(const char *sql);

/* Run one statement whose rows' texts, one after the other, are the reply;
   append them. A long list is best told so: never all of it is in SQLite's
   hands. After each row after() may take from the reply what is there (NULL:
   it grows). */
enum outcome db_run_reply(const char *sql, struct text *reply,
                          void (*after)(struct text *reply));

/* Run a statement that gives rows: step() is called for each, with the
   columns set as named values, after all rows have been read (so it may run
   statements itself). Returns how many there were. */
int db_each(const char *sql, void (*step)(void *context), void *context);

/* Run several statements, parted by semicolons, as one batch in the open
   transaction. DB_ROW when all ran. */
enum outcome db_batch(const char *sql);

/* The number in a statement's one row; otherwise where there is no row. */
int64_t db_integer(const char *sql, int64_t otherwise);

/* The text in a statement's one row; NULL where there is no row or a null. */
const char *db_text(const char *sql);

/* How many rows the last db_run() or db_batch() statement changed. */
int db_changes(void);

/* Did a write fail because the disk is full? */
int db_disk_is_full(void);

/* After DB_REFUSED: the name of the CHECK that refused, or SQLite's words. */
const char *db_why(void);

/* For --check: the words for why sql does not prepare, or NULL where it does.
   Every :name in it that is not in the space-parted list of known names (nor
   set as a value) is reported too. */
const char *db_check(const char *sql, const char *known);

/* Look through the whole file (PRAGMA quick_check): NULL where it is sound,
   else what is wrong with it, in SQLite's words. */
const char *db_fault(void);

/* For crier-admin and the janitor, which need VACUUM INTO: call before
   db_open(). */
void db_allow_attach(void);
#endif
