/* links.c: where a link in a text begins and ends. */
#include "network/links.h"
#include "base/memory.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static size_t
count(const char *p, size_t length, char c)
{
    size_t found = 0;

    while (length > 0)
        found += p[--length] == c;
    return found;
}

size_t
links_length(const char *text, const char *p)
{
    size_t scheme = strncasecmp(p, "https://", 8) == 0 ? 8
                    : strncasecmp(p, "http://", 7) == 0 ? 7 : 0;
    size_t length = strcspn(p, " \t\r\n<>\"\\`{}|^");

    if (scheme == 0 || (p > text && (isalnum((unsigned char)p[-1])
                                     || strchr("@$#/", p[-1]) != NULL)))
        return 0;
    while (length > scheme) {
        char last = p[length - 1];

        if (strchr(".,;:!?'*_", last) != NULL
            || (last == ')' && count(p, length, '(') < count(p, length, ')'))
            || (last == ']' && count(p, length, '[') < count(p, length, ']')))
            length--;
        else
            break;
    }
    return length > scheme ? length : 0;
}

const char *
links_first(const char *text)
{
    const char *p;

    for (p = text; *p != '\0'; p++)
        if (links_length(text, p) > 0)
            return memory_copy_bytes(p, links_length(text, p));
    return NULL;
}
