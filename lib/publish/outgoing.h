/* outgoing.h: deliveries on their way: taken, and recorded.

   A delivery's attempt is committed, with the frozen body, before its request
   begins. Only the one process that holds the deliverer's lock takes and
   records; so an attempt without an end, found by the next holder, was
   interrupted, and its delivery goes out again under the same id. */
#ifndef OUTGOING_H
#define OUTGOING_H
#include "network/webhook.h"

enum {
    OUTGOING_MOST = 32,         /* at once */
    OUTGOING_PER_HOST = 4
};

/* One attempt. The strings are the arena's. */
struct outgoing {
    const char *attempt, *delivery, *webhook;
    struct webhook_message message;
};

/* Is anything due, or in the hands of a process that may have died? */
int outgoing_is_due(void);

/* What a dead deliverer left: its attempts end as interrupted. */
void outgoing_recover(void);

/* Take what is due, the longest due first, so that with those in flight
   there are OUTGOING_MOST at most and OUTGOING_PER_HOST for each host.
   Returns how many were taken into the array. */
int outgoing_take(struct outgoing **taken, int in_flight);

/* Inside a transaction: write down what became of an attempt, of its delivery
   and of its webhook: done; to be repeated, later if the receiver asked for
   that; or failed for good. 410, or five days without one success, disables
   the webhook. */
void outgoing_record(const struct outgoing *, const struct http_answer *);
#endif
