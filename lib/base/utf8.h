/* utf8.h: is this text clean, and how long is it as each network counts. */
#ifndef UTF8_H
#define UTF8_H
#include <stddef.h>

/* Are these bytes well-formed UTF-8 (RFC 3629: no overlong form, surrogate,
   or code point past U+10FFFF) without a NUL? */
int utf8_is_clean(const void *bytes, size_t length);

/* Lengths of clean UTF-8: Unicode code points, UTF-16 code units (as
   Telegram counts) and extended grapheme clusters (UAX #29, by utf8proc). */
size_t utf8_code_points(const char *string);
size_t utf8_utf16_units(const char *string);
size_t utf8_graphemes(const char *string, size_t length);

/* How many bytes the first clusters grapheme clusters of string take. */
size_t utf8_grapheme_bytes(const char *string, size_t clusters);
#endif
