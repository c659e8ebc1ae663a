/* json_part.c: finding the parts of a document that is known to be clean. */
#include "data/json_part.h"
#include "data/json.h"
#include "base/memory.h"

#include <string.h>

static char *
skip_blanks(char *p)
{
    return p + strspn(p, " \t\r\n");
}

/* Behind the string that begins at p. */
static char *
skip_string(char *p)
{
    for (p++; *p != '"'; p++)
        p += *p == '\\';
    return p + 1;
}

/* Behind the value that begins at p. */
static char *
skip_value(char *p)
{
    int depth = 0;

    if (*p != '{' && *p != '[' && *p != '"')
        return p + strcspn(p, ",]} \t\r\n");
    do {
        if (*p == '"') {
            p = skip_string(p);
        } else {
            depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
            p++;
        }
    } while (depth > 0);
    return p;
}

static const char *
type_of_number(const char *value, size_t length)
{
    while (length > 0 && strchr("-0123456789", value[length - 1]) != NULL)
        length--;
    return length > 0 ? "real" : "integer";
}

static const char *
type_of(const char *value, size_t length)
{
    switch (value[0]) {
    case '"': return "text";
    case '{': return "object";
    case '[': return "array";
    case 't': return "true";
    case 'f': return "false";
    case 'n': return "null";
    }
    return type_of_number(value, length);
}

/* The part that begins at p, and where the next one does. */
static int
take(struct json_part *part, char *p, int keyed)
{
    part->key = keyed ? p : NULL;
    part->key_length = 0;
    if (keyed) {
        p = skip_string(p);
        part->key_length = (size_t)(p - part->key);
        p = skip_blanks(p) + 1;         /* its colon */
        p = skip_blanks(p);
    }
    part->value = p;
    p = skip_value(p);
    part->length = (size_t)(p - part->value);
    part->type = type_of(part->value, part->length);
    p = skip_blanks(p);
    part->rest = *p == ',' ? skip_blanks(p + 1) : NULL;
    return 1;
}

int
json_part_first(struct json_part *part, char *document)
{
    char *p = skip_blanks(document);
    int keyed = *p == '{';

    p = skip_blanks(p + 1);
    return *p != ']' && *p != '}' && take(part, p, keyed);
}

int
json_part_next(struct json_part *part)
{
    return part->rest != NULL && take(part, part->rest, part->key != NULL);
}

/* A string in place: its text. */
static char *
unquote(char *string, size_t length)
{
    if (memchr(string, '\\', length) != NULL) {
        string[length] = '\0';
        json_unquote(string);
        return string;
    }
    string[length - 1] = '\0';
    return string + 1;
}

char *
json_part_key(const struct json_part *part)
{
    return unquote(memory_copy_bytes(part->key, part->key_length),
                   part->key_length);
}

int
json_part_is(const struct json_part *part, const char *word)
{
    size_t length = strlen(word);
    char room[512];

    if (part->key_length < length + 2)
        return 0;
    if (memchr(part->key, '\\', part->key_length) == NULL)
        return part->key_length == length + 2
               && memcmp(part->key + 1, word, length) == 0;
    if (part->key_length > 6 * length + 2
        || part->key_length >= sizeof room)
        return 0;
    memcpy(room, part->key, part->key_length);
    return strcmp(unquote(room, part->key_length), word) == 0;
}

size_t
json_part_characters(const struct json_part *part)
{
    const char *p = part->value + 1, *end = part->value + part->length - 1;
    size_t count = 0;

    for (; p < end; p++) {
        count += ((unsigned char)*p & 0xc0) != 0x80;
        if (*p != '\\')
            continue;
        p++;
        if (*p != 'u')
            continue;
        p += 4;
        if (strchr("dD", p[-3]) && strchr("89abAB", p[-2]))
            p += 6;             /* the other half of the pair */
    }
    return count;
}

char *
json_part_text(struct json_part *part)
{
    if (part->value[0] == '"')
        return unquote(part->value, part->length);
    return json_part_raw(part);
}

char *
json_part_raw(struct json_part *part)
{
    part->value[part->length] = '\0';
    return part->value;
}

char *
json_part_squeeze(struct json_part *part)
{
    struct json_part item;
    char *to = part->value + 1;
    int more;

    for (more = json_part_first(&item, part->value); more;
         more = json_part_next(&item)) {
        memmove(to, item.value, item.length);
        to += item.length;
        *to++ = item.rest ? ',' : ']';
    }
    if (to == part->value + 1)
        *to++ = ']';
    *to = '\0';
    return part->value;
}
