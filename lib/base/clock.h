/* clock.h: what time it is, and times as people and programs write them.

   Every time in Crier is a count of milliseconds since 1970-01-01T00:00:00Z
   (leap seconds left out, as POSIX does). */
#ifndef CLOCK_H
#define CLOCK_H
#include <stddef.h>
#include <stdint.h>

enum {
    SECOND = 1000,
    MINUTE = 60 * SECOND,
    HOUR = 60 * MINUTE,
    DAY = 24 * HOUR
};

/* The time of day. In test builds (-DCRIER_TEST) the file that the variable
   CRIER_CLOCK names adds to it, when it is there: a signed number of
   milliseconds. Release builds do not know the variable. */
int64_t clock_now(void);

/* It is now, rightly: from here on clock_now() of this process and its
   children follows the time of day only from two minutes behind to six hours
   ahead of what a steady clock, which counts a suspended machine's sleep too,
   has made of it. Beyond that it goes on by that one: a time that jumps while
   a post is being sent is no time to write down. */
void clock_keep(int64_t now);

/* Milliseconds by which the time of day, as the system has it, has moved
   against clock_steady() since clock_keep(). */
int64_t clock_moved(void);

/* No clock that is right shows less: the day Crier was begun. A machine
   without a battery starts in 1970. */
#define CLOCK_EARLIEST 1735689600000    /* 2025-01-01T00:00:00Z */

/* Milliseconds of a clock that only goes forward; for measuring waits. */
int64_t clock_steady(void);

enum clock_style { CLOCK_SECONDS, CLOCK_MILLISECONDS };

enum { CLOCK_ROOM = 32 };

/* Write a time as 2026-05-01T15:00:00.000Z (or without the .000) into room of
   CLOCK_ROOM bytes, and return it. */
char *clock_print(int64_t time, enum clock_style, char *room);

enum clock_answer { CLOCK_OK, CLOCK_BAD_TIME, CLOCK_BAD_ZONE };

/* Read an ISO 8601 / RFC 3339 date-time: YYYY-MM-DDTHH:MM[:SS[.fraction]]
   with Z or an offset, T may be a space. Without an offset it is local to
   zone (an IANA name; NULL or "" is UTC). A local time that a daylight change
   skips moves forward by the gap; one that comes twice is the first of them.
   What is after the year 9999 in UTC is no time: it could not be printed so.
   A name is accepted when it has the form of a name and stands in the
   system's zone database. */
enum clock_answer clock_read(const char *string, const char *zone,
                             int64_t *time);

/* Is this the name of a time zone that this machine knows? */
int clock_zone_known(const char *zone);

/* 1 when the kernel says that the system clock is being synchronised; in test
   builds also where the variable CRIER_SYNCHRONISED is there. */
int clock_is_synchronised(void);
#endif
