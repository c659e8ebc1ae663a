/* pieces.h: a file's pieces go up one after the other, in the memory of one.

   What a driver does for a piece is done again for each, a hundred times for a
   long file. All it was handed between two pieces goes: the values it set, and
   its strings, but for the job's resume and credentials, which stay. */
#ifndef PIECES_H
#define PIECES_H
#include "base/memory.h"
#include "network/network.h"

struct pieces {
    struct memory_mark mark;
    int values;
};

/* Before the first piece; and before each of them. */
struct pieces pieces_begin(void);
void pieces_next(const struct pieces *, struct job *);
#endif
