/* webhook.h: where a profile wants to be told of its events.

   A webhook's secret signs what it is sent; it is kept sealed
   (secret_load_key() comes before) and shown only when it is made here. All
   that changes something runs inside the caller's transaction; after a fault
   the caller rolls back. */
#ifndef WEBHOOK_H
#define WEBHOOK_H
#include <stdint.h>
#include "base/secret.h"
#include "core/fault.h"

enum {
    WEBHOOKS_MOST = 20,         /* of one profile */
    WEBHOOK_URL_MOST = 2000,    /* characters */
    WEBHOOK_SECRET_MOST = 256,
    WEBHOOK_RETRIES = 9,        /* where nobody says otherwise */
    WEBHOOK_RETRIES_MOST = 10
};

/* Every type of event there is, ended by NULL. */
extern const char *const webhook_events[];

/* What a webhook is to be; a has_ that is 0 leaves its part as it is, or as
   a new one has it. */
struct webhook_wish {
    int has_url, has_events, has_secret, has_active, has_retries;
    const char *url;            /* http or https */
    const char *events;         /* JSON: a list of types or of "*" alone;
                                   NULL: all */
    const char *secret;         /* NULL: one made here */
    int active;
    int64_t retries;
};

/* Make a webhook. id has ID_ROOM bytes; *made is the secret where it was made
   here, else NULL. Faults: FAULT_FIELD (url, events, secret, maxRetries);
   FAULT_CONFLICT, the profile has WEBHOOKS_MOST of them. */
struct fault webhook_create(const char *profile, const struct webhook_wish *,
                            char *id, const char **made);

/* Change one. A replaced secret signs beside the new one for a day. What was
   disabled and becomes active is given a new start; what waits for one that
   becomes disabled has failed. FAULT_NOT_FOUND, and those of
   webhook_create(). */
struct fault webhook_edit(const char *profile, const char *id,
                          const struct webhook_wish *, const char **made);

/* Stop telling it, for a reason that its owner reads, and write
   webhook.disabled. Nothing happens to one that is disabled already. */
void webhook_disable(const char *id, const char *reason);

/* Queue a webhook.test for it: :delivery_id is then its delivery.
   FAULT_NOT_FOUND; FAULT_CONFLICT where it is disabled. */
struct fault webhook_test(const char *profile, const char *id);

/* Open a secret that was sealed for this webhook; the program ends where it
   was sealed by another instance's key. */
const char *webhook_secret(const char *id, const void *box, size_t length);

/* Could it be opened? */
int webhook_opens(const char *id, const void *box, size_t length);
#endif
