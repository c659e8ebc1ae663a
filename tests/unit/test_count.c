/* test_count.c: text lengths as each network counts them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/count.h"
#include "base/memory.h"

#include <string.h>

#define FAMILY "\U0001F468\u200D\U0001F469\u200D\U0001F467"
#define FLAG   "\U0001F1E9\U0001F1EA"
#define KEYCAP "1\uFE0F\u20E3"

struct row { const char *text; int url_length; size_t count; };

static void
check(enum counting counting, const struct row *row)
{
    for (; row->text != NULL; row++) {
        size_t count = count_text(counting, row->text, row->url_length);

        if (count != row->count)
            fail_msg("\"%s\" counts %zu, not %zu", row->text, count,
                     row->count);
    }
}

static void
the_plain_countings(void **state)
{
    (void)state;
    check(COUNT_CODE_POINTS, (struct row[]){
        { "", 0, 0 }, { "abc", 0, 3 }, { "\u00e4\u4e2d", 0, 2 },
        { FAMILY, 0, 5 }, { "e\u0301", 0, 2 }, { NULL } });
    check(COUNT_UTF16, (struct row[]){
        { "abc", 0, 3 }, { "\u4e2d", 0, 1 }, { "\U0001F600", 0, 2 },
        { FAMILY, 0, 8 }, { NULL } });
    check(COUNT_GRAPHEMES, (struct row[]){
        { "abc", 0, 3 }, { "e\u0301", 0, 1 }, { FAMILY, 0, 1 },
        { FLAG FLAG, 0, 2 }, { "a\r\nb", 0, 3 }, { NULL } });
}

static void
mastodon_shortens_links_and_mentions(void **state)
{
    (void)state;
    check(COUNT_MASTODON, (struct row[]){
        { "https://example.com/a/rather/long/path?with=query#and", 0, 23 },
        { "https://example.com/a/rather/long/path", 32, 32 },
        { "http://a.de", 0, 23 },
        { "HTTPS://EXAMPLE.COM", 0, 23 },
        { "see https://a.de.", 0, 4 + 23 + 1 },
        { "(https://a.de/x)", 0, 25 },
        { "https://a.de/x, https://b.de/y!", 0, 23 + 2 + 23 + 1 },
        { "https://a.de:8080/x", 0, 23 },
        { "https://a.de/\u00fc", 0, 24 },
        { "xhttps://a.de/long/long/long/long", 0, 33 },
        { "https://localhost/long/long/long", 0, 32 },
        { "example.com/not/shortened/without/scheme", 0, 40 },
        { "@ann@example.social hi", 0, 7 },
        { "@ann hi", 0, 7 },
        { "me@example.social", 0, 17 },
        { "x/@ann@example.social", 0, 21 },
        { "@ann@example.social.", 0, 5 },
        { "@a@b.c @d@e.f", 0, 5 },
        { FAMILY " e\u0301", 0, 3 },
        { NULL } });
}

static void
x_weighs(void **state)
{
    (void)state;
    check(COUNT_X, (struct row[]){
        { "abc", 0, 3 }, { "\u4e2d\u6587", 0, 4 }, { "\u00e4", 0, 1 },
        { "a\u0308", 0, 1 },            /* normalised to one code point */
        { "\u2018quoted\u2019", 0, 8 }, { "\u2026", 0, 2 },
        { "\u2032", 0, 1 },
        { "\U0001F600", 0, 2 }, { FAMILY, 0, 2 }, { FLAG, 0, 2 },
        { KEYCAP, 0, 2 }, { "\U0001F44D\U0001F3FD", 0, 2 },
        { "\u00a9", 0, 1 }, { "\u00a9\uFE0F", 0, 2 },
        { "https://example.com/a/rather/long/path", 0, 23 },
        { "example.com", 0, 23 }, { "see node.xyzzy", 0, 14 },
        { "me@example.com", 0, 14 }, { "3.14", 0, 4 }, { "e.g. this", 0, 9 },
        { NULL } });
}

static void
threads_counts_the_bytes_of_emoji(void **state)
{
    (void)state;
    check(COUNT_THREADS, (struct row[]){
        { "abc\u4e2d", 0, 4 }, { "\U0001F600", 0, 4 }, { FAMILY, 0, 18 },
        { "e\u0301", 0, 1 }, { NULL } });
}

/* Counting a megabyte takes no longer than a request may. */
static void
a_long_text_is_counted_in_one_pass(void **state)
{
    static char text[1000001];
    size_t i;

    (void)state;
    for (i = 0; i + 1 < sizeof text; i++)
        text[i] = "a. @h"[i % 5];
    assert_int_equal(count_text(COUNT_MASTODON, text, 0), 1000000);
    assert_int_equal(count_text(COUNT_X, text, 0), 1000000);
    assert_int_equal(count_text(COUNT_THREADS, text, 0), 1000000);
    memory_reset();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plain_countings),
        cmocka_unit_test(mastodon_shortens_links_and_mentions),
        cmocka_unit_test(x_weighs),
        cmocka_unit_test(threads_counts_the_bytes_of_emoji),
        cmocka_unit_test(a_long_text_is_counted_in_one_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
