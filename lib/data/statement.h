/* statement.h: what db.c, statement.c and json.c share: running a prepared
   statement over the named values. Not for use above data/. */
#ifndef STATEMENT_H
#define STATEMENT_H
#include <sqlite3.h>
#include "data/db.h"

/* The open database; NULL where there is none. */
extern sqlite3 *db_handle;

/* Before the first connection of the process, database or :memory:. */
void statement_start_engine(void);

/* Prepare the first statement of sql; *rest is what follows it. die()s. */
sqlite3_stmt *statement_prepare(sqlite3 *, const char *sql, const char **rest);

/* Bind every :name from the named values; die()s on a name without one. */
void statement_bind(sqlite3_stmt *);

/* Keep whether the last failure was a full disk, for db_disk_is_full(). */
void statement_note_failure(void);
#endif
