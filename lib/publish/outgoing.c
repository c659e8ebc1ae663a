/* outgoing.c: taking deliveries that are due. */
#include "publish/outgoing.h"
#include "core/webhook.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/secret.h"
#include "data/db.h"
#include "data/value.h"

#define OPEN \
    "EXISTS (SELECT 1 FROM delivery_attempt a" \
    " WHERE a.delivery = d.id AND a.ended_at IS NULL)"

#define DUE \
    " FROM delivery d JOIN webhook w ON w.id = d.webhook" \
    " WHERE d.state = 'pending' AND d.next_at <= :now" \
    "  AND w.state = 'active' AND w.not_before <= :now" \
    "  AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'halted')"

int
outgoing_is_due(void)
{
    value_set_integer("now", clock_now());
    return db_text("SELECT d.id" DUE " LIMIT 1") != NULL;
}

/* One whose last try was interrupted has failed; so has one that nobody
   wants any more. */
void
outgoing_recover(void)
{
    if (db_text("SELECT id FROM delivery_attempt WHERE ended_at IS NULL"
                " LIMIT 1") == NULL)
        return;
    value_set_integer("now", clock_now());
    db_begin();
    if (db_batch("UPDATE delivery AS d SET state = 'failed', next_at = NULL,"
                 "  updated_at = :now WHERE state = 'pending' AND d.id IN ("
                 "   SELECT delivery FROM delivery_attempt"
                 "    WHERE ended_at IS NULL)"
                 "  AND EXISTS (SELECT 1 FROM webhook w"
                 "   WHERE w.id = d.webhook AND (w.state = 'disabled'"
                 "    OR d.tries > w.max_retries));"
                 "UPDATE delivery_attempt SET ended_at = :now,"
                 "  error = 'interrupted: it is not known whether it arrived'"
                 " WHERE ended_at IS NULL") == DB_REFUSED)
        die("deliveries that were interrupted: %s", db_why());
    db_commit();
}

/* What is due, with its place among those of its host; those in flight come
   first there. CROSS JOIN keeps SQLite to the order: from the few in flight. */
#define CHOICE \
    "WITH busy AS MATERIALIZED (SELECT v.host, count(*) AS flights" \
    "  FROM delivery_attempt a CROSS JOIN delivery f" \
    "   ON f.id = a.delivery CROSS JOIN webhook v ON v.id = f.webhook" \
    "  WHERE a.ended_at IS NULL GROUP BY v.host)" \
    " SELECT x.id AS out_delivery FROM (SELECT d.id, d.next_at," \
    "   row_number() OVER (PARTITION BY w.host ORDER BY d.next_at, d.id)" \
    "    + ifnull((SELECT flights FROM busy WHERE busy.host = w.host), 0)" \
    "    AS place" DUE " AND NOT " OPEN ") x" \
    " WHERE x.place <= :out_per_host ORDER BY x.next_at, x.id LIMIT :out_free"

struct taking {
    struct outgoing **taken;
    int count;
};

/* Commit to one attempt, unless its webhook changed its mind meanwhile. */
static int
begin_attempt(const char *attempt)
{
    value_set_text("out_attempt", attempt);
    if (db_run("INSERT INTO delivery_attempt (id, delivery, number,"
               "  started_at) SELECT :out_attempt, d.id, 1 + (SELECT"
               "   ifnull(max(number), 0) FROM delivery_attempt"
               "   WHERE delivery = d.id), :now"
               "  FROM delivery d JOIN webhook w ON w.id = d.webhook"
               " WHERE d.id = :out_delivery AND d.state = 'pending'"
               "  AND w.state = 'active'") == DB_REFUSED)
        die("a delivery's attempt: %s", db_why());
    if (db_changes() == 0)
        return 0;
    db_run("UPDATE delivery SET tries = tries + 1, updated_at = :now,"
           "  body = ifnull(body, (SELECT json_object('event_type', e.type,"
           "   'timestamp', " DB_TIME("e.created_at") ","
           "   'profile_id', e.profile, 'data', json(e.data))"
           "   FROM event e WHERE e.id = delivery.event))"
           " WHERE id = :out_delivery");
    return 1;
}

/* The secret in a value, opened; NULL where there is none. */
static const char *
open_secret(const char *webhook, const char *name)
{
    const struct value *box = value_find(name);

    if (!value_is_set(name))
        return NULL;
    return webhook_secret(webhook, box->bytes, box->length);
}

static struct outgoing *
load(const char *attempt)
{
    struct outgoing *outgoing = memory_get(sizeof *outgoing);

    if (db_run("SELECT d.body AS out_body, d.event AS out_event,"
               "  w.id AS out_webhook, w.url AS out_url,"
               "  w.secret AS out_secret,"
               "  iif(w.old_until > :now, w.old_secret, NULL) AS out_old"
               " FROM delivery d JOIN webhook w ON w.id = d.webhook"
               " WHERE d.id = :out_delivery") != DB_ROW)
        die("delivery %s is gone", value_text("out_delivery"));
    outgoing->attempt = memory_copy(attempt);
    outgoing->delivery = memory_copy(value_text("out_delivery"));
    outgoing->webhook = memory_copy(value_text("out_webhook"));
    outgoing->message = (struct webhook_message){
        .url = memory_copy(value_text("out_url")),
        .id = memory_format("evt_%s", value_text("out_event")),
        .body = memory_copy(value_text("out_body")),
        .secret = open_secret(outgoing->webhook, "out_secret"),
        .old_secret = open_secret(outgoing->webhook, "out_old"),
        .now = value_integer("now", 0)
    };
    return outgoing;
}

static void
take(void *context)
{
    struct taking *taking = context;
    char attempt[ID_ROOM];

    if (begin_attempt(id_new(attempt)))
        taking->taken[taking->count++] = load(attempt);
}

int
outgoing_take(struct outgoing **taken, int in_flight)
{
    struct taking taking = { taken, 0 };

    value_set_integer("now", clock_now());
    value_set_integer("out_per_host", OUTGOING_PER_HOST);
    value_set_integer("out_free", OUTGOING_MOST - in_flight);
    if (in_flight >= OUTGOING_MOST
        || db_text("SELECT out_delivery FROM (" CHOICE ") LIMIT 1") == NULL)
        return 0;
    db_begin();
    db_each(CHOICE, take, &taking);
    db_commit();
    point("deliver");
    return taking.count;
}
