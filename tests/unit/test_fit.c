/* test_fit.c: texts and titles cut to what a network takes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/fit.h"
#include "base/memory.h"
#include "base/text.h"

#define FAMILY "\U0001F468\u200D\U0001F469\u200D\U0001F467"

static const char *
times(int count, const char *piece)
{
    struct text text = { 0 };

    while (count-- > 0)
        text_add(&text, piece);
    return text_string(&text);
}

static void
is_cut_to(const char *network, size_t most, const char *text,
          const char *start)
{
    assert_string_equal(fit_text(network ? catalogue_find(network) : NULL,
                                 most, text), start);
}

static void
what_fits_stays(void **state)
{
    (void)state;
    is_cut_to(NULL, 5, " abc ", " abc ");
    is_cut_to("twitter", 5000, times(280, "a"), times(280, "a"));
    is_cut_to("twitter", 5000, times(140, "\u4e2d"), times(140, "\u4e2d"));
    is_cut_to("bluesky", 5000, times(100, FAMILY), times(100, FAMILY));
    is_cut_to("site", 5000, times(5000, "a"), times(5000, "a"));
    is_cut_to(NULL, 0, "", "");
}

static void
a_cut_is_behind_a_sentence_a_word_or_a_grapheme(void **state)
{
    (void)state;
    is_cut_to(NULL, 12, "One. Two. Three.", "One. Two.");
    is_cut_to(NULL, 12, "Is it? Yes, and more", "Is it? Yes,");
    is_cut_to(NULL, 9, "One. Two. Three.", "One. Two.");
    is_cut_to(NULL, 9, "One\nTwo\nThree", "One\nTwo");
    is_cut_to(NULL, 9, "1.5 and 2.5 and", "1.5 and");
    is_cut_to(NULL, 6, "a bcdefghi", "a bcde");
    is_cut_to(NULL, 4, "abcdefghi", "abcd");
    is_cut_to(NULL, 7, FAMILY FAMILY, FAMILY);
    is_cut_to(NULL, 2, "e\u0301e\u0301", "e\u0301");
    is_cut_to(NULL, 4, FAMILY, "");
}

static void
each_network_counts_in_its_way(void **state)
{
    (void)state;
    is_cut_to("twitter", 5000, times(141, "\u4e2d"), times(140, "\u4e2d"));
    is_cut_to("bluesky", 5000, times(301, "a"), times(300, "a"));
    is_cut_to("bluesky", 5000, times(300, FAMILY), times(166, FAMILY));
    is_cut_to("youtube", 5000, times(2600, "\u00e4"), times(2500, "\u00e4"));
}

static void
a_title_is_the_first_line(void **state)
{
    const struct catalogue_row *youtube = catalogue_find("youtube");

    (void)state;
    assert_string_equal(fit_title(youtube, "\n  One \r\nTwo"), "One");
    assert_string_equal(fit_title(youtube, times(101, "a")), times(100, "a"));
    assert_string_equal(fit_title(youtube, "One"), "One");
    assert_null(fit_title(youtube, " \n "));
    assert_null(fit_title(youtube, NULL));
    assert_null(fit_title(catalogue_find("twitter"), "One"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_stays),
        cmocka_unit_test(a_cut_is_behind_a_sentence_a_word_or_a_grapheme),
        cmocka_unit_test(each_network_counts_in_its_way),
        cmocka_unit_test(a_title_is_the_first_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
