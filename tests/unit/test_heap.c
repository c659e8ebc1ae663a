/* test_heap.c: SQLite's memory keeps what is in it, whatever its size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <sqlite3.h>
#include "data/heap.h"

/* Sizes about those of a block's head, step and greatest small block. */
static const int sizes[] = {
    1, 7, 8, 9, 23, 24, 25, 100, 1000, 1015, 1016, 1017, 1031, 1032, 1033,
    5000, 100000
};

enum { SIZES = sizeof sizes / sizeof sizes[0], MANY = 20000 };

static int
is_full_of(const unsigned char *bytes, int length, int c)
{
    int i;

    for (i = 0; i < length; i++)
        if (bytes[i] != (unsigned char)c)
            return 0;
    return 1;
}

static void
blocks_hold_what_they_were_asked_for(void **state)
{
    unsigned char *blocks[SIZES];
    int i;

    (void)state;
    for (i = 0; i < SIZES; i++) {
        blocks[i] = sqlite3_malloc(sizes[i]);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 8, 0);
        assert_true(sqlite3_msize(blocks[i]) >= (sqlite3_uint64)sizes[i]);
        memset(blocks[i], i + 1, (size_t)sqlite3_msize(blocks[i]));
    }
    for (i = 0; i < SIZES; i++)
        assert_true(is_full_of(blocks[i], sizes[i], i + 1));
    for (i = 0; i < SIZES; i++)
        sqlite3_free(blocks[i]);
}

static void
a_resized_block_keeps_its_bytes(void **state)
{
    int from, to;

    (void)state;
    for (from = 0; from < SIZES; from++)
        for (to = 0; to < SIZES; to++) {
            int kept = sizes[from] < sizes[to] ? sizes[from] : sizes[to];
            unsigned char *block = sqlite3_malloc(sizes[from]), *other;

            memset(block, from + 1, (size_t)sizes[from]);
            block = sqlite3_realloc(block, sizes[to]);
            assert_non_null(block);
            other = sqlite3_malloc(sizes[from]);
            memset(other, 0xee, (size_t)sizes[from]);
            assert_true(is_full_of(block, kept, from + 1));
            memset(block, 0xdd, (size_t)sizes[to]);
            assert_true(is_full_of(other, sizes[from], 0xee));
            sqlite3_free(other);
            sqlite3_free(block);
        }
}

/* More than the region holds, each block apart from all others; what is given
   back serves again. */
static void
many_blocks_are_apart_and_serve_again(void **state)
{
    static int *blocks[MANY];
    int i, round;

    (void)state;
    for (round = 0; round < 3; round++) {
        for (i = 0; i < MANY; i++) {
            blocks[i] = sqlite3_malloc(40 + i % 80);
            assert_non_null(blocks[i]);
            blocks[i][0] = blocks[i][9] = i;
        }
        for (i = 0; i < MANY; i++)
            assert_true(blocks[i][0] == i && blocks[i][9] == i);
        for (i = 0; i < MANY; i++)
            sqlite3_free(blocks[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_hold_what_they_were_asked_for),
        cmocka_unit_test(a_resized_block_keeps_its_bytes),
        cmocka_unit_test(many_blocks_are_apart_and_serve_again),
    };

    heap_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
