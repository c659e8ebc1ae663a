/* html.c: reading entities, tags and attributes. */
#include "network/html.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char space[] = " \t\r\n\f";

static void
add_code_point(struct text *out, unsigned long point)
{
    if (point < 0x80) {
        text_add_char(out, (char)point);
    } else if (point < 0x800) {
        text_add_char(out, (char)(0xc0 | point >> 6));
        text_add_char(out, (char)(0x80 | (point & 0x3f)));
    } else if (point < 0x10000) {
        text_add_char(out, (char)(0xe0 | point >> 12));
        text_add_char(out, (char)(0x80 | (point >> 6 & 0x3f)));
        text_add_char(out, (char)(0x80 | (point & 0x3f)));
    } else {
        text_add_char(out, (char)(0xf0 | point >> 18));
        text_add_char(out, (char)(0x80 | (point >> 12 & 0x3f)));
        text_add_char(out, (char)(0x80 | (point >> 6 & 0x3f)));
        text_add_char(out, (char)(0x80 | (point & 0x3f)));
    }
}

/* The code point that &name; or &#number; stands for; 0 where none does.
   Of the names those that titles and statuses have. */
static unsigned long
entity(const char *name, size_t length)
{
    static const struct { const char *name; unsigned long point; } named[] = {
        { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
        { "apos", '\'' }, { "nbsp", ' ' }, { "ndash", 0x2013 },
        { "mdash", 0x2014 }, { "hellip", 0x2026 }, { "lsquo", 0x2018 },
        { "rsquo", 0x2019 }, { "ldquo", 0x201c }, { "rdquo", 0x201d },
        { "laquo", 0xab }, { "raquo", 0xbb }, { "middot", 0xb7 },
        { "bull", 0x2022 }, { "copy", 0xa9 }, { "reg", 0xae },
        { "auml", 0xe4 }, { "ouml", 0xf6 }, { "uuml", 0xfc },
        { "Auml", 0xc4 }, { "Ouml", 0xd6 }, { "Uuml", 0xdc },
        { "szlig", 0xdf }, { "eacute", 0xe9 }, { "egrave", 0xe8 },
        { "agrave", 0xe0 }, { "ccedil", 0xe7 }
    };
    unsigned long point;
    size_t i;

    for (i = 0; i < sizeof named / sizeof named[0]; i++)
        if (strlen(named[i].name) == length
            && strncmp(named[i].name, name, length) == 0)
            return named[i].point;
    if (length < 2 || name[0] != '#' || length > 8)
        return 0;
    point = name[1] == 'x' || name[1] == 'X' ? strtoul(name + 2, NULL, 16)
                                             : strtoul(name + 1, NULL, 10);
    return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? 0
                                                                    : point;
}

const char *
html_add_entity(struct text *out, const char *p)
{
    const char *end = strchr(p, ';');
    unsigned long point = end ? entity(p + 1, (size_t)(end - p - 1)) : 0;

    if (point == 0) {
        text_add_char(out, '&');
        return p + 1;
    }
    add_code_point(out, point);
    return end + 1;
}

int
html_is(const struct html_reader *reader, const char *name)
{
    size_t length = strlen(name);
    const char *tag = reader->tag;

    return strncasecmp(tag, name, length) == 0
        && (tag[length] == '\0' || strchr("> \t\r\n\f/", tag[length]));
}

/* Where the tag ends: its >, or the end of the page. Quotes around a value
   hide a >. */
static const char *
end_of_tag(const char *p)
{
    char quote = '\0', before = '\0';

    for (; *p != '\0' && (quote != '\0' || *p != '>'); p++) {
        if (quote != '\0')
            quote = *p == quote ? '\0' : quote;
        else if ((*p == '"' || *p == '\'') && before == '=')
            quote = *p;
        if (strchr(space, *p) == NULL)
            before = *p;
    }
    return p;
}

/* Past the text of a script or style, which is no HTML; NULL at the end. */
static const char *
skip_raw(const struct html_reader *reader, const char *p)
{
    const char *closing = html_is(reader, "script") ? "</script"
        : html_is(reader, "style") ? "</style" : NULL;

    return closing != NULL ? strcasestr(p, closing) : p;
}

int
html_next(struct html_reader *reader)
{
    const char *p = reader->rest;

    if (reader->tag != NULL)
        p = skip_raw(reader, p);
    while (p != NULL && (p = strchr(p, '<')) != NULL
           && strncmp(p, "<!--", 4) == 0)
        p = strstr(p + 4, "-->");
    if (p == NULL)
        return 0;
    reader->tag = p + 1;
    reader->rest = end_of_tag(p + 1);
    return 1;
}

/* Text of this length, its entities read. */
static const char *
read_entities(const char *p, size_t length)
{
    const char *copy = memory_copy_bytes(p, length);
    struct text out = {0};

    while (*copy != '\0')
        if (*copy == '&')
            copy = html_add_entity(&out, copy);
        else
            text_add_char(&out, *copy++);
    return text_string(&out);
}

/* The value at p, which follows an = sign, and its length; *p moves behind
   it. */
static const char *
take_value(const char **p, const char *end, size_t *length)
{
    const char *value = *p;
    char quote = value < end && (*value == '"' || *value == '\'') ? *value
                                                                  : '\0';

    value += quote != '\0';
    *length = 0;
    while (value + *length < end
           && (quote != '\0' ? value[*length] != quote
                             : strchr(space, value[*length]) == NULL))
        ++*length;
    *p = value + *length + (quote != '\0' && value + *length < end);
    return value;
}

const char *
html_attribute(const struct html_reader *reader, const char *name)
{
    const char *p = reader->tag, *end = reader->rest;

    p += strcspn(p, "> \t\r\n\f/");
    while (p < end) {
        const char *key, *value = "";
        size_t key_length, length = 0;

        p += strspn(p, " \t\r\n\f/");
        key = p;
        key_length = strcspn(p, "=> \t\r\n\f/");
        p += key_length;
        p += strspn(p, space);
        if (*p == '=') {
            p++;
            p += strspn(p, space);
            value = take_value(&p, end, &length);
        } else if (key_length == 0) {
            return NULL;
        }
        if (key_length == strlen(name)
            && strncasecmp(key, name, key_length) == 0)
            return read_entities(value, length);
    }
    return NULL;
}

const char *
html_text(const struct html_reader *reader)
{
    const char *p = reader->rest + (*reader->rest == '>');
    const char *text = read_entities(p, strcspn(p, "<"));
    struct text out = {0};

    while (*text != '\0') {
        size_t blank = strspn(text, space), word;

        text += blank;
        word = strcspn(text, space);
        if (blank > 0 && word > 0 && out.length > 0)
            text_add_char(&out, ' ');
        text_add_bytes(&out, text, word);
        text += word;
    }
    return text_string(&out);
}
