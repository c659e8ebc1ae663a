/* test_text.c: growing text, its limit, its escapes and its questions. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/text.h"
#include "dying.h"

#include <limits.h>

static void
text_grows(void **state)
{
    struct text text = { 0 };
    int i;

    (void)state;
    assert_string_equal(text_string(&text), "");
    text_add(&text, "");
    assert_string_equal(text_string(&text), "");
    for (i = 0; i < 1000; i++)
        text_add_format(&text, "%03d,", i);
    assert_int_equal(text.length, 4000);
    assert_memory_equal(text.data, "000,001,002,", 12);
    assert_string_equal(text.data + 3996, "999,");
    text_clear(&text);
    assert_int_equal(text.length, 0);
    assert_string_equal(text_string(&text), "");
    text_add_bytes(&text, "a\0b", 3);
    text_add_char(&text, 'c');
    assert_memory_equal(text.data, "a\0bc", 5);
}

static void
text_has_a_limit(void **state)
{
    struct text text = { .limit = 10 };

    (void)state;
    text_add(&text, "0123456789");
    assert_dies("limit of 10 bytes", text_add_char(&text, 'x'));
    assert_dies("limit", text_add_bytes(&text, "", SIZE_MAX));
    assert_string_equal(text.data, "0123456789");
    text_clear(&text);
    assert_dies("limit", text_add_format(&text, "%d", INT_MIN));
}

static void
escapes_fit_their_place(void **state)
{
    static const char sent[] = "<a href='x'>\"&\\\n\t\x01 \xc3\xa4</a>";
    struct text json = { 0 }, markup = { 0 }, url = { 0 };

    (void)state;
    text_add_json(&json, sent);
    assert_string_equal(json.data, "<a href='x'>\\\"&\\\\\\n\\u0009\\u0001"
                        " \xc3\xa4</a>");
    text_add_markup(&markup, sent);
    assert_string_equal(markup.data, "&lt;a href=&#39;x&#39;&gt;&quot;&amp;\\"
                        "\n\t\xef\xbf\xbd \xc3\xa4&lt;/a&gt;");
    text_clear(&markup);
    text_add_markup(&markup, "a\xef\xbf\xbe" "b\xef\xbf\xbf" "c\x7f");
    assert_string_equal(markup.data,
                        "a\xef\xbf\xbd" "b\xef\xbf\xbd" "c\x7f");
    text_add_url_part(&url, "a b/?&=#+%\xc3\xa4~-._Z9");
    assert_string_equal(url.data,
                        "a%20b%2F%3F%26%3D%23%2B%25%C3%A4~-._Z9");
}

static void
small_questions(void **state)
{
    (void)state;
    assert_true(text_begins("abc", "ab"));
    assert_true(text_begins("abc", ""));
    assert_false(text_begins("ab", "abc"));
    assert_true(text_ends("abc", "bc"));
    assert_true(text_ends("abc", ""));
    assert_false(text_ends("c", "bc"));
    assert_true(text_same("a", "a"));
    assert_true(text_same(NULL, NULL));
    assert_false(text_same("a", NULL));
    assert_false(text_same(NULL, ""));
    assert_true(text_same_nocase("aBc", "AbC"));
    assert_false(text_same_nocase(NULL, "a"));
    assert_true(text_has_word("one two", "two"));
    assert_true(text_has_word("one  two ", "one"));
    assert_false(text_has_word("one two", "tw"));
    assert_false(text_has_word("one two", "one two"));
    assert_false(text_has_word("one", "ones"));
    assert_false(text_has_word("", "a"));
}

static void
numbers_are_whole(void **state)
{
    static const struct { const char *string; int good; long long number; }
        rows[] = {
        { "0", 1, 0 }, { "42", 1, 42 }, { "-7", 1, -7 }, { "007", 1, 7 },
        { "100", 1, 100 }, { "-100", 1, -100 }, { "101", 0 }, { "-101", 0 },
        { "", 0 }, { "-", 0 }, { "+1", 0 }, { " 1", 0 }, { "1 ", 0 },
        { "1.0", 0 }, { "0x10", 0 }, { "1e1", 0 }, { "--1", 0 },
        { "99999999999999999999", 0 },
    };
    long long number;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        number = 12345;
        if (text_number(rows[i].string, -100, 100, &number) != rows[i].good
            || number != (rows[i].good ? rows[i].number : 12345))
            fail_msg("\"%s\"", rows[i].string);
    }
    assert_true(text_number("9223372036854775807", 0, LLONG_MAX, &number));
    assert_true(number == LLONG_MAX);
    assert_false(text_number("9223372036854775808", 0, LLONG_MAX, &number));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows),
        cmocka_unit_test(text_has_a_limit),
        cmocka_unit_test(escapes_fit_their_place),
        cmocka_unit_test(small_questions),
        cmocka_unit_test(numbers_are_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
