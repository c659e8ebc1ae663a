/* text.c: growing text, and escaping for the place where text will stand. */
#include "base/text.h"
#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void
text_make_room(struct text *text, size_t more)
{
    size_t limit = text->limit ? text->limit : TEXT_LIMIT;
    size_t room = text->room ? text->room : 256;

    if (more > limit || text->length > limit - more)
        die("a text passed its limit of %zu bytes", limit);
    if (text->length + more + 1 <= text->room)
        return;
    while (room < text->length + more + 1)
        room *= 2;
    text->data = memory_grow(text->data, text->length, room);
    text->room = room;
}

void
text_reserve(struct text *text, size_t length)
{
    text_make_room(text, length);
}

void
text_add_bytes(struct text *text, const void *bytes, size_t length)
{
    text_make_room(text, length);
    if (length > 0)
        memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void
text_add(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

void
text_add_char(struct text *text, char c)
{
    text_add_bytes(text, &c, 1);
}

void
text_add_format(struct text *text, const char *pattern, ...)
{
    va_list list, again;
    int length;

    va_start(list, pattern);
    va_copy(again, list);
    length = vsnprintf(NULL, 0, pattern, list);
    va_end(list);
    if (length < 0)
        die("text_add_format: bad pattern");
    text_make_room(text, (size_t)length);
    vsnprintf(text->data + text->length, (size_t)length + 1, pattern, again);
    va_end(again);
    text->length += (size_t)length;
}

void
text_add_json(struct text *text, const char *string)
{
    for (; *string != '\0'; string++) {
        unsigned char c = (unsigned char)*string;

        if (c == '"' || c == '\\')
            text_add_format(text, "\\%c", c);
        else if (c == '\n')
            text_add(text, "\\n");
        else if (c < 0x20)
            text_add_format(text, "\\u%04x", c);
        else
            text_add_char(text, (char)c);
    }
}

void
text_add_member(struct text *text, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    text_add_format(text, ",\"%s\":\"", name);
    text_add_json(text, value);
    text_add_char(text, '"');
}

void
text_add_markup(struct text *text, const char *string)
{
    for (; *string != '\0'; string++) {
        unsigned char c = (unsigned char)*string;

        if (text_begins(string, "\xef\xbf\xbe")     /* U+FFFE, U+FFFF */
            || text_begins(string, "\xef\xbf\xbf")) {
            text_add(text, "\xef\xbf\xbd");
            string += 2;
        } else if (c == '&')
            text_add(text, "&amp;");
        else if (c == '<')
            text_add(text, "&lt;");
        else if (c == '>')
            text_add(text, "&gt;");
        else if (c == '"')
            text_add(text, "&quot;");
        else if (c == '\'')
            text_add(text, "&#39;");
        else if (c < 0x20 && c != '\n' && c != '\t' && c != '\r')
            text_add(text, "\xef\xbf\xbd");
        else
            text_add_char(text, (char)c);
    }
}

void
text_add_url_part(struct text *text, const char *string)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "abcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (; *string != '\0'; string++)
        if (strchr(plain, *string) != NULL)
            text_add_char(text, *string);
        else
            text_add_format(text, "%%%02X", (unsigned char)*string);
}

const char *
text_string(const struct text *text)
{
    return text->data ? text->data : "";
}

void
text_clear(struct text *text)
{
    text->length = 0;
    if (text->data != NULL)
        text->data[0] = '\0';
}

int
text_begins(const char *string, const char *start)
{
    return strncmp(string, start, strlen(start)) == 0;
}

int
text_ends(const char *string, const char *end)
{
    size_t a = strlen(string), b = strlen(end);

    return a >= b && strcmp(string + a - b, end) == 0;
}

int
text_same(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

int
text_same_nocase(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcasecmp(a, b) == 0;
}

int
text_has_word(const char *list, const char *word)
{
    size_t length = strlen(word);

    while (*list != '\0') {
        size_t next = strcspn(list, " ");

        if (next == length && strncmp(list, word, length) == 0)
            return 1;
        list += next;
        list += strspn(list, " ");
    }
    return 0;
}

int
text_is_link(const char *string)
{
    size_t scheme = text_begins(string, "https://") ? strlen("https://")
                    : text_begins(string, "http://") ? strlen("http://") : 0;
    const char *p = string + scheme;
    const char *end = p + strcspn(p, "/?#");

    if (scheme == 0)
        return 0;
    p += strcspn(p, "@/?#");            /* behind a user's name */
    p = p < end ? p + 1 : string + scheme;
    if (p == end || *p == ':')
        return 0;
    for (p = string; *p != '\0'; p++)
        if ((unsigned char)*p <= 0x20 || *p == 0x7f
            || strchr("\"<>\\^`{|}", *p) != NULL)
            return 0;
    return 1;
}

int
text_number(const char *string, long long minimum, long long maximum,
            long long *number)
{
    const char *digits = string[0] == '-' ? string + 1 : string;
    long long got;
    char *end;

    if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
        return 0;
    errno = 0;
    got = strtoll(string, &end, 10);
    if (errno != 0 || *end != '\0' || got < minimum || got > maximum)
        return 0;
    *number = got;
    return 1;
}
