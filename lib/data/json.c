/* json.c: the gate for strangers' JSON, and reading and making documents. */
#include "data/json.h"
#include "data/json_scan.h"
#include "data/statement.h"
#include "data/value.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <string.h>

static sqlite3 *
handle(void)
{
    static sqlite3 *memory;

    if (memory == NULL)
        statement_start_engine();
    if (memory == NULL
        && (sqlite3_open_v2(":memory:", &memory, SQLITE_OPEN_READWRITE
                            | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK
            || sqlite3_db_config(memory, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL)
               != SQLITE_OK))
        die("SQLite did not open :memory:");
    return memory;
}

/* A text for SQLite, which keeps the caller's. */
static void
bind(sqlite3_stmt *statement, int i, const char *text, int length)
{
    if (i > 0 && sqlite3_bind_text(statement, i, text, length, SQLITE_STATIC)
                 != SQLITE_OK)
        die("JSON: a text of %d bytes cannot be bound", length);
}

/* Is there a row? What is no JSON has none; whatever else goes wrong, as
   memory that lacks, must not pass for that. */
static int
is_row(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);

    if (code != SQLITE_ROW && code != SQLITE_DONE
        && (code & 0xff) != SQLITE_ERROR)
        die("JSON: %s", sqlite3_errstr(code));
    return code == SQLITE_ROW;
}

/* A column as text; NULL where it is NULL. */
static const char *
column(sqlite3_stmt *statement, int i)
{
    int type = sqlite3_column_type(statement, i);
    const unsigned char *text = sqlite3_column_text(statement, i);

    if (text == NULL && type != SQLITE_NULL)
        die("JSON: out of memory");
    return text ? memory_copy((const char *)text) : NULL;
}

/* One value of one expression over :document, of length bytes (-1: to its
   NUL), and :path, as text. */
static const char *
ask_of(const char *expression, const char *document, int length,
       const char *path)
{
    const char *sql = memory_format("SELECT %s", expression), *rest;
    sqlite3_stmt *statement = statement_prepare(handle(), sql, &rest);
    const char *answer = NULL;

    bind(statement, sqlite3_bind_parameter_index(statement, ":document"),
         document, length);
    bind(statement, sqlite3_bind_parameter_index(statement, ":path"), path,
         -1);
    if (is_row(statement))
        answer = column(statement, 0);
    sqlite3_finalize(statement);
    return answer;
}

static const char *
ask(const char *expression, const char *document, const char *path)
{
    return ask_of(expression, document, -1, path);
}

/* json_valid() of SQLite 3.40 says no as well where memory lacked: its no is
   asked for again, which die()s where memory still lacks. It copies a text
   that it is not told to end with a NUL. */
static int
is_valid(const char *bytes, size_t length)
{
    int told = bytes[length] == '\0' ? -1 : (int)length;
    int tries = 0, valid = 0;

    while (!valid && tries++ < 2)
        valid = text_same(ask_of("json_valid(:document)", bytes, told, ""),
                          "1");
    return valid;
}

const char *
json_fault_within(const char *bytes, size_t length, int values)
{
    const char *fault;

    if (memchr(bytes, 0, length) != NULL)
        return "a NUL byte is not allowed";
    if (!utf8_is_clean(bytes, length))
        return "it is not valid UTF-8";
    fault = json_scan(bytes, bytes + length, values);
    if (fault != NULL)
        return fault;
    if (!is_valid(bytes, length))
        return "it is not valid JSON";
    return NULL;
}

const char *
json_fault(const char *bytes, size_t length)
{
    return json_fault_within(bytes, length, JSON_VALUES);
}

const char *
json_text(const char *document, const char *path)
{
    return ask("CASE json_type(:document, :path)"
               " WHEN 'text' THEN json_extract(:document, :path)"
               " WHEN 'integer' THEN :document -> :path"
               " WHEN 'real' THEN :document -> :path END", document, path);
}

int64_t
json_integer(const char *document, const char *path, int64_t otherwise)
{
    const char *text = ask(
        "CASE json_type(:document, :path) WHEN 'integer' THEN"
        " json_extract(:document, :path) END", document, path);
    long long number;

    if (text == NULL || !text_number(text, INT64_MIN, INT64_MAX, &number))
        return otherwise;
    return number;
}

int
json_is_true(const char *document, const char *path)
{
    return text_same(ask("json_type(:document, :path)", document, path),
                     "true");
}

const char *
json_raw(const char *document, const char *path)
{
    return ask(":document -> :path", document, path);
}

int
json_count(const char *document, const char *path)
{
    const char *text = ask("json_array_length(:document, :path)", document,
                           path);
    long long number = 0;

    if (text != NULL)
        text_number(text, 0, 1000000, &number);
    return (int)number;
}

void
json_unquote(char *string)
{
    static sqlite3_stmt *statement;
    const char *rest;

    if (statement == NULL)
        statement = statement_prepare(handle(), "SELECT ?1 ->> '$'", &rest);
    bind(statement, 1, string, -1);
    if (!is_row(statement) || sqlite3_column_text(statement, 0) == NULL)
        die("JSON: a string of %zu bytes cannot be read", strlen(string));
    memcpy(string, sqlite3_column_text(statement, 0),
           (size_t)sqlite3_column_bytes(statement, 0) + 1);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

const char *
json_make(const char *expression)
{
    const char *sql = memory_format("SELECT %s", expression), *rest, *made;
    sqlite3_stmt *statement = statement_prepare(handle(), sql, &rest);

    statement_bind(statement);
    if (!is_row(statement)
        || sqlite3_column_type(statement, 0) != SQLITE_TEXT)
        die("no document from: %.300s", sql);
    made = column(statement, 0);
    sqlite3_finalize(statement);
    return made;
}

/* The statement that takes a document apart: prepared once, asked often. */
static sqlite3_stmt *
taking_apart(const char *document, const char *path)
{
    static const char sql[] = "SELECT iif(typeof(key) = 'text', key, NULL),"
        " type, iif(type IN ('text', 'integer', 'real'), atom, NULL),"
        " CASE type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'"
        " WHEN 'null' THEN 'null' WHEN 'object' THEN value"
        " WHEN 'array' THEN value ELSE json_quote(value) END"
        " FROM json_each(?1, ?2)";
    static sqlite3_stmt *statement;
    const char *rest;

    if (statement == NULL)
        statement = statement_prepare(handle(), sql, &rest);
    bind(statement, 1, document, -1);
    bind(statement, 2, path, -1);
    return statement;
}

int
json_members(const char *document, const char *path,
             struct json_member **members)
{
    sqlite3_stmt *statement = taking_apart(document, path);
    struct json_member list[JSON_MEMBERS];
    int count = 0;

    while (count < JSON_MEMBERS && is_row(statement)) {
        list[count].key = column(statement, 0);
        list[count].type = column(statement, 1);
        list[count].text = column(statement, 2);
        list[count].json = column(statement, 3);
        count++;
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    *members = memory_get((size_t)count * sizeof list[0]);
    memcpy(*members, list, (size_t)count * sizeof list[0]);
    return count;
}
