/* snapshot.h: a whole and checked copy of the open database. */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

/* Write a copy of the open database to path, which holds an older copy or
   nothing: VACUUM INTO a temporary name beside it, integrity check of the
   copy, row counts compared, fsync, rename. Readers and writers go on
   meanwhile. Ends the program on any failure; path is then
   as it was. db_allow_attach() comes before db_open(). */
void snapshot_write(const char *path);

/* Check a database file without changing it: NULL where it is a sound Crier
   database of at most DB_VERSION, else why not. */
const char *snapshot_fault(const char *path);

/* Replace the content of the open database by that of the file at path, in
   one transaction: who has it open sees the old content or the new. Ends the
   program on failure, with the old content kept. */
void snapshot_load(const char *path);
#endif
