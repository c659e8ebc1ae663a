/* bluesky_text.c: finding links, mentions and hashtags, byte by byte. */
#include "network/bluesky_text.h"
#include "network/bluesky_sign.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

#include <libpsl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TAG_GRAPHEMES = 64, TAG_BYTES = 640, URI_BYTES = 8192 };

struct list {
    struct bluesky_facet *facets;
    int count;
};

static void
add(struct list *list, enum bluesky_facet_kind kind, size_t start, size_t end,
    const char *value)
{
    list->facets[list->count++] = (struct bluesky_facet){
        .start = start, .end = end, .kind = kind, .value = value };
}

static int
is_word(int32_t point)
{
    return bluesky_sign_is_letter(point) || bluesky_sign_is_digit(point);
}

/* How many bytes stand at p before the next space or the end. */
static size_t
span_to_space(const char *p)
{
    size_t length = 0, bytes;
    int32_t point;

    while ((point = bluesky_sign_at(p + length, &bytes)) != 0
           && !bluesky_sign_is_space(point))
        length += bytes;
    return length;
}

/* Is the last label of this name, in small letters, a top-level domain? */
static int
has_known_suffix(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL && dot > name
        && strspn(dot + 1, "abcdefghijklmnopqrstuvwxyz") == strlen(dot + 1)
        && psl_is_public_suffix2(psl_builtin(), dot + 1, PSL_TYPE_ICANN
                                 | PSL_TYPE_NO_STAR_RULE);
}

/* (^|\s|\()@[a-zA-Z0-9.-]+\b */
static size_t
take_mention(struct list *list, const char *text, size_t at)
{
    const char *name = text + at + 1, *handle;
    size_t length;

    if (text[at] != '@')
        return 0;
    for (length = 0; is_word(name[length]) || name[length] == '.'
                     || name[length] == '-'; length++)
        ;
    /* Back to where a word ends or begins. */
    for (; length > 0; length--) {
        char last = name[length - 1], next = name[length];

        if (is_word(last) != (is_word(next) || next == '_'))
            break;
    }
    if (length == 0)
        return 0;
    handle = memory_copy_bytes(name, length);
    if (has_known_suffix(handle) || text_ends(handle, ".test"))
        add(list, FACET_MENTION, at, at + 1 + length, handle);
    return 1 + length;
}

/* The length of [a-z][a-z0-9]*(\.[a-z0-9]+)+ in any case; 0: none. */
static size_t
span_domain(const char *p)
{
    size_t length = 0, whole = 0;

    if (!bluesky_sign_is_letter(p[0]))
        return 0;
    for (;;) {
        size_t label = length;

        while (is_word(p[length]))
            length++;
        if (length == label)
            return whole;
        whole = label > 0 ? length : 0;
        if (p[length] != '.')
            return whole;
        length++;
    }
}

/* How much of a link is its own: one mark at its end belongs to the
   sentence, and a bracket that was not opened in it. */
static size_t
trim_link(const char *link, size_t length)
{
    if (length > 0 && strchr(".,;:!?", link[length - 1]) != NULL)
        length--;
    if (length > 0 && link[length - 1] == ')'
        && memchr(link, '(', length) == NULL)
        length--;
    return length;
}

/* (^|\s|\()(https?://\S+ | domain\S*) */
static size_t
take_link(struct list *list, const char *text, size_t at)
{
    const char *link = text + at, *uri, *host;
    size_t run = span_to_space(link), domain = span_domain(link), length;
    int scheme = (strncasecmp(link, "http://", 7) == 0 && run > 7)
        || (strncasecmp(link, "https://", 8) == 0 && run > 8);

    if (!scheme && domain == 0)
        return 0;
    if (scheme ? !text_begins(link, "http")
               : !has_known_suffix(memory_copy_bytes(link, domain)))
        return run;
    length = trim_link(link, run);
    uri = memory_format("%s%.*s", scheme ? "" : "https://", (int)length, link);
    host = strstr(uri, "//");
    if (host != NULL && host[2] != '\0' && host[2] != '/'
        && strlen(uri) <= URI_BYTES)
        add(list, FACET_LINK, at, at + length, uri);
    return run;
}

