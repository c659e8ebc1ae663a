/* finish.h: writing an ending, in one transaction. */
#ifndef FINISH_H
#define FINISH_H
#include "publish/ending.h"

enum finish {
    FINISH_WRITTEN,
    FINISH_LOST,                /* the worker holds it no more: not written */
    FINISH_FAILED               /* the commit failed: state unknown */
};

/* Write what became of a claim: attempt, target, account and outbox change
   together or not at all. Only what the claim's worker still holds changes;
   whatever else it finds is noted and left alone. */
enum finish finish_once(const struct claim *, const struct ending *);

/* The same, by the worker itself. A commit that fails is tried again for a
   minute; then, or where the database fails otherwise, the ending goes to the
   worker's spool file and the program ends with status 75 (EX_TEMPFAIL): the
   next tick writes it (spool.h). */
void finish(const struct claim *, const struct ending *);

/* The values of an ending, as :end_... names, that the transaction reads; and
   the transaction over them. For spool.h, which keeps and returns them. */
void finish_set_values(const struct claim *, const struct ending *);
enum finish finish_write(void);
#endif
