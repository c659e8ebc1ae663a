/* row.c: a statement's row, copied out of SQLite's hands. */
#include "data/row.h"
#include "base/log.h"
#include "base/memory.h"

/* A column's value. SQLite makes text of it, for which memory may lack: then
   it hands out NULL, which must not pass for a value that is none. */
static struct value
column_copy(sqlite3_stmt *statement, int i, const struct row *before)
{
    int type = sqlite3_column_type(statement, i);
    const char *name = sqlite3_column_name(statement, i);
    struct value value = {
        .type = type == SQLITE_NULL ? VALUE_NULL
                : type == SQLITE_INTEGER ? VALUE_INTEGER
                : type == SQLITE_BLOB ? VALUE_BLOB : VALUE_TEXT,
        .integer = sqlite3_column_int64(statement, i)
    };

    if (type == SQLITE_BLOB)
        value.bytes = sqlite3_column_blob(statement, i);
    else
        value.bytes = (const char *)sqlite3_column_text(statement, i);
    value.length = (size_t)sqlite3_column_bytes(statement, i);
    if (name == NULL || (value.bytes == NULL && type != SQLITE_NULL
                         && (type != SQLITE_BLOB || value.length > 0)))
        die("out of memory at a row of: %.300s", sqlite3_sql(statement));
    value.name = before ? before->columns[i].name : memory_copy(name);
    value.bytes = memory_copy_bytes(value.bytes, value.length);
    return value;
}

struct row *
row_copy(sqlite3_stmt *statement, const struct row *before)
{
    int i, count = sqlite3_column_count(statement);
    struct row *row = memory_get(sizeof *row
                                 + (size_t)count * sizeof row->columns[0]);

    row->count = count;
    for (i = 0; i < count; i++)
        row->columns[i] = column_copy(statement, i, before);
    return row;
}

void
row_tell(sqlite3_stmt *statement, struct text *reply)
{
    int i, count = sqlite3_column_count(statement);

    for (i = 0; i < count; i++) {
        const unsigned char *text = sqlite3_column_text(statement, i);

        if (text == NULL && sqlite3_column_type(statement, i) != SQLITE_NULL)
            die("out of memory at a row of: %.300s", sqlite3_sql(statement));
        text_add_bytes(reply, text,
                       (size_t)sqlite3_column_bytes(statement, i));
    }
}

void
row_set_values(const struct row *row)
{
    int i;

    for (i = 0; i < row->count; i++)
        value_lend(&row->columns[i]);
}
