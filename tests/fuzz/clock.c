/* clock.c: times as people write them: a zone's name, a line's end, a time. */
#include "fuzz.h"
#include "base/clock.h"

static void
fuzz_begin(void)
{
}

static void
fuzz_try(const char *bytes, size_t length)
{
    char *string = fuzz_string(bytes, length), *zone = fuzz_line(&string);
    int64_t last = 253402300799999, time = -1, again = -1;
    char room[CLOCK_ROOM];

    if (zone[0] != '\0' && !clock_zone_known(zone)) {
        must(clock_read(string, zone, &time) != CLOCK_OK
             || strpbrk(string, "Zz+-") != NULL);
        return;
    }
    if (clock_read(string, zone, &time) != CLOCK_OK)
        return;
    must(time >= -(int64_t)DAY && time <= last);
    if (time < 0)
        return;                 /* 1970 in the east: before the first time */
    must(clock_read(clock_print(time, CLOCK_MILLISECONDS, room), zone, &again)
         == CLOCK_OK && again == time);
    must(clock_read(clock_print(time, CLOCK_SECONDS, room), NULL, &again)
         == CLOCK_OK && again == time - time % SECOND);
    room[19] = '\0';            /* in its zone, from there and back */
    must(clock_read(room, zone, &again) == CLOCK_OK
         || again > last - DAY);
    must(llabs(again - time) < 2 * (int64_t)DAY);   /* Apia left a day out */
}
