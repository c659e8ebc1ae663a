/* row.h: rows as statement.c keeps them: copies that outlive their statement.
   Not for use above data/. */
#ifndef ROW_H
#define ROW_H
#include <sqlite3.h>
#include "base/text.h"
#include "data/value.h"

/* One row's columns, in the order of the statement. */
struct row {
    struct row *next;
    int count;
    struct value columns[];
};

/* The row that a statement stands on, in the arena; one before of the same
   statement, or NULL, lends it the names. die()s where SQLite lacks the memory
   to hand a value out. */
struct row *row_copy(sqlite3_stmt *, const struct row *before);

/* Append the texts of the row that a statement stands on, copied but once. */
void row_tell(sqlite3_stmt *, struct text *);

/* Set the named values to a row's, by its columns' names. */
void row_set_values(const struct row *);
#endif
