/* test_catalogue.c: names, and rows that make sense. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/catalogue.h"
#include "base/text.h"

#include <string.h>

static void
names_are_found(void **state)
{
    (void)state;
    assert_string_equal(catalogue_find("mastodon")->title, "Mastodon");
    assert_string_equal(catalogue_find("Bluesky")->name, "bluesky");
    assert_string_equal(catalogue_find("x")->name, "twitter");
    assert_string_equal(catalogue_find("TWITTER")->name, "twitter");
    assert_null(catalogue_find("myspace"));
    assert_null(catalogue_find(""));
    assert_null(catalogue_find(NULL));
}

static void
rows_make_sense(void **state)
{
    const struct catalogue_row *row;

    (void)state;
    for (row = catalogue; row->name != NULL; row++) {
        assert_ptr_equal(catalogue_find(row->name), row);
        assert_non_null(row->title);
        assert_non_null(row->types);
        assert_true(row->images > 0 || row->videos > 0);
        assert_int_equal(row->images > 0, strstr(row->types, "image/") != 0);
        assert_int_equal(row->videos > 0, strstr(row->types, "video/") != 0);
        assert_int_equal(row->has_driver, row->connect != NULL);
        assert_true(row->has_driver || row->note != NULL);
        assert_true(!row->title_required || row->title_limit > 0);
        assert_true(!catalogue_needs_app(row) || row->app_page != NULL);
        assert_true(row->connect != NULL || !row->one_server);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(rows_make_sense),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
