/* test_catalogue.c: names, rows that make sense, and rules of editing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/catalogue.h"
#include "core/post_public.h"
#include "network/network.h"
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

/* Request programs know no drivers: the row tells them what each can do. */
static void
rows_say_what_drivers_can_do(void **state)
{
    const struct catalogue_row *row;

    (void)state;
    for (row = catalogue; row->name != NULL; row++) {
        const struct network *network = network_find(row->name);

        assert_int_equal(row->has_driver, network != NULL);
        assert_int_equal(row->edits, network && network->edit != NULL);
        assert_int_equal(row->deletes, network && network->remove != NULL);
        assert_int_equal(row->revokes != REVOKES_NOTHING,
                         network && network->revoke != NULL);
        assert_int_equal(row->parts != PARTS_NONE,
                         network && network->parts != NULL);
        assert_int_equal(row->parts == PARTS_THREAD,
                         network && network->parts == network);
        assert_int_equal(row->parts == PARTS_COMMENT,
                         row->comment_limit > 0);
    }
}

/* X's rules, before X can be edited by us. */
static void
an_edit_keeps_its_networks_rules(void **state)
{
    struct catalogue_row row = *catalogue_find("x");
    struct post_public post = { .published_at = 1000000 };
    const int64_t last = 1000000 + 3600 * 1000;

    (void)state;
    assert_int_equal(post_public_editable(&row, &post, 1000001).kind,
                     row.edits ? FAULT_NONE : FAULT_UNCHANGEABLE);
    row.edits = 1;
    assert_int_equal(post_public_editable(&row, &post, last).kind,
                     FAULT_NONE);
    assert_string_equal(post_public_editable(&row, &post, last + 1).detail,
        "X lets a post be edited within 1 hour of its publication.");
    post.edits = 4;
    assert_int_equal(post_public_editable(&row, &post, last).kind,
                     FAULT_NONE);
    post.edits = 5;
    assert_string_equal(post_public_editable(&row, &post, last).detail,
        "X lets a post be edited 5 times.");
    post.edits = 0;
    post.media = 1;
    assert_int_equal(post_public_editable(&row, &post, last).kind,
                     FAULT_UNCHANGEABLE);
    row = *catalogue_find("mastodon");
    post.edits = 100;
    assert_int_equal(post_public_editable(&row, &post, last * 10).kind,
                     FAULT_NONE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(rows_make_sense),
        cmocka_unit_test(rows_say_what_drivers_can_do),
        cmocka_unit_test(an_edit_keeps_its_networks_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