/* Is there anything in these bytes but digits and punctuation? */
static int
has_substance(const char *p, size_t length)
{
    size_t at, bytes;

    for (at = 0; at < length; at += bytes) {
        int32_t point = bluesky_sign_at(p + at, &bytes);

        if (!bluesky_sign_is_digit(point)
            && !bluesky_sign_is_punctuation(point))
            return 1;
    }
    return 0;
}

/* The length of these bytes without the punctuation they end with. */
static size_t
trim_punctuation(const char *p, size_t length)
{
    size_t at, bytes, end = 0;

    for (at = 0; at < length; at += bytes)
        if (!bluesky_sign_is_punctuation(bluesky_sign_at(p + at, &bytes)))
            end = at + bytes;
    return end;
}

/* (^|\s)# and what follows, if it is more than digits and punctuation. */
static size_t
take_tag(struct list *list, const char *text, size_t at)
{
    size_t sign, length = 0, bytes, end;
    int32_t point = bluesky_sign_at(text + at, &sign);
    const char *tag = text + at + sign;

    if (point != '#' && point != 0xff03)        /* its full-width form */
        return 0;
    if (bluesky_sign_at(tag, &bytes) == 0xfe0f)        /* a keycap emoji */
        return sign;
    while ((point = bluesky_sign_at(tag + length, &bytes)) != 0
           && !bluesky_sign_is_space(point)
           && !bluesky_sign_is_hidden(point))
        length += bytes;
    if (!has_substance(tag, length))
        return sign;
    end = trim_punctuation(tag, length);
    if (end <= TAG_BYTES && utf8_graphemes(tag, end) <= TAG_GRAPHEMES)
        add(list, FACET_TAG, at, at + sign + end,
            memory_copy_bytes(tag, end));
    return sign + length;
}

/* (^|\s|\()\$[A-Za-z][A-Za-z0-9]{0,4} before space, end or a closing mark:
   a tag too, in capitals and with its sign. */
static size_t
take_cashtag(struct list *list, const char *text, size_t at)
{
    const char *ticker = text + at + 1;
    size_t length = 1, bytes, i;
    int32_t next;
    char *tag;

    if (text[at] != '$' || !bluesky_sign_is_letter(ticker[0]))
        return 0;
    while (length < 5 && is_word(ticker[length]))
        length++;
    next = bluesky_sign_at(ticker + length, &bytes);
    if (next != 0 && !bluesky_sign_is_space(next) && next != 0x2019
        && (next > 0x7f || strchr(".,;:!?)\"'", (int)next) == NULL))
        return 0;
    tag = memory_copy_bytes(text + at, length + 1);
    for (i = 1; i <= length; i++)
        if (tag[i] >= 'a' && tag[i] <= 'z')
            tag[i] = (char)(tag[i] - 'a' + 'A');
    add(list, FACET_TAG, at, at + 1 + length, tag);
    return 1 + length;
}

/* Try take() at the start, after each space and, where brackets are said to
   open too, after each one. It returns how many bytes it has used up. */
static void
scan(struct list *list, const char *text, int brackets,
     size_t (*take)(struct list *, const char *, size_t))
{
    size_t at = 0, bytes;
    int opens = 1;

    while (text[at] != '\0') {
        size_t taken = opens ? take(list, text, at) : 0;
        int32_t point;

        at += taken;
        opens = 0;
        if (taken > 0)
            continue;
        point = bluesky_sign_at(text + at, &bytes);
        opens = bluesky_sign_is_space(point) || (brackets && point == '(');
        at += bytes;
    }
}

static int
by_start(const void *a, const void *b)
{
    const struct bluesky_facet *first = a, *second = b;

    return (first->start > second->start) - (first->start < second->start);
}

int
bluesky_text_facets(const char *text, struct bluesky_facet **facets)
{
    struct list list = {0};
    int i, kept = 0;

    list.facets = memory_get((strlen(text) + 1) * sizeof *list.facets);
    scan(&list, text, 1, take_mention);
    scan(&list, text, 1, take_link);
    scan(&list, text, 0, take_tag);
    scan(&list, text, 1, take_cashtag);
    if (list.count > 0)
        qsort(list.facets, (size_t)list.count, sizeof *list.facets, by_start);
    for (i = 0; i < list.count; i++)
        if (kept == 0 || list.facets[i].start >= list.facets[kept - 1].end)
            list.facets[kept++] = list.facets[i];
    *facets = list.facets;
    return kept;
}
