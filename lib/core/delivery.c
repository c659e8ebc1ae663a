/* delivery.c: queueing events for webhooks. */
#include "core/delivery.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "data/db.h"
#include "data/value.h"

static void
queue(void *nothing)
{
    char id[ID_ROOM];

    (void)nothing;
    value_set_text("delivery_id", id_new(id));
    if (db_run("INSERT INTO delivery (id, event, webhook, next_at,"
               "  created_at, updated_at)"
               " VALUES (:delivery_id, :delivery_event, :delivery_webhook,"
               "  :delivery_now, :delivery_now, :delivery_now)")
        == DB_REFUSED)
        die("a delivery: %s", db_why());
}

void
delivery_queue(const char *event)
{
    value_set_text("delivery_event", event);
    value_set_integer("delivery_now", clock_now());
    db_each("SELECT w.id AS delivery_webhook FROM event e"
            "  JOIN webhook w ON w.profile = e.profile"
            " WHERE e.id = :delivery_event AND w.state = 'active'"
            "  AND NOT EXISTS (SELECT 1 FROM target t WHERE t.id = e.target"
            "   AND t.part > 0)"
            "  AND iif(e.type = 'webhook.test',"
            "   w.id = e.data ->> '$.webhook_id',"
            "   EXISTS (SELECT 1 FROM json_each(w.events)"
            "            WHERE value IN ('*', e.type)))", queue, NULL);
}

int
delivery_forget(void)
{
    int64_t before = clock_now() - DELIVERY_KEPT_DAYS * (int64_t)DAY;

    value_set_integer("delivery_before", before);
    value_set_text("delivery_since", id_since(before));
    db_run("DELETE FROM delivery WHERE id IN (SELECT d.id FROM delivery d"
           "  WHERE d.id < :delivery_since AND d.state <> 'pending'"
           "   AND d.updated_at < :delivery_before AND d.id < (SELECT max(n.id)"
           "    FROM delivery n WHERE n.webhook = d.webhook) LIMIT 300)");
    return db_changes();
}

struct fault
delivery_retry(const char *id, const char *profile)
{
    value_set_text("delivery_id", id);
    value_set_text("delivery_profile", profile);
    value_set_integer("delivery_now", clock_now());
    if (db_run("SELECT w.state = 'active' AS delivery_wanted,"
               "  EXISTS (SELECT 1 FROM delivery_attempt a"
               "   WHERE a.delivery = d.id AND a.ended_at IS NULL)"
               "  AS delivery_busy"
               " FROM delivery d JOIN webhook w ON w.id = d.webhook"
               " WHERE d.id = :delivery_id"
               "  AND w.profile = :delivery_profile") != DB_ROW)
        return (struct fault){ .kind = FAULT_NOT_FOUND };
    if (!value_integer("delivery_wanted", 0))
        return (struct fault){ .kind = FAULT_CONFLICT,
            .detail = "The webhook is disabled; make it active first." };
    if (value_integer("delivery_busy", 0))
        return (struct fault){ .kind = FAULT_CONFLICT,
            .detail = "The delivery is being sent at this moment." };
    db_run("UPDATE delivery SET state = 'pending', tries = 0,"
           "  next_at = :delivery_now, updated_at = :delivery_now"
           " WHERE id = :delivery_id");
    return NO_FAULT;
}
