/* test_download.c: the Range header, as RFC 9110 section 14 has it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "web/download.h"

static void
ranges_of_a_hundred_bytes(void **state)
{
    static const struct {
        const char *header;
        int answer;
        long long first, last;
    } rows[] = {
        { "bytes=0-0", 1, 0, 0 }, { "bytes=0-", 1, 0, 99 },
        { "bytes=10-19", 1, 10, 19 }, { "bytes=99-99", 1, 99, 99 },
        { "bytes=90-200", 1, 90, 99 }, { "bytes=-1", 1, 99, 99 },
        { "bytes=-100", 1, 0, 99 }, { "bytes=-500", 1, 0, 99 },
        { "bytes= 3-4 ", 1, 3, 4 },
        { "bytes=5-99999999999999999999999", 1, 5, 99 },
        { "bytes=-99999999999999999999999", 1, 0, 99 },
        { "bytes=100-", -1 }, { "bytes=100-200", -1 }, { "bytes=-0", -1 },
        { "bytes=99999999999999999999999-", -1 },
        { NULL, 0 }, { "", 0 }, { "bytes", 0 }, { "bytes=", 0 },
        { "bytes=-", 0 }, { "bytes=5", 0 }, { "bytes=5-1", 0 },
        { "bytes=a-b", 0 }, { "bytes=1-2x", 0 }, { "bytes=--1", 0 },
        { "bytes=0-1,3-4", 0 }, { "lines=0-1", 0 }, { "bytes:0-1", 0 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        long long first = -7, last = -7;
        int answer = download_range(rows[i].header, 100, &first, &last);

        if (answer != rows[i].answer
            || first != (answer == 1 ? rows[i].first : -7)
            || last != (answer == 1 ? rows[i].last : -7))
            fail_msg("%s: %d, %lld to %lld", rows[i].header, answer, first,
                     last);
    }
}

static void
nothing_is_in_an_empty_file(void **state)
{
    long long first, last;

    (void)state;
    assert_int_equal(download_range("bytes=0-", 0, &first, &last), -1);
    assert_int_equal(download_range("bytes=-1", 0, &first, &last), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_of_a_hundred_bytes),
        cmocka_unit_test(nothing_is_in_an_empty_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
