/* test_clock.c: times as people write them, in zones that change them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct row { const char *string, *zone, *utc; };

static void
check(const struct row *row)
{
    char room[CLOCK_ROOM];
    int64_t time;

    for (; row->string != NULL; row++) {
        if (clock_read(row->string, row->zone, &time) != CLOCK_OK)
            fail_msg("%s in %s is not read", row->string, row->zone);
        clock_print(time, CLOCK_MILLISECONDS, room);
        if (strncmp(room, row->utc, strlen(row->utc)) != 0)
            fail_msg("%s in %s is %s, not %s", row->string, row->zone, room,
                     row->utc);
    }
}

static void
forms_and_offsets(void **state)
{
    (void)state;
    check((struct row[]){
        { "1970-01-01T00:00:00Z", NULL, "1970-01-01T00:00:00.000Z" },
        { "2026-05-01T15:00:00.000Z", NULL, "2026-05-01T15:00:00.000Z" },
        { "2026-05-01T15:00Z", NULL, "2026-05-01T15:00:00.000Z" },
        { "2026-05-01t15:00:00z", NULL, "2026-05-01T15:00:00.000Z" },
        { "2026-05-01 15:00:00", "", "2026-05-01T15:00:00.000Z" },
        { "2026-05-01T15:00:00.5Z", NULL, "2026-05-01T15:00:00.500Z" },
        { "2026-05-01T15:00:00.123456789Z", NULL,
          "2026-05-01T15:00:00.123Z" },
        { "2026-05-01T15:00:00+02:00", NULL, "2026-05-01T13:00:00.000Z" },
        { "2026-05-01T15:00:00-0530", NULL, "2026-05-01T20:30:00.000Z" },
        { "2026-05-01T00:30:00+14", NULL, "2026-04-30T10:30:00.000Z" },
        { "2026-12-31T23:59:60Z", NULL, "2027-01-01T00:00:00.000Z" },
        { "2024-02-29T12:00:00Z", NULL, "2024-02-29T12:00:00.000Z" },
        { "2000-02-29T12:00:00Z", NULL, "2000-02-29T12:00:00.000Z" },
        { "9999-12-31T23:59:59.999Z", NULL, "9999-12-31T23:59:59.999Z" },
        /* an offset is stronger than the zone */
        { "2026-05-01T15:00:00Z", "Europe/Berlin",
          "2026-05-01T15:00:00.000Z" },
        { NULL } });
}

/* A skipped local time moves forward by the gap; of one that comes twice it
   is the first. */
static void
zones_change_their_clocks(void **state)
{
    (void)state;
    check((struct row[]){
        { "2026-01-15T12:00", "Europe/Berlin", "2026-01-15T11:00" },
        { "2026-07-15T12:00", "Europe/Berlin", "2026-07-15T10:00" },
        { "2026-03-29T01:59:59", "Europe/Berlin", "2026-03-29T00:59:59" },
        { "2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30" },
        { "2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00" },
        { "2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30" },
        { "2026-10-25T01:59", "Europe/Berlin", "2026-10-24T23:59" },
        { "2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00" },
        { "2026-03-08T02:30", "America/New_York", "2026-03-08T07:30" },
        { "2026-11-01T01:30", "America/New_York", "2026-11-01T05:30" },
        { "2026-11-01T02:00", "America/New_York", "2026-11-01T07:00" },
        /* the south: forward in October, back in April */
        { "2026-01-15T12:00", "Australia/Sydney", "2026-01-15T01:00" },
        { "2026-10-04T02:30", "Australia/Sydney", "2026-10-03T16:30" },
        { "2026-04-05T02:30", "Australia/Sydney", "2026-04-04T15:30" },
        /* half an hour */
        { "2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45" },
        { "2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45" },
        /* at midnight */
        { "2026-09-06T00:30", "America/Santiago", "2026-09-06T04:30" },
        { "2026-04-04T23:30", "America/Santiago", "2026-04-05T02:30" },
        /* winter is the time that is saved */
        { "2026-03-29T01:30", "Europe/Dublin", "2026-03-29T01:30" },
        { "2026-10-25T01:30", "Europe/Dublin", "2026-10-25T00:30" },
        /* a whole day: Samoa had no 30 December 2011 */
        { "2011-12-29T23:59", "Pacific/Apia", "2011-12-30T09:59" },
        { "2011-12-30T22:00", "Pacific/Apia", "2011-12-31T08:00" },
        { "2011-12-31T12:00", "Pacific/Apia", "2011-12-30T22:00" },
        { "1970-01-01T00:59:59", "Europe/Berlin", "1969-12-31T23:59:59" },
        /* none, or none any more */
        { "2026-07-15T12:00", "Asia/Kolkata", "2026-07-15T06:30" },
        { "2026-07-15T12:00", "Asia/Kathmandu", "2026-07-15T06:15" },
        { "2026-01-15T12:00", "America/Sao_Paulo", "2026-01-15T15:00" },
        { "2026-07-15T12:00", "Europe/Istanbul", "2026-07-15T09:00" },
        { "2026-07-15T12:00", "Pacific/Kiritimati", "2026-07-14T22:00" },
        { "2026-07-15T12:00", "UTC", "2026-07-15T12:00" },
        { "2024-02-29T12:00", "Asia/Tokyo", "2024-02-29T03:00" },
        { NULL } });
}

