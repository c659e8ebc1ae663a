/* delivery.h: events on their way to webhooks.

   Each event has one delivery for each webhook that wanted it when it
   happened. All of these run inside the caller's transaction. */
#ifndef DELIVERY_H
#define DELIVERY_H
#include "core/fault.h"

enum { DELIVERY_KEPT_DAYS = 30 };

/* Queue an event for every active webhook of its profile that wants its type;
   a webhook.test goes to the one it is about. */
void delivery_queue(const char *event);

/* Send a delivery of this profile again, now, under the id and with the bytes
   it has; the retries begin anew. FAULT_NOT_FOUND; FAULT_CONFLICT where its
   webhook is disabled, or it is being sent at this moment. */
struct fault delivery_retry(const char *id, const char *profile);

/* Forget some of what was delivered or has failed DELIVERY_KEPT_DAYS ago, with
   its attempts, but each webhook's newest. Returns how many rows of both. */
int delivery_forget(void);
#endif
