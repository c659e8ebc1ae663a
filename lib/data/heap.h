/* heap.h: the memory SQLite works in.

   A request reads the whole schema, in some five thousand small allocations:
   they come from a region of the program itself and from lists of blocks that
   were freed, a few instructions each. What every request uses of the region
   the kernel is asked for at once, and pages of the database are read into
   memory of their own, as many as come. Builds with AddressSanitizer leave
   SQLite the C library's, so that a byte beyond a block is seen. */
#ifndef HEAP_H
#define HEAP_H

/* Before sqlite3_initialize() and the first connection of the process. */
void heap_start(void);
#endif
