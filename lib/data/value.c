/* value.c: a short list of named values, searched from its start. */
#include "data/value.h"
#include "base/log.h"
#include "base/memory.h"

#include <string.h>

/* A post with the most accounts, each with the most media of its own, has
   some 3,500. */
enum { MOST = 4096 };

static struct value values[MOST];
static int count;

const struct value *
value_find(const char *name)
{
    int i;

    for (i = 0; i < count; i++)
        if (strcmp(values[i].name, name) == 0)
            return &values[i];
    return NULL;
}

static struct value *
value_place(const char *name)
{
    struct value *value = (struct value *)value_find(name);

    if (value == NULL) {
        if (count == MOST)
            die("more than %d named values", MOST);
        value = &values[count++];
        value->name = memory_copy(name);
    }
    value->bytes = NULL;
    value->length = 0;
    value->integer = 0;
    return value;
}

static void
value_set_copy(const char *name, enum value_type type, const void *bytes,
               size_t length)
{
    char *copy = memory_copy_bytes(bytes, length);
    struct value *value = value_place(name);

    value->type = type;
    value->bytes = copy;
    value->length = length;
}

void
value_set_bytes(const char *name, const char *string, size_t length)
{
    value_set_copy(name, VALUE_TEXT, string, length);
}

void
value_set_blob(const char *name, const void *bytes, size_t length)
{
    value_set_copy(name, VALUE_BLOB, bytes, length);
}

void
value_set_text(const char *name, const char *string)
{
    if (string == NULL)
        value_set_null(name);
    else
        value_set_bytes(name, string, strlen(string));
}

void
value_lend_text(const char *name, const char *string)
{
    struct value *value = value_place(name);

    value->type = string ? VALUE_TEXT : VALUE_NULL;
    value->bytes = string;
    value->length = string ? strlen(string) : 0;
}

void
value_lend_blob(const char *name, const void *bytes, size_t length)
{
    struct value *value = value_place(name);

    value->type = VALUE_BLOB;
    value->bytes = bytes;
    value->length = length;
}

void
value_lend(const struct value *other)
{
    struct value *value = value_place(other->name);

    value->type = other->type;
    value->bytes = other->bytes;
    value->length = other->length;
    value->integer = other->integer;
}

void
value_forget(const char *bytes, size_t length)
{
    const uintptr_t from = (uintptr_t)bytes;
    int i;

    for (i = 0; i < count; i++)
        if ((uintptr_t)values[i].bytes >= from
            && (uintptr_t)values[i].bytes - from < length)
            value_set_null(values[i].name);
}

void
value_set_integer(const char *name, int64_t integer)
{
    struct value *value = value_place(name);

    value->type = VALUE_INTEGER;
    value->integer = integer;
}

void
value_set_null(const char *name)
{
    value_place(name)->type = VALUE_NULL;
}

const char *
value_text(const char *name)
{
    const struct value *value = value_find(name);

    return value && value->type == VALUE_TEXT ? value->bytes : NULL;
}

int64_t
value_integer(const char *name, int64_t otherwise)
{
    const struct value *value = value_find(name);

    return value && value->type == VALUE_INTEGER ? value->integer : otherwise;
}

int
value_is_set(const char *name)
{
    const struct value *value = value_find(name);

    return value != NULL && value->type != VALUE_NULL;
}

int
value_count(void)
{
    return count;
}

void
value_back(int before, const struct memory_mark *mark)
{
    int i;

    for (i = 0; i < before; i++)
        if (memory_is_since(mark, values[i].bytes))
            value_set_null(values[i].name);
    count = before;
}

void
value_reset(void)
{
    count = 0;
}
