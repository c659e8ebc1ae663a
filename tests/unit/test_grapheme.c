/* test_grapheme.c: every line of Unicode's GraphemeBreakTest.txt (UAX #29),
   which the system's package of Unicode's data brings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "base/utf8.h"

static FILE *
open_data(void)
{
    static const char *const names[] = {
        "/usr/share/unicode/auxiliary/GraphemeBreakTest.txt",
        "/usr/share/unicode/ucd/auxiliary/GraphemeBreakTest.txt"
    };
    FILE *file = fopen(names[0], "re");

    return file != NULL ? file : fopen(names[1], "re");
}

enum { CLUSTERS = 64 };

static void
add_point(struct text *text, unsigned long point)
{
    if (point >= 0x10000) {
        text_add_char(text, (char)(0xf0 | point >> 18));
        text_add_char(text, (char)(0x80 | (point >> 12 & 0x3f)));
    } else if (point >= 0x800) {
        text_add_char(text, (char)(0xe0 | point >> 12));
    }
    if (point >= 0x800)
        text_add_char(text, (char)(0x80 | (point >> 6 & 0x3f)));
    else if (point >= 0x80)
        text_add_char(text, (char)(0xc0 | point >> 6));
    if (point >= 0x80)
        text_add_char(text, (char)(0x80 | (point & 0x3f)));
    else
        text_add_char(text, (char)point);
}

/* Read a line such as "÷ 0020 × 0308 ÷" into the text it stands for and
   where each of its clusters ends. Returns how many clusters there are. */
static int
read_line(char *line, struct text *text, size_t ends[CLUSTERS])
{
    char *word, *rest = line;
    int count = 0;

    text_clear(text);
    line[strcspn(line, "#\n")] = '\0';
    while ((word = strsep(&rest, " \t")) != NULL) {
        if (strcmp(word, "÷") == 0 && text->length > 0)
            ends[count++] = text->length;
        else if (strspn(word, "0123456789ABCDEF") >= 4)
            add_point(text, strtoul(word, NULL, 16));
    }
    return count;
}

static void
each_line_breaks_where_unicode_says(void **state)
{
    FILE *file = open_data();
    struct text text = {0};
    size_t ends[CLUSTERS];
    char line[1024];
    int lines = 0;

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        int count = read_line(line, &text, ends), i;

        if (count == 0)
            continue;
        lines++;
        if (utf8_graphemes(text_string(&text), text.length) != (size_t)count)
            fail_msg("line %d: %zu clusters for %d in %s", lines,
                     utf8_graphemes(text_string(&text), text.length), count,
                     text_string(&text));
        for (i = 0; i < count; i++)
            assert_int_equal(utf8_grapheme_bytes(text_string(&text),
                                                 (size_t)i + 1), ends[i]);
    }
    fclose(file);
    assert_true(lines >= 600);
}

static void
what_people_type_counts_as_they_count(void **state)
{
    (void)state;
    assert_int_equal(utf8_graphemes("", 0), 0);
    assert_int_equal(utf8_graphemes("abc", 3), 3);
    assert_int_equal(utf8_graphemes("e\u0301", strlen("e\u0301")), 1);
    assert_int_equal(utf8_graphemes("\r\n", 2), 1);
    assert_int_equal(utf8_graphemes("🇩🇪🇫🇷", strlen("🇩🇪🇫🇷")), 2);
    assert_int_equal(utf8_graphemes("👨‍👩‍👧‍👧",
                                    strlen("👨‍👩‍👧‍👧")), 1);
    assert_int_equal(utf8_graphemes("👍🏿!", strlen("👍🏿!")), 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_breaks_where_unicode_says),
        cmocka_unit_test(what_people_type_counts_as_they_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
