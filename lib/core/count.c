/* count.c: lengths, and the weight of emoji. */
#include "core/count.h"
#include "core/shorten.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { LINK_LENGTH = 23, KEYCAP = 0x20e3, EMOJI_STYLE = 0xfe0f,
       TEXT_STYLE = 0xfe0e, JOINER = 0x200d };

static int
is_pictograph(utf8proc_int32_t point)
{
    return utf8proc_get_property(point)->boundclass
           == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

static int
is_flag_half(utf8proc_int32_t point)
{
    return point >= 0x1f1e6 && point <= 0x1f1ff;
}

/* A code point that continues an emoji without weight of its own: joiner,
   style, keycap, skin tone, tag, flag's half. */
static int
is_emoji_part(utf8proc_int32_t point)
{
    return point == JOINER || point == EMOJI_STYLE || point == KEYCAP
           || (point >= 0x1f3fb && point <= 0x1f3ff)
           || (point >= 0xe0020 && point <= 0xe007f)
           || is_flag_half(point) || is_pictograph(point);
}

/* The code point at string[*at]; *at goes on. */
static utf8proc_int32_t
next_point(const char *string, size_t length, size_t *at)
{
    utf8proc_int32_t point = 0;
    utf8proc_ssize_t step = utf8proc_iterate(
        (const utf8proc_uint8_t *)string + *at,
        (utf8proc_ssize_t)(length - *at), &point);

    *at += step > 0 ? (size_t)step : 1;
    return point;
}

/* Is this grapheme cluster shown as an emoji? Signs such as (c) are text
   until a style says otherwise. */
static int
is_emoji(const char *cluster, size_t length)
{
    int pictograph = 0, sign = 0, styled = 0, emoji = 0;
    size_t at = 0;

    while (at < length) {
        utf8proc_int32_t point = next_point(cluster, length, &at);

        if (point == TEXT_STYLE)
            return 0;
        styled |= point == EMOJI_STYLE;
        emoji |= point == KEYCAP || is_flag_half(point);
        if (is_pictograph(point)) {
            pictograph = 1;
            sign |= point == 0xa9 || point == 0xae || point == 0x2122;
        }
    }
    return emoji || (pictograph && (styled || !sign));
}

/* What a code point weighs in twitter-text's configuration 3, in hundredths
   of a character. */
static size_t
weight(utf8proc_int32_t point)
{
    return point <= 0x10ff || (point >= 0x2000 && point <= 0x200d)
           || (point >= 0x2010 && point <= 0x201f)
           || (point >= 0x2032 && point <= 0x2037) ? 100 : 200;
}

/* A cluster's weight: an emoji is 200 however many parts it has. */
static size_t
cluster_weight(const char *cluster, size_t length)
{
    int emoji = is_emoji(cluster, length);
    size_t at = 0, total = emoji ? 200 : 0, first = 1;

    while (at < length) {
        utf8proc_int32_t point = next_point(cluster, length, &at);

        if (!emoji || (!first && !is_emoji_part(point)))
            total += weight(point);
        first = 0;
    }
    return total;
}

static size_t
count_clusters(enum counting counting, const char *text)
{
    size_t total = 0, length;

    for (; *text != '\0'; text += length) {
        length = utf8_grapheme_bytes(text, 1);
        if (counting == COUNT_X)
            total += cluster_weight(text, length);
        else
            total += is_emoji(text, length) ? length : 1;
    }
    return total;
}

static size_t
count_x(const char *text)
{
    const char *brief = shorten_for_x(text, LINK_LENGTH);
    utf8proc_uint8_t *normal = utf8proc_NFC((const utf8proc_uint8_t *)brief);
    size_t total = count_clusters(COUNT_X, normal ? (const char *)normal
                                                  : brief);

    free(normal);
    return total / 100;
}

size_t
count_text(enum counting counting, const char *text, int url_length)
{
    switch (counting) {
    case COUNT_CODE_POINTS:
        return utf8_code_points(text);
    case COUNT_UTF16:
        return utf8_utf16_units(text);
    case COUNT_GRAPHEMES:
        return utf8_graphemes(text, strlen(text));
    case COUNT_MASTODON:
        text = shorten_for_mastodon(text, url_length ? url_length
                                                     : LINK_LENGTH);
        return utf8_graphemes(text, strlen(text));
    case COUNT_X:
        return count_x(text);
    case COUNT_THREADS:
        return count_clusters(counting, text);
    }
    return 0;
}
