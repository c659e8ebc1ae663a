/* native_webhooks.h: shapes and operations of the programs webhooks and
   deliveries. */
#ifndef NATIVE_WEBHOOKS_H
#define NATIVE_WEBHOOKS_H
#include "dialect/native.h"

#define NATIVE_LAST(column) \
    "(SELECT " column " FROM delivery d WHERE d.webhook = w.id" \
    " ORDER BY d.id DESC LIMIT 1)"

/* A webhook, `w`; its secret is not shown. */
#define NATIVE_WEBHOOK \
    "json_object('id', 'webhook_' || w.id, 'url', w.url," \
    " 'events', json(w.events)," \
    " 'active', json(iif(w.state = 'active', 'true', 'false'))," \
    " 'disabledReason', w.reason, 'maxRetries', w.max_retries," \
    " 'failingSince', " NATIVE_TIME("w.failing_since") "," \
    " 'lastDeliveryAt', " NATIVE_LAST(NATIVE_TIME("d.updated_at")) "," \
    " 'lastDeliveryStatus', " NATIVE_LAST("d.state") "," \
    " 'createdAt', " NATIVE_TIME("w.created_at") "," \
    " 'updatedAt', " NATIVE_TIME("w.updated_at") ")"

/* A delivery `d` of event `e`, with its last 20 attempts. */
#define NATIVE_DELIVERY \
    "json_object('id', 'delivery_' || d.id," \
    " 'webhookId', 'webhook_' || d.webhook, 'eventId', 'evt_' || e.id," \
    " 'eventType', e.type, 'status', d.state," \
    " 'nextAttemptAt', " NATIVE_TIME("d.next_at") "," \
    " 'attempts', (SELECT json_group_array(json_object('number', number," \
    "   'startedAt', " NATIVE_TIME("started_at") "," \
    "   'durationMs', ended_at - started_at," \
    "   'responseStatus', status, 'response', answer, 'error', error))" \
    "  FROM (SELECT * FROM (SELECT * FROM delivery_attempt" \
    "   WHERE delivery = d.id ORDER BY number DESC LIMIT 20)" \
    "   ORDER BY number))," \
    " 'createdAt', " NATIVE_TIME("d.created_at") "," \
    " 'updatedAt', " NATIVE_TIME("d.updated_at") ")"

#define NATIVE_ONE_DELIVERY \
    "SELECT " NATIVE_DELIVERY " FROM delivery d" \
    " JOIN event e ON e.id = d.event JOIN webhook w ON w.id = d.webhook" \
    " WHERE w.profile = :my_profile AND d.id = "

/* The deliveries of one webhook; a page is what follows its cursor. */
#define NATIVE_DELIVERIES \
    "WITH page AS MATERIALIZED (SELECT d.id, row_number() OVER" \
    "  (ORDER BY d.id DESC) AS place FROM delivery d WHERE d.webhook = :id" \
    "  AND d.id < coalesce(:cursor, '~')" \
    "  AND (:status IS NULL OR d.state = :status)" \
    "  ORDER BY d.id DESC LIMIT :limit + 1)" \
    " SELECT json_object('deliveries'," \
    " (SELECT json_group_array(" NATIVE_DELIVERY ")" \
    "  FROM (SELECT id FROM page WHERE place <= :limit ORDER BY place) x" \
    "  JOIN delivery d ON d.id = x.id JOIN event e ON e.id = d.event)," \
    " 'nextCursor', (SELECT 'delivery_' || (SELECT id FROM page" \
    "   WHERE place = :limit) FROM page WHERE place > :limit))" \
    " FROM webhook w WHERE w.id = :id AND w.profile = :my_profile"

extern const struct field native_webhook_fields[];
extern const struct field native_webhook_change_fields[];

/* The operations; each ends in an answer. */
void native_webhook_create(void);
void native_webhook_change(void);
void native_webhook_test(void);
void native_delivery_retry(void);
#endif
