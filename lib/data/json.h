/* json.h: SQLite is the only JSON library, behind one gate.

   What strangers send is checked in C for what SQLite lets through (a NUL,
   bad UTF-8, \u0000, lone surrogates, deep nesting, so many values that
   reading them takes too much memory), then by json_valid().
   Documents are read and made on a connection of their own to :memory:, so a
   stranger's text never meets the database's statements. */
#ifndef JSON_H
#define JSON_H
#include <stddef.h>
#include <stdint.h>
#include "base/text.h"

enum { JSON_DEPTH = 64, JSON_VALUES = 50000 };

/* NULL when these bytes are one clean JSON document; else why not, in words
   that a client's author understands. The byte behind them is read too: with
   a NUL there they are not copied. */
const char *json_fault(const char *bytes, size_t length);

/* The same for a document that may not hold as many values as JSON_VALUES. */
const char *json_fault_within(const char *bytes, size_t length, int values);

/* Read one thing from a document that passed json_fault(); path is SQLite's
   ($.a.b[0]) and always a constant of ours. json_text: a string's text or a
   number as it is written; NULL where it is absent, null or of another type.
   json_integer: otherwise where it is no whole number. json_is_true: a true.
   json_raw: the value as JSON, NULL where absent. json_count: how many
   elements an array has; 0 where it is none. */
const char *json_text(const char *document, const char *path);
int64_t     json_integer(const char *document, const char *path,
                         int64_t otherwise);
int         json_is_true(const char *document, const char *path);
const char *json_raw(const char *document, const char *path);
int         json_count(const char *document, const char *path);

/* Turn a JSON string, with its quotes, into its text, which is no longer, in
   the same place. */
void json_unquote(char *string);

/* Make a document: expression is SQL over named values, usually a call of
   json_object() or json_patch(). Returns the text; die()s on a bad one. */
const char *json_make(const char *expression);

/* One row per member of the object, or element of the array, at path. key is
   NULL in an array. text is as json_text gives it; json is the raw value. */
struct json_member {
    const char *key, *type, *text, *json;
};
enum { JSON_MEMBERS = 1000 };
int json_members(const char *document, const char *path,
                 struct json_member **members);
#endif
