/* text.h: text that grows up to a maximum it is given at birth. */
#ifndef TEXT_H
#define TEXT_H
#include <stddef.h>

/* data is always NUL-terminated once anything was added; length leaves the
   NUL out. Start one as { .limit = BYTES }; limit 0 means TEXT_LIMIT. */
struct text {
    char *data;
    size_t length, room, limit;
};

enum { TEXT_LIMIT = 8 * 1024 * 1024 };

/* Append. Going past the limit ends the program through die(): a caller that
   takes strangers' input checks the size before. */
void text_add(struct text *, const char *string);
void text_add_bytes(struct text *, const void *bytes, size_t length);
void text_add_char(struct text *, char);
void text_add_format(struct text *, const char *pattern, ...)
     __attribute__((format(printf, 2, 3)));

/* Make room for so many bytes more, which are to come in parts: nothing is
   copied as it grows. */
void text_reserve(struct text *, size_t length);

/* Append, escaped for the place it stands in: a JSON string's inside; XML or
   HTML text and attribute values (both); one component of a URL. Each takes
   clean UTF-8 (see utf8.h). XML's forbidden characters come out as U+FFFD. */
void text_add_json(struct text *, const char *string);
void text_add_markup(struct text *, const char *string);
void text_add_url_part(struct text *, const char *string);

/* Append a member of a JSON object behind another: ,"name":"value" escaped;
   nothing where value is "". name needs no escape. */
void text_add_member(struct text *, const char *name, const char *value);

/* The bytes as a string; "" for an untouched text. */
const char *text_string(const struct text *);

/* Empty the text and keep its room. */
void text_clear(struct text *);

/* Small questions about strings. */
int  text_begins(const char *string, const char *start);
int  text_ends(const char *string, const char *end);
int  text_same(const char *a, const char *b);          /* NULL is only NULL */
int  text_same_nocase(const char *a, const char *b);   /* ASCII */

/* Is word one of the words in list, which are parted by spaces? */
int  text_has_word(const char *list, const char *word);

/* Is it an absolute http or https URL: with a host, and without blanks,
   control characters and what else no URL holds? */
int  text_is_link(const char *string);

/* A whole decimal number from minimum to maximum, nothing else around it.
   Returns 1 and sets *number, or 0. */
int  text_number(const char *string, long long minimum, long long maximum,
                 long long *number);
#endif
