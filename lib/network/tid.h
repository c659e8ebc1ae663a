/* tid.h: Bluesky's record keys, derived so that a repeat finds its own.

   A TID (atproto.com/specs/tid) is 64 bits in 13 letters that sort as the
   numbers do: a zero bit, 53 bits of microseconds since 1970, 10 bits of
   "clock id". A PDS refuses another form as the key of a post. */
#ifndef TID_H
#define TID_H
#include <stdint.h>

enum { TID_ROOM = 14 };         /* 13 letters and a NUL */

/* The record key of a target that is due at due_at (milliseconds, not before
   1970): its second is the target's, the microseconds in it and the clock id
   are 30 bits of SHA-256 of the target's id. So two targets of one account
   that are due in the same second get one key once in a billion. Returns
   room, which has TID_ROOM bytes. */
char *tid_make(int64_t due_at, const char *target, char *room);
#endif
