/* utf8.c: UTF-8 checking and the three ways of counting without tables. */
#include "base/utf8.h"

#include <string.h>

/* How long the sequence at p is, or 0 where it is not well formed. */
static size_t
sequence(const unsigned char *p, size_t left)
{
    unsigned low = 0x80, high = 0xbf;
    size_t length, i;

    if (p[0] < 0x80)
        return p[0] != 0;
    if (p[0] >= 0xc2 && p[0] <= 0xdf)
        length = 2;
    else if (p[0] >= 0xe0 && p[0] <= 0xef)
        length = 3;
    else if (p[0] >= 0xf0 && p[0] <= 0xf4)
        length = 4;
    else
        return 0;
    if (length > left)
        return 0;
    if (p[0] == 0xe0)
        low = 0xa0;
    if (p[0] == 0xed)
        high = 0x9f;
    if (p[0] == 0xf0)
        low = 0x90;
    if (p[0] == 0xf4)
        high = 0x8f;
    if (p[1] < low || p[1] > high)
        return 0;
    for (i = 2; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

int
utf8_is_clean(const void *bytes, size_t length)
{
    const unsigned char *p = bytes;

    while (length > 0) {
        size_t step = sequence(p, length);

        if (step == 0)
            return 0;
        p += step;
        length -= step;
    }
    return 1;
}

size_t
utf8_code_points(const char *string)
{
    size_t count = 0;

    for (; *string != '\0'; string++)
        count += ((unsigned char)*string & 0xc0) != 0x80;
    return count;
}

size_t
utf8_utf16_units(const char *string)
{
    size_t count = 0;

    for (; *string != '\0'; string++) {
        unsigned char c = (unsigned char)*string;

        count += (c & 0xc0) != 0x80;
        count += c >= 0xf0;
    }
    return count;
}
