/* change.h: edits and deletions of posts that are public already.

   Both are repeatable: an edit says the whole text, and a deletion finds the
   post gone. So a change is claimed, its attempt committed as sent, the call
   made; and whatever becomes of worker and call, the change ends as done or
   failed, or is tried again: three times in all, after 1 and 2 times
   retry_seconds. Changes pass by the account's queue of posts. */
#ifndef CHANGE_H
#define CHANGE_H
#include "network/network.h"
#include "publish/claim.h"

struct change {
    struct claim claim;         /* failures and crashes are the change's */
    int is_edit;                /* else it deletes */
    const char *text;           /* of an edit */
    int64_t asked_at;
};

/* What became of a try. outcome: done, retry, failed or crashed. */
struct change_ending {
    const char *outcome;
    int64_t next_at;            /* of retry and crashed */
    int failures, crashes;      /* what to add: 0 or 1 */
    int64_t not_before;         /* the account waits until then; 0: no need */
    int account_expired;
    struct result result;
};

/* What follows a post is taken away before it: a condition in SQL over a row
   `c` of change. */
#define CHANGE_COMES_NEXT \
    " NOT EXISTS (SELECT 1 FROM target o JOIN change h ON h.target = o.id" \
    "  WHERE o.root = c.target)"

/* Claim the change of a target if its moment has come. Returns 1 and fills
   the change; 0: there is nothing to do; -1: the commit failed. */
int change_claim(const char *target, const char *worker, struct change *);

/* Make the claimed change, and write what became of it. */
void change_work(struct change *);

/* For each change in the hands of a dead worker: its attempt ends as crashed,
   and the change is due again; the third time it has failed. */
void change_recover(void);

/* change_record.c: what a worker holds (1 and the change, or 0); and, in one
   transaction, writing an ending. change_write() returns 1, or 0 where the
   worker holds the change no more; a commit that fails is tried again for a
   minute, then ends the program: the change is recovered as a dead worker's. */
int change_of_worker(const char *worker, struct change *);
int change_write(const struct change *, const struct change_ending *);
#endif
