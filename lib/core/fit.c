/* fit.c: beginnings of texts that fit. */
#include "core/fit.h"
#include "core/count.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

#include <string.h>

#define BLANKS " \t\r\n"

static int
fits(const struct catalogue_row *row, size_t most, const char *text)
{
    if (utf8_code_points(text) > most)
        return 0;
    if (row == NULL)
        return 1;
    return (row->text_bytes == 0 || strlen(text) <= (size_t)row->text_bytes)
           && (row->text_limit == 0 || count_text(row->counting, text, 0)
                                       <= (size_t)row->text_limit);
}

/* The longest beginning of whole graphemes that fits. */
static const char *
longest(const struct catalogue_row *row, size_t most, const char *text)
{
    size_t low = 0, high = utf8_graphemes(text, strlen(text));
    const char *best = "";

    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        const char *start = memory_copy_bytes(text,
            utf8_grapheme_bytes(text, middle));

        if (fits(row, most, start)) {
            best = start;
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return best;
}

static int
ends_sentence(const char *text, size_t at)
{
    return strchr(".!?\n", text[at - 1]) != NULL
           && (text[at] == '\0' || strchr(BLANKS, text[at]) != NULL);
}

/* Without blanks at its end. */
static const char *
trimmed(const char *text, size_t length)
{
    while (length > 0 && strchr(BLANKS, text[length - 1]) != NULL)
        length--;
    return memory_copy_bytes(text, length);
}

/* What follows in text decides whether a sentence or word is whole. */
static const char *
cut(const char *text, size_t length)
{
    size_t at;

    for (at = length; at > length / 2; at--)
        if (ends_sentence(text, at))
            return trimmed(text, at);
    for (at = length; at > length / 2; at--)
        if (strchr(BLANKS, text[at]) != NULL)
            return trimmed(text, at);
    return trimmed(text, length);
}

const char *
fit_text(const struct catalogue_row *row, size_t most, const char *text)
{
    if (fits(row, most, text))
        return text;
    return cut(text, strlen(longest(row, most, text)));
}

const char *
fit_title(const struct catalogue_row *row, const char *text)
{
    const char *line;

    if (!row->title_required || text == NULL)
        return NULL;
    text += strspn(text, BLANKS);
    line = trimmed(text, strcspn(text, "\r\n"));
    if (line[0] == '\0')
        return NULL;
    return fit_text(NULL, (size_t)row->title_limit, line);
}
