/* statement.c: preparing, binding by name, stepping to the end. */
#include "data/statement.h"
#include "data/row.h"
#include "data/value.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"

#include <string.h>

static const char *why = "";
static int changes, disk_full;

const char *
db_why(void)
{
    return why;
}

int
db_changes(void)
{
    return changes;
}

int
db_disk_is_full(void)
{
    return disk_full;
}

void
statement_note_failure(void)
{
    if ((sqlite3_errcode(db_handle) & 0xff) == SQLITE_FULL)
        disk_full = 1;
}

sqlite3_stmt *
statement_prepare(sqlite3 *handle, const char *sql, const char **rest)
{
    sqlite3_stmt *statement = NULL;

    if (handle == NULL)
        die("no database is open");
    if (sqlite3_prepare_v2(handle, sql, -1, &statement, rest) != SQLITE_OK)
        die("%s in: %.300s", sqlite3_errmsg(handle), sql);
    return statement;
}

/* Bind one value, which stays where it is. A code of SQLite's. */
static int
bind(sqlite3_stmt *statement, int i, const struct value *value)
{
    switch (value->type) {
    case VALUE_TEXT:
        return sqlite3_bind_text(statement, i, value->bytes,
                                 (int)value->length, SQLITE_STATIC);
    case VALUE_BLOB:
        return sqlite3_bind_blob(statement, i, value->bytes,
                                 (int)value->length, SQLITE_STATIC);
    case VALUE_INTEGER:
        return sqlite3_bind_int64(statement, i, value->integer);
    default:
        return SQLITE_OK;
    }
}

void
statement_bind(sqlite3_stmt *statement)
{
    int i, count = sqlite3_bind_parameter_count(statement);

    for (i = 1; i <= count; i++) {
        const char *name = sqlite3_bind_parameter_name(statement, i);
        const struct value *value = name ? value_find(name + 1) : NULL;

        if (value == NULL)
            die("no value %s for: %.300s", name ? name : "?",
                sqlite3_sql(statement));
        if (bind(statement, i, value) != SQLITE_OK)
            die("%s cannot be bound in: %.300s", name,
                sqlite3_sql(statement));
    }
}

/* "CHECK constraint failed: words" without its head. */
static const char *
refusal_words(void)
{
    const char *words = sqlite3_errmsg(db_handle);
    const char *colon = strstr(words, "failed: ");

    return memory_copy(colon ? colon + strlen("failed: ") : words);
}

/* Step a statement to its end, keep each of its rows, finalize it. */
static enum outcome
run_to_end(sqlite3_stmt *statement, void (*keep)(sqlite3_stmt *, void *),
           void *context)
{
    int before = sqlite3_total_changes(db_handle), count = 0, code;

    point(sqlite3_sql(statement));
    statement_bind(statement);
    for (; (code = sqlite3_step(statement)) == SQLITE_ROW; count++)
        keep(statement, context);
    if ((code & 0xff) == SQLITE_CONSTRAINT) {
        why = refusal_words();
        sqlite3_finalize(statement);
        return DB_REFUSED;
    }
    if (code != SQLITE_DONE) {
        statement_note_failure();
        die("%s in: %.300s", sqlite3_errmsg(db_handle),
            sqlite3_sql(statement));
    }
    sqlite3_finalize(statement);
    changes = sqlite3_total_changes(db_handle) - before;
    return count > 0 ? DB_ROW : DB_NO_ROW;
}

/* The rows that a statement gave, in order. */
struct rows {
    struct row *first, **place;
};

static void
keep_row(sqlite3_stmt *statement, void *context)
{
    struct rows *rows = context;

    *rows->place = row_copy(statement, rows->first);
    rows->place = &(*rows->place)->next;
}

static enum outcome
run_rows(sqlite3_stmt *statement, struct row **first)
{
    struct rows rows = { NULL, &rows.first };
    enum outcome outcome = run_to_end(statement, keep_row, &rows);

    *first = rows.first;
    return outcome;
}

