/* tid.c: base32-sortable record keys. */
#include "network/tid.h"
#include "base/clock.h"
#include "base/secret.h"

#include <string.h>

char *
tid_make(int64_t due_at, const char *target, char *room)
{
    static const char alphabet[] = "234567abcdefghijklmnopqrstuvwxyz";
    uint8_t hash[HASH_BYTES];
    uint64_t number;
    uint32_t microseconds, clock_id;
    int i;

    hash_bytes(target, strlen(target), hash);
    microseconds = ((uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16
                    | (uint32_t)hash[2] << 8 | hash[3]) % 1000000;
    clock_id = ((uint32_t)hash[4] << 8 | hash[5]) & 0x3ff;
    number = (uint64_t)(due_at / SECOND) * 1000000 + microseconds;
    number = (number & ((1ULL << 53) - 1)) << 10 | clock_id;
    for (i = 12; i >= 0; i--, number >>= 5)
        room[i] = alphabet[number & 31];
    room[13] = '\0';
    return room;
}
