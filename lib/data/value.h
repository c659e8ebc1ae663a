/* value.h: the named values that statements see as :name.

   A program keeps one set of values. Setting a name again replaces it. Names
   are plain words, or the path of a nested field. Text is copied, so the
   caller may reuse its room. */
#ifndef VALUE_H
#define VALUE_H
#include <stddef.h>
#include <stdint.h>

enum value_type { VALUE_NULL, VALUE_TEXT, VALUE_INTEGER, VALUE_BLOB };

struct value {
    const char *name;
    enum value_type type;
    const char *bytes;          /* of a text or blob; a text has its NUL */
    size_t length;
    int64_t integer;
};

void value_set_text(const char *name, const char *string);  /* NULL: null */
void value_set_bytes(const char *name, const char *string, size_t length);
void value_set_blob(const char *name, const void *bytes, size_t length);
void value_set_integer(const char *name, int64_t integer);
void value_set_null(const char *name);

/* The same of what is not copied: it lives as long as the value. A value is
   taken over with its name. */
void value_lend_text(const char *name, const char *string);
void value_lend_blob(const char *name, const void *bytes, size_t length);
void value_lend(const struct value *);

/* Let go of what was lent: values that stand in these bytes are null. */
void value_forget(const char *bytes, size_t length);

/* The value of that name, or NULL where none was set. */
const struct value *value_find(const char *name);

/* The text of a value; NULL where it is null, absent or no text. */
const char *value_text(const char *name);

/* The integer of a value; otherwise where it is null, absent or no integer. */
int64_t value_integer(const char *name, int64_t otherwise);

/* Is it set and not null? */
int value_is_set(const char *name);

/* How many there are; and go back to so many, before memory_back() of a mark
   that was set then: an older one whose bytes are younger than the mark is
   null. */
struct memory_mark;
int value_count(void);
void value_back(int count, const struct memory_mark *);

/* Forget all values. */
void value_reset(void);
#endif
