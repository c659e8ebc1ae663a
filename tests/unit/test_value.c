/* test_value.c: the named values, and the arena they are copied into. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/memory.h"
#include "data/value.h"
#include "dying.h"

#include <stdalign.h>
#include <string.h>

static void
values_keep_their_type(void **state)
{
    char room[] = "text";

    (void)state;
    assert_null(value_find("a"));
    assert_null(value_text("a"));
    assert_int_equal(value_integer("a", 7), 7);
    assert_false(value_is_set("a"));

    value_set_text("a", room);
    room[0] = 'T';
    assert_string_equal(value_text("a"), "text");
    assert_int_equal(value_integer("a", 7), 7);
    assert_true(value_is_set("a"));

    value_set_integer("a", -5);
    assert_null(value_text("a"));
    assert_int_equal(value_integer("a", 7), -5);

    value_set_null("a");
    assert_non_null(value_find("a"));
    assert_false(value_is_set("a"));
    assert_int_equal(value_integer("a", 7), 7);

    value_set_text("a", NULL);
    assert_int_equal(value_find("a")->type, VALUE_NULL);

    value_set_blob("a", "x\0y", 3);
    assert_int_equal(value_find("a")->length, 3);
    assert_memory_equal(value_find("a")->bytes, "x\0y", 3);
    assert_null(value_text("a"));

    value_set_bytes("a", "abcdef", 3);
    assert_string_equal(value_text("a"), "abc");
    value_set_text("a", value_text("a") + 1);   /* of itself */
    assert_string_equal(value_text("a"), "bc");

    value_set_text("b", "other");
    assert_string_equal(value_text("a"), "bc");

    value_lend_text("a", room + 1);
    value_lend_blob("c", room + 5, 0);
    assert_ptr_equal(value_text("a"), room + 1);
    value_forget(room, 4);
    assert_false(value_is_set("a"));
    assert_true(value_is_set("b"));
    assert_true(value_is_set("c"));
    value_reset();
    assert_null(value_find("a"));
    assert_null(value_find("b"));
}

static void
values_are_bounded(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < 4096; i++)
        value_set_integer(memory_format("v%d", i), i);
    assert_int_equal(value_integer("v127", -1), 127);
    value_set_integer("v0", 9);
    assert_dies("more than 4096", value_set_integer("v4096", 1));
    value_reset();
}

static void
memory_is_zeroed_and_aligned(void **state)
{
    size_t size, i;

    (void)state;
    for (size = 0; size < 100000; size = size * 3 + 1) {
        char *got = memory_get(size);

        assert_int_equal((uintptr_t)got % alignof(max_align_t), 0);
        for (i = 0; i < size; i++)
            assert_int_equal(got[i], 0);
        memset(got, 'x', size);
    }
    assert_string_equal(memory_copy("abc"), "abc");
    assert_string_equal(memory_copy_bytes("abcdef", 3), "abc");
    assert_string_equal(memory_copy_bytes(NULL, 0), "");
    assert_string_equal(memory_format("%s-%d", "x", 5), "x-5");
    assert_dies("out of memory", memory_get(SIZE_MAX - 1));
    assert_dies("out of memory", memory_get(SIZE_MAX / 2));
}

static void
memory_grows_in_its_place(void **state)
{
    char *small = memory_get(100), *beside, *large;
    size_t i, size = 64 * 1024, held;

    (void)state;
    memcpy(small, "first", 6);
    beside = memory_copy("beside");
    small = memory_grow(small, 6, 200);
    assert_string_equal(small, "first");
    large = memory_grow(small, 6, size);
    for (i = 0; i < 5; i++, size *= 2) {
        assert_string_equal(large, "first");
        if (i == 2)
            assert_string_equal(memory_copy("between"), "between");
        large[size - 1] = 'x';
        held = memory_held();
        large = memory_grow(large, size, size * 2);
        assert_int_equal(large[size - 1], 'x');
        assert_int_equal(memory_held() - held, i == 2 ? size * 2 : size);
    }
    assert_string_equal(beside, "beside");
    memset(large, 'x', size);
    assert_int_equal(*(char *)memory_get(10), 0);

    small = memory_copy("first");
    large = memory_get(size);
    large[0] = 'l';
    small = memory_grow(small, 6, size + 1);    /* another is the last one */
    assert_string_equal(small, "first");
    assert_int_equal(large[0], 'l');
    held = memory_held();
    memory_release(large);
    assert_int_equal(memory_held(), held - size);
    assert_string_equal(beside, "beside");

    memory_mark();              /* what it is in stays */
    held = memory_held();
    large = memory_grow(small, 6, size * 2);
    assert_int_equal(memory_held(), held + size * 2);
    assert_string_equal(small, "first");
    assert_string_equal(large, "first");
    memory_release(small);
    assert_string_equal(small, "first");
}

static void
memory_goes_back_to_what_was_kept(void **state)
{
    char *kept, *later, *next;

    (void)state;
    memory_reset();
    memset(memory_get(5), 'x', 5);
    memory_reset();
    assert_memory_equal(memory_get(5), "\0\0\0\0", 5);
    kept = memory_copy("kept");
    memory_keep();
    later = memory_copy("later");
    memory_get(1000000);
    memory_reset();
    assert_string_equal(kept, "kept");
    next = memory_get(6);
    assert_string_equal(next, "");
#ifdef CRIER_EXACT_MEMORY
    (void)later;                /* each piece has an allocation of its own */
#else
    assert_ptr_equal(next, later);
#endif
}

static void
memory_goes_back_to_a_mark(void **state)
{
    struct memory_mark mark;
    const char *before, *after;
    size_t held;
    int values;

    (void)state;
    value_set_text("old", "stays");
    value_set_text("changed", "first");
    before = memory_copy("before");
    mark = memory_mark();
    values = value_count();
    held = memory_held();
    after = memory_copy("after");
    assert_true(memory_is_since(&mark, after));
    assert_true(memory_is_since(&mark, memory_get(100000)));
    assert_false(memory_is_since(&mark, before));
    assert_false(memory_is_since(&mark, NULL));
    value_set_text("changed", "second");
    value_set_text("new", "goes");
    value_back(values, &mark);
    memory_back(&mark);
    assert_int_equal(memory_held(), held);
    assert_string_equal(before, "before");
    assert_string_equal(value_text("old"), "stays");
    assert_null(value_text("changed"));
    assert_null(value_find("new"));
    assert_string_equal(memory_get(6), "");
    value_reset();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_keep_their_type),
        cmocka_unit_test(values_are_bounded),
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(memory_grows_in_its_place),
        cmocka_unit_test(memory_goes_back_to_what_was_kept),
        cmocka_unit_test(memory_goes_back_to_a_mark),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
