/* grapheme.c: what a reader calls a character, counted by utf8proc.

   Apart from utf8.c so that only programs that count graphemes load the
   library. */
#include "base/utf8.h"

#include <utf8proc.h>

/* Walk to the string's end or length bytes; stop before cluster number most.
   Returns how many clusters began, and sets *bytes to where the walk stopped.
   A sequence has at most four bytes, and none goes past a NUL. */
static size_t
walk(const char *string, size_t length, size_t most, size_t *bytes)
{
    utf8proc_int32_t previous = 0, point = 0, state = 0;
    size_t at = 0, clusters = 0;

    while (at < length && string[at] != '\0') {
        utf8proc_ssize_t step = utf8proc_iterate(
            (const utf8proc_uint8_t *)string + at,
            length - at < 4 ? (utf8proc_ssize_t)(length - at) : 4, &point);

        if (step <= 0)
            break;
        if (at == 0
            || utf8proc_grapheme_break_stateful(previous, point, &state)) {
            if (clusters == most)
                break;
            clusters++;
        }
        previous = point;
        at += (size_t)step;
    }
    *bytes = at;
    return clusters;
}

size_t
utf8_graphemes(const char *string, size_t length)
{
    size_t bytes;

    return walk(string, length, (size_t)-1, &bytes);
}

size_t
utf8_grapheme_bytes(const char *string, size_t clusters)
{
    size_t bytes;

    walk(string, (size_t)-1, clusters, &bytes);
    return bytes;
}
