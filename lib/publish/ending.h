/* ending.h: what an answer of a network, or a worker's death, means for the
   target it was about. Only decisions are here; finish.h writes them. */
#ifndef ENDING_H
#define ENDING_H
#include <stdint.h>
#include "network/network.h"
#include "publish/claim.h"

enum stage { STAGE_PREPARE, STAGE_SEND, STAGE_LOOK_UP };

enum {
    ENDING_TRIES = 3,           /* failures that count, until it has failed */
    ENDING_CRASHES = 3          /* workers that may die on one target */
};

struct ending {
    const char *outcome;        /* of the attempt; NULL: it stays open */
    const char *state;          /* of the target */
    int64_t next_at;            /* where the target goes on */
    int failures, crashes;      /* what to add: 0 or 1 */
    const char *category;       /* one word, or NULL */
    const char *words;          /* a sentence, or NULL */
    long http_status;           /* 0: none */
    const char *remote_id, *permalink;
    int64_t not_before;         /* the account waits until then; 0: no need */
    const char *pause;          /* the network waits: `posts' or `all' of it
                                   (core/pause.h); NULL: it does not */
    int64_t pause_until;
    int account_expired;        /* 1: it must be connected again */
};

/* The rules of RELIABILITY.md 5.3, for one answer given at a stage:
   - surely not posted and worth another try: scheduled again after 1, 2, 4
     times retry_seconds (+-20 %) or when the network says; the third failure,
     or the first after 24 hours of tries, is the last. A network that is asked
     too often (rate_limited) or still busy is no failure; where it names no
     time to come back, the account waits as long again as it has lasted, an
     hour at most.
   - an account that must be connected again: the target waits for that.
   - a network that refuses the whole application: the target waits, and with
     it all of the network's; that is no failure, however long it lasts.
   - unknown: verifying, where the network can be asked; else uncertain.
   - after an unknown send only proof ends the doubt: a refusal of the second
     request says nothing of the first (I11), and half an hour without proof
     makes it uncertain. */
struct ending ending_of_result(enum stage, const struct result *,
                               const struct claim *, int64_t now);

/* What such a result, of anything asked of a network, means for the network:
   `posts', `all', or NULL; and until when. */
const char *ending_extent(const struct result *);
int64_t ending_pause_until(const struct result *, int64_t now);

/* The worker that held the claim died. Not sent: scheduled again, and failed
   as `poison` at the third death. Sent: as an unknown answer. */
struct ending ending_of_crash(const struct claim *, int64_t now);

/* Nothing happened: the target goes back untouched. */
struct ending ending_of_release(int64_t next_at);

/* An unknown send that nobody can ask about any more. */
struct ending ending_of_doubt(const struct claim *, const char *words);
#endif
