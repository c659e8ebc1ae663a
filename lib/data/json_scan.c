/* json_scan.c: what SQLite lets through, seen without its help. */
#include "data/json_scan.h"
#include "data/json.h"
#include "base/memory.h"

#include <string.h>

/* The four hex digits at p as a number; -1 where they are not four. */
static int
hex4(const char *p, const char *end)
{
    int number = 0, i;

    if (end - p < 4)
        return -1;
    for (i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *at = p[i] ? strchr(digits, p[i]) : NULL;

        if (at == NULL)
            return -1;
        number = number * 16 + (int)((at - digits) % 16);
    }
    return number;
}

/* Check the escape whose backslash is at p; set *step to its length. */
static const char *
escape_fault(const char *p, const char *end, size_t *step)
{
    int first, second;

    *step = 2;
    if (end - p < 2 || p[1] != 'u')
        return NULL;            /* json_valid() knows the one-letter ones */
    first = hex4(p + 2, end);
    *step = 6;
    if (first < 0)
        return "an escape \\u needs four hex digits";
    if (first == 0)
        return "\\u0000 is not allowed in text";
    if (first >= 0xdc00 && first <= 0xdfff)
        return "a \\u escape is half of a surrogate pair";
    if (first < 0xd800 || first > 0xdbff)
        return NULL;
    second = end - p >= 8 && p[6] == '\\' && p[7] == 'u' ? hex4(p + 8, end)
                                                         : -1;
    *step = 12;
    if (second < 0xdc00 || second > 0xdfff)
        return "a \\u escape is half of a surrogate pair";
    return NULL;
}

/* SQLite needs 16 bytes of memory for each value, an object's key and what
   holds others included, which may be two bytes long. */
const char *
json_scan(const char *p, const char *end, int most)
{
    int depth = 0, quoted = 0, values = 0;

    while (p < end) {
        size_t step = 1;

        if (quoted && *p == '\\') {
            const char *fault = escape_fault(p, end, &step);

            if (fault != NULL)
                return fault;
        } else if (*p == '"') {
            quoted = !quoted;
        } else if (!quoted && strchr(",:{[]}", *p) != NULL) {
            depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
            values += *p != '}' && *p != ']';
            if (depth > JSON_DEPTH)
                return "nested deeper than 64 levels";
            if (values > most)
                return memory_format("it holds more than %d values", most);
        }
        p += step;
    }
    return NULL;
}
