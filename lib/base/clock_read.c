/* clock_read.c: reading times as people and programs write them. */
#include "base/clock.h"
#include "base/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LAST_SECOND 253402300799LL      /* of the year 9999 */

/* Take exactly width digits; -1 where they are not digits. */
static int
digits(const char **p, int width)
{
    int number = 0;

    while (width-- > 0) {
        if (**p < '0' || **p > '9')
            return -1;
        number = number * 10 + (*(*p)++ - '0');
    }
    return number;
}

static int
take(const char **p, char wanted)
{
    if (**p != wanted)
        return 0;
    (*p)++;
    return 1;
}

static int
days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30,
                                31, 31, 30, 31, 30, 31 };
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

static int
read_date(const char **p, struct tm *parts)
{
    int year = digits(p, 4), month, day;

    if (year < 1970 || !take(p, '-'))
        return 0;
    month = digits(p, 2);
    if (month < 1 || month > 12 || !take(p, '-'))
        return 0;
    day = digits(p, 2);
    if (day < 1 || day > days_in_month(year, month))
        return 0;
    parts->tm_year = year - 1900;
    parts->tm_mon = month - 1;
    parts->tm_mday = day;
    return 1;
}

static int
read_time(const char **p, struct tm *parts, int *thousandths)
{
    int scale = 100;

    parts->tm_hour = digits(p, 2);
    if (parts->tm_hour < 0 || parts->tm_hour > 23 || !take(p, ':'))
        return 0;
    parts->tm_min = digits(p, 2);
    if (parts->tm_min < 0 || parts->tm_min > 59)
        return 0;
    *thousandths = 0;
    if (!take(p, ':'))
        return 1;
    parts->tm_sec = digits(p, 2);
    if (parts->tm_sec < 0 || parts->tm_sec > 60)
        return 0;
    if (!take(p, '.'))
        return 1;
    if (**p < '0' || **p > '9')
        return 0;
    for (; **p >= '0' && **p <= '9'; (*p)++, scale /= 10)
        *thousandths += (**p - '0') * scale;
    return 1;
}

/* Take Z or +hh:mm, +hhmm, +hh. Returns 1 and the offset in seconds, 0 where
   there is none, -1 where it is malformed. */
static int
read_offset(const char **p, long *offset)
{
    int sign = **p == '-' ? -1 : 1, hours, minutes = 0;

    *offset = 0;
    if (**p == 'Z' || **p == 'z') {
        (*p)++;
        return 1;
    }
    if (**p != '+' && **p != '-')
        return 0;
    (*p)++;
    hours = digits(p, 2);
    if (**p != '\0') {
        take(p, ':');
        minutes = digits(p, 2);
    }
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return -1;
    *offset = sign * (hours * 3600L + minutes * 60L);
    return 1;
}

int
clock_zone_known(const char *zone)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "abcdefghijklmnopqrstuvwxyz0123456789_+-/";
    char path[128], magic[4];
    int file, known;

    if (zone[0] == '\0' || zone[0] == '/' || text_ends(zone, "/")
        || strstr(zone, "//") != NULL || strlen(zone) > 64
        || text_begins(zone, "right/")  /* counts leap seconds */
        || zone[strspn(zone, allowed)] != '\0')
        return 0;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    known = read(file, magic, 4) == 4 && memcmp(magic, "TZif", 4) == 0;
    close(file);
    return known;
}

/* mktime() with daylight time as said. Returns 1, or 0 where it knows none
   (-1 is a time too). */
static int
make_time(struct tm *parts, int saved, time_t *seconds)
{
    parts->tm_isdst = saved;
    parts->tm_wday = -1;
    *seconds = mktime(parts);
    return parts->tm_wday >= 0;
}

/* Seconds that a local time in the process's zone stands for. */
static time_t
local_seconds(struct tm parts)
{
    struct tm first = parts, second = parts;
    time_t with, without;

    /* Asked with and without daylight time: in an overlap the smaller answer
       is the first of the two; in a gap the larger one lies after it. */
    if (!make_time(&first, 1, &with) || !make_time(&second, 0, &without)) {
        parts.tm_mday--;        /* a day that was left out, as in Samoa */
        make_time(&parts, -1, &without);
        return without + DAY / SECOND;
    }
    if (with == without)
        return with;
    if (first.tm_hour == parts.tm_hour && first.tm_min == parts.tm_min
        && (second.tm_hour != parts.tm_hour || second.tm_min != parts.tm_min
            || with < without))
        return with;
    if (second.tm_hour == parts.tm_hour && second.tm_min == parts.tm_min)
        return without;
    return with > without ? with : without;
}

enum clock_answer
clock_read(const char *string, const char *zone, int64_t *result)
{
    struct tm parts = { .tm_isdst = -1 };
    int thousandths, has_offset;
    const char *p = string;
    time_t seconds;
    long offset;

    if (!read_date(&p, &parts) || (*p != 'T' && *p != 't' && *p != ' '))
        return CLOCK_BAD_TIME;
    p++;
    if (!read_time(&p, &parts, &thousandths))
        return CLOCK_BAD_TIME;
    has_offset = read_offset(&p, &offset);
    if (has_offset < 0 || *p != '\0')
        return CLOCK_BAD_TIME;
    if (has_offset || zone == NULL || zone[0] == '\0') {
        seconds = timegm(&parts) - offset;
    } else {
        if (!clock_zone_known(zone))
            return CLOCK_BAD_ZONE;
        setenv("TZ", zone, 1);
        tzset();
        seconds = local_seconds(parts);
    }
    if (seconds > LAST_SECOND)
        return CLOCK_BAD_TIME;
    *result = (int64_t)seconds * SECOND + thousandths;
    return CLOCK_OK;
}