static void
bad_times_and_zones(void **state)
{
    static const char *const times[] = {
        "", "now", "2026", "2026-05-01", "2026-05-01T", "2026-05-01T15",
        "2026-05-01T15:00:00+", "2026-05-01T15:00:00+2",
        "2026-05-01T15:00:00+02:", "2026-05-01T15:00:00+02:0",
        "2026-05-01T15:00:00+24:00", "2026-05-01T15:00:00+02:60",
        "2026-05-01T15:00:00Zx", "2026-05-01T15:00:00 Z",
        "2026-05-01T15:00:00.Z", "2026-05-01T15:00:61Z",
        "2026-05-01T15:60:00Z", "2026-05-01T24:00:00Z",
        "2026-05-32T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z", "1969-12-31T23:59:59Z",
        "26-05-01T15:00:00Z", "2026-5-1T15:00:00Z", "2026/05/01T15:00:00Z",
        "20260501T150000Z", "2026-W18-5T15:00:00Z", "1777647600",
        " 2026-05-01T15:00:00Z", "2026-05-01T15:00:00Z ",
        "+2026-05-01T15:00:00Z", "2026-05-01X15:00:00Z"
    };
    static const char *const zones[] = {
        "Europe/Nowhere", "berlin", "Europe", "Europe/", "/Europe/Berlin",
        "../zoneinfo/UTC", "Europe//Berlin", "Europe/../UTC", ".", "CET ",
        "UTC\n", ":UTC", "posixrules.txt", "zone.tab", "tzdata.zi"
    };
    int64_t time = 77;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof times / sizeof times[0]; i++)
        if (clock_read(times[i], NULL, &time) != CLOCK_BAD_TIME)
            fail_msg("\"%s\" is a time", times[i]);
    for (i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (clock_zone_known(zones[i]))
            fail_msg("\"%s\" is a zone", zones[i]);
        assert_int_equal(clock_read("2026-05-01T15:00", zones[i], &time),
                         CLOCK_BAD_ZONE);
    }
    assert_int_equal(time, 77);
    assert_true(clock_zone_known("Europe/Berlin"));
    assert_true(clock_zone_known("America/Argentina/Buenos_Aires"));
    assert_true(clock_zone_known("Etc/GMT+5"));
    assert_false(clock_zone_known(""));
}

static void
printing(void **state)
{
    char room[CLOCK_ROOM];

    (void)state;
    assert_string_equal(clock_print(0, CLOCK_SECONDS, room),
                        "1970-01-01T00:00:00Z");
    assert_string_equal(clock_print(1, CLOCK_MILLISECONDS, room),
                        "1970-01-01T00:00:00.001Z");
    assert_string_equal(clock_print(-1, CLOCK_MILLISECONDS, room),
                        "1969-12-31T23:59:59.999Z");
    assert_string_equal(clock_print(1777647600999, CLOCK_SECONDS, room),
                        "2026-05-01T15:00:00Z");
}

static void
clocks_go(void **state)
{
    int64_t now = clock_now(), steady = clock_steady();
#ifdef CRIER_TEST
    char path[] = "/tmp/crier-clock-XXXXXX";
    int file = mkstemp(path);
#endif

    (void)state;
    usleep(20000);
    assert_true(clock_now() >= now + 15 && clock_now() < now + 10000);
    assert_true(clock_steady() >= steady + 15);
#ifdef CRIER_TEST
    dprintf(file, "-86400000\n");
    setenv("CRIER_CLOCK", path, 1);
    assert_true(clock_now() < now - 86000000);
    assert_true(clock_steady() >= steady + 15);
    unlink(path);
    assert_true(clock_now() >= now);    /* no file: no difference */
    unsetenv("CRIER_CLOCK");
    close(file);
#endif
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_and_offsets),
        cmocka_unit_test(zones_change_their_clocks),
        cmocka_unit_test(bad_times_and_zones),
        cmocka_unit_test(printing),
        cmocka_unit_test(clocks_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
