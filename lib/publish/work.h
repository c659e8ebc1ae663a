/* work.h: one claimed target, from its content to its ending. */
#ifndef WORK_H
#define WORK_H
#include "publish/claim.h"

/* Publish the target, or find out what became of it, and write its ending.
   Everything that may be repeated comes before arm(); one call follows it. */
void work(struct claim *);
#endif
