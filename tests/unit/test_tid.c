/* test_tid.c: record keys have the form that a PDS accepts, and repeat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "network/tid.h"

static const char one[] = "0190a1b2-0000-7000-8000-000000000001";

/* What a PDS does with a key: its number, or 0 where it is no TID. */
static uint64_t
number_of(const char *key)
{
    static const char alphabet[] = "234567abcdefghijklmnopqrstuvwxyz";
    uint64_t number = 0;
    int i;

    if (strlen(key) != 13 || strchr("234567abcdefghij", key[0]) == NULL)
        return 0;
    for (i = 0; i < 13; i++) {
        const char *at = strchr(alphabet, key[i]);

        if (at == NULL)
            return 0;
        number = number << 5 | (uint64_t)(at - alphabet);
    }
    return number;
}

static void
a_key_holds_the_second_it_is_due(void **state)
{
    char room[TID_ROOM];
    int64_t due_at = 1787493600999;

    (void)state;
    for (; due_at < 4102444800000; due_at += 86400123457) {
        uint64_t number = number_of(tid_make(due_at, one, room));

        assert_int_equal(number >> 63, 0);
        assert_int_equal((number >> 10) / 1000000, due_at / 1000);
    }
}

static void
a_known_key_stays_as_it_is(void **state)
{
    char room[TID_ROOM];

    (void)state;
    assert_string_equal(tid_make(1787493600000, one, room), "3mtqx6lcwnf74");
}

static void
later_keys_sort_later(void **state)
{
    char before[TID_ROOM], after[TID_ROOM];
    int64_t due_at;

    (void)state;
    for (due_at = 0; due_at < 4102444800000; due_at += 40012345678) {
        tid_make(due_at, one, before);
        tid_make(due_at + 2000, "another", after);
        assert_true(strcmp(before, after) < 0);
    }
}

static int
by_key(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void
targets_of_one_moment_have_keys_of_their_own(void **state)
{
    enum { TARGETS = 5000 };
    static char keys[TARGETS][TID_ROOM];
    char target[20];
    int i;

    (void)state;
    for (i = 0; i < TARGETS; i++) {
        snprintf(target, sizeof target, "target %d", i);
        tid_make(1787493600000, target, keys[i]);
        assert_int_not_equal(number_of(keys[i]), 0);
    }
    qsort(keys, TARGETS, sizeof keys[0], by_key);
    for (i = 1; i < TARGETS; i++)
        assert_string_not_equal(keys[i - 1], keys[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_holds_the_second_it_is_due),
        cmocka_unit_test(a_known_key_stays_as_it_is),
        cmocka_unit_test(later_keys_sort_later),
        cmocka_unit_test(targets_of_one_moment_have_keys_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