static sqlite3_stmt *
prepare_single(const char *sql)
{
    const char *rest;
    sqlite3_stmt *statement = statement_prepare(db_handle, sql, &rest);

    if (rest[strspn(rest, " \n\t;")] != '\0')
        die("more than one statement in: %.300s", sql);
    return statement;
}

static enum outcome
run_single(const char *sql, struct row **rows)
{
    enum outcome outcome = run_rows(prepare_single(sql), rows);

    if (outcome == DB_ROW && (*rows)->next != NULL)
        die("more than one row from: %.300s", sql);
    return outcome;
}

enum outcome
db_run(const char *sql)
{
    struct row *row;
    enum outcome outcome = run_single(sql, &row);

    if (outcome == DB_ROW)
        row_set_values(row);
    return outcome;
}

struct told {
    struct text *reply;
    void (*after)(struct text *reply);
};

static void
tell(sqlite3_stmt *statement, void *context)
{
    const struct told *told = context;

    row_tell(statement, told->reply);
    if (told->after != NULL)
        told->after(told->reply);
}

enum outcome
db_run_reply(const char *sql, struct text *reply,
             void (*after)(struct text *reply))
{
    struct told told = { reply, after };

    return run_to_end(prepare_single(sql), tell, &told);
}

int
db_each(const char *sql, void (*step)(void *), void *context)
{
    struct row *row;
    int count = 0;

    if (run_rows(prepare_single(sql), &row) == DB_REFUSED)
        die("%s in: %.300s", why, sql);
    for (; row != NULL; row = row->next, count++) {
        row_set_values(row);
        step(context);
    }
    return count;
}

enum outcome
db_batch(const char *sql)
{
    int total = 0;

    if (!db_in_transaction())
        die("a batch outside a transaction: %.300s", sql);
    while (sql[strspn(sql, " \n\t;")] != '\0') {
        struct row *row;
        sqlite3_stmt *statement = statement_prepare(db_handle, sql, &sql);

        if (statement == NULL)
            continue;
        if (run_rows(statement, &row) == DB_REFUSED)
            return DB_REFUSED;
        total += changes;
    }
    changes = total;
    return DB_ROW;
}

int64_t
db_integer(const char *sql, int64_t otherwise)
{
    struct row *row;

    if (run_single(sql, &row) != DB_ROW
        || row->columns[0].type != VALUE_INTEGER)
        return otherwise;
    return row->columns[0].integer;
}

const char *
db_text(const char *sql)
{
    struct row *row;

    if (run_single(sql, &row) != DB_ROW || row->columns[0].type == VALUE_NULL)
        return NULL;
    return row->columns[0].bytes;
}

const char *
db_check(const char *sql, const char *known)
{
    sqlite3_stmt *statement = NULL;
    const char *fault = NULL;
    int i;

    if (sqlite3_prepare_v2(db_handle, sql, -1, &statement, NULL) != SQLITE_OK)
        return memory_copy(sqlite3_errmsg(db_handle));
    for (i = 1; i <= sqlite3_bind_parameter_count(statement); i++) {
        const char *name = sqlite3_bind_parameter_name(statement, i);

        if (name == NULL || (!text_has_word(known, name + 1)
                             && value_find(name + 1) == NULL))
            fault = memory_format("no value for %s", name ? name : "?");
    }
    sqlite3_finalize(statement);
    return fault;
}

const char *
db_fault(void)
{
    sqlite3_stmt *statement = NULL;
    const char *words = NULL;

    if (sqlite3_prepare_v2(db_handle, "PRAGMA quick_check(1)", -1, &statement,
                           NULL) == SQLITE_OK
        && sqlite3_step(statement) == SQLITE_ROW)
        words = (const char *)sqlite3_column_text(statement, 0);
    words = memory_copy(words ? words : sqlite3_errmsg(db_handle));
    sqlite3_finalize(statement);
    return strcmp(words, "ok") == 0 ? NULL : words;
}
