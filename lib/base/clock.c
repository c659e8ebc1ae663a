/* clock.c: what time it is, and printing times. */
#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/timex.h>
#include <time.h>

#ifdef CRIER_TEST
static int64_t
test_offset(void)
{
    const char *path = getenv("CRIER_CLOCK");
    char line[32] = "";
    FILE *file = path ? fopen(path, "re") : NULL;

    if (file == NULL)
        return 0;
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    fclose(file);
    return strtoll(line, NULL, 10);
}
#endif

static int64_t
milliseconds(clockid_t clock)
{
    struct timespec now;

    if (clock_gettime(clock, &now) != 0)
        die("the system has no clock");
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000000;
}

static int64_t
time_of_day(void)
{
#ifdef CRIER_TEST
    return milliseconds(CLOCK_REALTIME) + test_offset();
#else
    return milliseconds(CLOCK_REALTIME);
#endif
}

/* Linux's steady clock stands still while the machine sleeps; this does
   not. */
static int64_t
steady_day(void)
{
#ifdef CLOCK_BOOTTIME
    return milliseconds(CLOCK_BOOTTIME);
#else
    return milliseconds(CLOCK_MONOTONIC);
#endif
}

/* The time of day when steady_day() and clock_steady() showed nought. */
static int64_t kept, kept_steady;
static int is_kept;

void
clock_keep(int64_t now)
{
    kept = now - steady_day();
    kept_steady = now - clock_steady();
    is_kept = 1;
}

int64_t
clock_moved(void)
{
    return time_of_day() - clock_steady() - kept_steady;
}

int64_t
clock_now(void)
{
    int64_t now = time_of_day(), expected;

    if (!is_kept)
        return now;
    expected = kept + steady_day();
    return now < expected - 2 * MINUTE || now > expected + 6 * HOUR
           ? expected : now;
}

int64_t
clock_steady(void)
{
    return milliseconds(CLOCK_MONOTONIC);
}

int
clock_is_synchronised(void)
{
    struct timex state = { .modes = 0 };

#ifdef CRIER_TEST
    if (getenv("CRIER_SYNCHRONISED") != NULL)
        return 1;
#endif
    return adjtimex(&state) != TIME_ERROR;
}

char *
clock_print(int64_t time, enum clock_style style, char *room)
{
    int64_t part = ((time % SECOND) + SECOND) % SECOND;
    time_t seconds = (time_t)((time - part) / SECOND);
    struct tm parts;
    size_t length;

    gmtime_r(&seconds, &parts);
    length = strftime(room, CLOCK_ROOM, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(room + length, CLOCK_ROOM - length,
             style == CLOCK_SECONDS ? "Z" : ".%03dZ", (int)part);
    return room;
}
