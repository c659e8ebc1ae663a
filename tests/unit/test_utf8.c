/* test_utf8.c: what is clean UTF-8, and how long it is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/utf8.h"

#include <string.h>

static void
clean_is_clean(void **state)
{
    static const char *const clean[] = {
        "", "abc", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80",
        "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf", "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z"
    };
    static const char *const unclean[] = {
        "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41",
        "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe2\x82", "\xe2\x82\x41",
        "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff",
        "abc\xff", "\xc3\xa4\xc3"
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof clean / sizeof clean[0]; i++)
        if (!utf8_is_clean(clean[i], strlen(clean[i])))
            fail_msg("clean %zu", i);
    for (i = 0; i < sizeof unclean / sizeof unclean[0]; i++)
        if (utf8_is_clean(unclean[i], strlen(unclean[i])))
            fail_msg("unclean %zu", i);
    assert_false(utf8_is_clean("a\0b", 3));
    assert_false(utf8_is_clean("\0", 1));
}

/* Every code point, well formed, and its neighbours that are not. */
static void
every_code_point(void **state)
{
    unsigned long point;

    (void)state;
    for (point = 1; point <= 0x10ffff; point++) {
        unsigned char bytes[4];
        size_t length = point < 0x80 ? 1 : point < 0x800 ? 2
                        : point < 0x10000 ? 3 : 4;
        static const unsigned char heads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
        size_t i;

        for (i = length; i-- > 1;)
            bytes[i] = (unsigned char)(0x80
                                       | (point >> 6 * (length - 1 - i) & 63));
        bytes[0] = (unsigned char)(heads[length] | point >> 6 * (length - 1));
        if (utf8_is_clean(bytes, length)
            != (point < 0xd800 || point > 0xdfff))
            fail_msg("U+%lX", point);
    }
}

static void
lengths(void **state)
{
    const char *text = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";

    (void)state;
    assert_int_equal(utf8_code_points(text), 4);
    assert_int_equal(utf8_utf16_units(text), 5);
    assert_int_equal(utf8_graphemes(text, strlen(text)), 4);
    assert_int_equal(utf8_graphemes(text, 3), 2);
    assert_int_equal(utf8_grapheme_bytes(text, 0), 0);
    assert_int_equal(utf8_grapheme_bytes(text, 2), 3);
    assert_int_equal(utf8_grapheme_bytes(text, 4), 10);
    assert_int_equal(utf8_grapheme_bytes(text, 99), 10);
    assert_int_equal(utf8_grapheme_bytes("", 1), 0);
    assert_int_equal(utf8_grapheme_bytes("e\u0301x", 1), 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_is_clean),
        cmocka_unit_test(every_code_point),
        cmocka_unit_test(lengths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
