/* test_timekeeper.c: which jumps of the clock stop publishing, and what a tick
   after an outage holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "instance.h"
#include "base/clock.h"
#include "data/json.h"
#include "data/value.h"
#include "publish/late.h"
#include "publish/timekeeper.h"

static const int64_t NOW = 1800000000000;

static void
change(const char *sql)
{
    db_begin();
    assert_int_equal(db_batch(sql), DB_ROW);
    db_commit();
}

static int
begin(void **state)
{
    (void)state;
    change("DELETE FROM meta; DELETE FROM event; DELETE FROM target;"
           "DELETE FROM post; DELETE FROM account; DELETE FROM profile");
    assert_int_equal(timekeeper_trusts(NOW, 1), 1);
    return 0;
}

static int64_t
high(void)
{
    return db_integer("SELECT CAST(value AS INTEGER) FROM meta"
                      " WHERE name = 'tick_high'", 0);
}

static const char *
doubt(void)
{
    return db_text("SELECT value FROM meta WHERE name = 'clock_doubt'");
}

static void
small_steps_are_believed(void **state)
{
    (void)state;
    assert_int_equal(timekeeper_trusts(NOW - 2 * MINUTE, 1), 1);
    assert_int_equal(high(), NOW);
    assert_int_equal(timekeeper_trusts(NOW + 6 * HOUR, 1), 1);
    assert_int_equal(high(), NOW + 6 * HOUR);
    assert_null(doubt());
}

static void
a_clock_that_went_back_publishes_nothing(void **state)
{
    (void)state;
    assert_int_equal(timekeeper_trusts(NOW - 2 * MINUTE - 1, 1), 0);
    assert_string_equal(json_text(doubt(), "$.why"), "clock_back");
    assert_int_equal(high(), NOW);
    assert_int_equal(timekeeper_trusts(NOW - MINUTE, 1), 1);
    assert_null(doubt());
}

static void
ten_agreeing_ticks_and_a_synchronised_clock_end_a_doubt(void **state)
{
    int64_t then = NOW + 7 * HOUR;
    int i;

    (void)state;
    for (i = 1; i < 10; i++, then += MINUTE) {
        assert_int_equal(timekeeper_trusts(then, 1), 0);
        assert_int_equal(json_integer(doubt(), "$.ticks", 0), i);
        assert_int_equal(timekeeper_trusts(then + SECOND, 1), 0);
        assert_int_equal(json_integer(doubt(), "$.ticks", 0), i);
    }
    assert_int_equal(high(), NOW);
    assert_int_equal(timekeeper_trusts(then, 1), clock_is_synchronised());
    assert_int_equal(high(), clock_is_synchronised() ? then : NOW);
}

static void
ticks_that_disagree_begin_anew(void **state)
{
    (void)state;
    assert_int_equal(timekeeper_trusts(NOW + 7 * HOUR, 1), 0);
    assert_int_equal(timekeeper_trusts(NOW + 7 * HOUR + MINUTE, 1), 0);
    assert_int_equal(json_integer(doubt(), "$.ticks", 0), 2);
    assert_int_equal(timekeeper_trusts(NOW + 9 * HOUR, 1), 0);
    assert_int_equal(json_integer(doubt(), "$.ticks", 0), 1);
    assert_int_equal(json_integer(doubt(), "$.since", 0), NOW + 9 * HOUR);
}

static void
more_than_thirty_days_are_the_operators(void **state)
{
    int64_t then = NOW + (int64_t)31 * DAY;
    int i;

    (void)state;
    for (i = 0; i < 12; i++, then += MINUTE)
        assert_int_equal(timekeeper_trusts(then, 1), 0);
    assert_int_equal(high(), NOW);
}

static void
a_single_target_teaches_nothing(void **state)
{
    (void)state;
    assert_int_equal(timekeeper_trusts(NOW + HOUR, 0), 1);
    assert_int_equal(timekeeper_trusts(NOW + 7 * HOUR, 0), 0);
    assert_int_equal(high(), NOW);
    assert_null(doubt());
}

static void
lateness_is_time_without_ticks(void **state)
{
    (void)state;
    assert_int_equal(late_by(NOW - HOUR, NOW - DAY, NOW), HOUR);
    assert_int_equal(late_by(NOW - DAY, NOW - MINUTE, NOW), MINUTE);
}

/* Targets due at hours before NOW, of an account that allows two. */
static void
add_targets(void)
{
    value_set_integer("at", NOW);
    change("INSERT INTO profile VALUES ('p', 'P', 'UTC', 1, 1);"
           "INSERT INTO account (id, profile, network, server, remote_id,"
           " handle, connected_at, updated_at, late_ms) VALUES"
           " ('a', 'p', 'site', '', 'r', 'h', 1, 1, 7200000);"
           "INSERT INTO post (id, profile, created_at, updated_at)"
           " VALUES ('o', 'p', 1, 1);"
           "INSERT INTO target (id, post, profile, account, network, state,"
           " due_at, next_at, created_at, updated_at) SELECT 'h' || value,"
           "  'o', 'p', 'a', 'site', 'scheduled', :at - value * 3600000,"
           "  :at - value * 3600000, 1, 1"
           " FROM json_each('[1, 2, 3, 30]')");
}

static const char *
held(void)
{
    return db_text("SELECT group_concat(id, ' ') FROM (SELECT id FROM target"
                   " WHERE held_at IS NOT NULL ORDER BY due_at)");
}

static void
an_outage_holds_what_is_too_late(void **state)
{
    (void)state;
    add_targets();
    late_policy(NOW - 4 * HOUR);
    assert_null(held());
    late_policy(NOW);
    assert_string_equal(held(), "h30 h3");
    assert_string_equal(db_text("SELECT value FROM meta"
                                " WHERE name = 'outage'"), "1800000000000");
}

static void
ticks_that_run_hold_nothing(void **state)
{
    (void)state;
    add_targets();
    late_policy(NOW - 9 * MINUTE);
    late_policy(NOW);
    assert_null(held());
    assert_null(db_text("SELECT value FROM meta WHERE name = 'outage'"));
}

static void
what_was_released_is_not_held_again(void **state)
{
    (void)state;
    add_targets();
    late_policy(NOW - 4 * HOUR);
    late_policy(NOW);
    change("UPDATE target SET held_at = NULL");
    late_policy(NOW + MINUTE);
    assert_null(held());
    assert_non_null(db_text("SELECT value FROM meta WHERE name = 'outage'"));
    change("UPDATE target SET state = 'cancelled'");
    late_policy(NOW + 2 * MINUTE);
    assert_null(db_text("SELECT value FROM meta WHERE name = 'outage'"));
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(small_steps_are_believed, begin),
        cmocka_unit_test_setup(a_clock_that_went_back_publishes_nothing,
                               begin),
        cmocka_unit_test_setup(
            ten_agreeing_ticks_and_a_synchronised_clock_end_a_doubt, begin),
        cmocka_unit_test_setup(ticks_that_disagree_begin_anew, begin),
        cmocka_unit_test_setup(more_than_thirty_days_are_the_operators,
                               begin),
        cmocka_unit_test_setup(a_single_target_teaches_nothing, begin),
        cmocka_unit_test_setup(lateness_is_time_without_ticks, begin),
        cmocka_unit_test_setup(an_outage_holds_what_is_too_late, begin),
        cmocka_unit_test_setup(ticks_that_run_hold_nothing, begin),
        cmocka_unit_test_setup(what_was_released_is_not_held_again, begin),
    };
    const char *folder = instance_open("");
    int failures = cmocka_run_group_tests(tests, NULL, NULL);

    instance_remove(folder);
    return failures;
}
