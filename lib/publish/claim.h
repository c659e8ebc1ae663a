/* claim.h: taking one due target for one worker.

   A claim is one transaction: the target becomes `publishing` in the worker's
   name and its attempt is written. Ticks may overlap: the unique index over
   an account's posts in flight, and the writer lock, let one of them win. */
#ifndef CLAIM_H
#define CLAIM_H
#include <stdint.h>

/* What a worker knows of the target it holds. The strings are the arena's. */
struct claim {
    const char *target, *attempt, *account;
    const char *worker;         /* NULL: nobody holds it, it is verifying */
    const char *network, *handle;
    int part;                   /* 0: it follows nothing */
    int64_t due_at;
    int64_t sent_at;            /* of the open attempt; 0: not sent. Else this
                                   is a verifying pass: find out, send nothing
                                   new */
    int64_t began_at;           /* the first attempt since the last decision,
                                   or the network's last pause */
    int64_t failures, crashes;
    int64_t credentials_version;
};

/* The target that is first in its account's order, among those that are due:
   the one being verified; then by time, those that a worker died on last. An
   SQL fragment over a row `a` of account and :now; it begins at FROM. (SQLite
   uses a partial index where a statement repeats its condition word by word;
   tests/publisher/test_plans.py watches that.) */
#define CLAIM_FIRST \
    " FROM target f WHERE f.account = a.id" \
    " AND f.state IN ('scheduled', 'verifying') AND f.held_at IS NULL" \
    " AND f.due_at <= :now" \
    " ORDER BY f.state = 'scheduled', f.crashes > 0, f.due_at, f.id LIMIT 1"

/* The accounts that may send now: active, not told to wait, nothing of theirs
   in a worker's hands, their network not paused, and nobody has stopped
   publishing. */
#define CLAIM_ACCOUNT_MAY_SEND \
    " a.status = 'active' AND a.not_before <= :now" \
    " AND NOT EXISTS (SELECT 1 FROM network_pause w" \
    "                  WHERE w.network = a.network AND w.until_at > :now)" \
    " AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'halted')" \
    " AND NOT EXISTS (SELECT 1 FROM target p WHERE p.account = a.id" \
    "                  AND p.state IN ('publishing', 'verifying')" \
    "                  AND p.state = 'publishing')"

/* Claim the account's first target if its moment has come. An earlier one
   that waits for a retry keeps the later ones waiting. Returns 1 and fills
   the claim; 0: there is nothing to do; -1: the commit failed. */
int claim_next(const char *account, const char *worker, struct claim *);

/* The same for one target, out of its account's order and before its time
   (due_at then becomes now), but never beside another of the account. */
int claim_target(const char *target, const char *worker, struct claim *);

/* What a worker holds. Returns 1 and fills the claim, or 0. */
int claim_of_worker(const char *worker, struct claim *);

/* A target that is being verified and that no worker holds, without taking
   it. Returns 1 and fills the claim, or 0. */
int claim_of_verifying(const char *target, struct claim *);
#endif
