/* event.c: rows of the outbox. */
#include "core/event.h"
#include "core/delivery.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "data/db.h"
#include "data/value.h"

static void
add(const char *type, const char *of, const char *attempt, const char *sql)
{
    char id[ID_ROOM];

    value_set_text("event_id", id_new(id));
    value_set_text("event_type", type);
    value_set_text("event_of", of);
    value_set_text("event_attempt", attempt);
    value_set_integer("event_at", clock_now());
    if (db_run(sql) == DB_REFUSED)
        die("event %s of %s: %s", type, of, db_why());
    if (db_changes() != 1)
        die("event %s of %s: nothing to tell", type, of);
    delivery_queue(id);
}

void
event_of_target(const char *type, const char *target, const char *attempt)
{
    add(type, target, attempt,
        "INSERT INTO event (id, profile, type, target, attempt, data,"
        " created_at)"
        " SELECT :event_id, t.profile, :event_type, t.id, :event_attempt,"
        "  json_object('target_id', t.id, 'post_id', t.post,"
        "   'platform', t.network, 'account_id', t.account,"
        "   'status', t.state, 'content', coalesce(t.text, p.text),"
        "   'external_id', p.external_id,"
        "   'scheduled_for', " DB_TIME("t.due_at") ","
        "   'published_at', " DB_TIME("t.published_at") ","
        "   'external_post_id', t.remote_id, 'permalink', t.permalink,"
        "   'category', t.category, 'reason', t.reason), :event_at"
        "  FROM target t JOIN post p ON p.id = t.post WHERE t.id = :event_of");
}

/* No event of another type stands for that transition: the part has its own,
   of which no webhook is told. */
void
event_of_part(const char *part, const char *attempt)
{
    value_set_text("event_of", part);
    if (db_run("SELECT 1 AS event_tells FROM target t JOIN target r"
               " ON r.id = t.root WHERE t.id = :event_of"
               " AND r.state = 'posted' AND r.hidden_at IS NULL") != DB_ROW)
        return;
    add("post.partial", part, attempt,
        "INSERT INTO event (id, profile, type, target, attempt, data,"
        " created_at)"
        " SELECT :event_id, r.profile, :event_type, r.id, :event_attempt,"
        "  json_object('target_id', r.id, 'post_id', r.post,"
        "   'platform', r.network, 'account_id', r.account,"
        "   'status', 'partial', 'content', coalesce(r.text, p.text),"
        "   'external_id', p.external_id,"
        "   'scheduled_for', " DB_TIME("r.due_at") ","
        "   'published_at', " DB_TIME("r.published_at") ","
        "   'external_post_id', r.remote_id, 'permalink', r.permalink,"
        "   'part', t.part, 'category', t.category, 'reason', t.reason),"
        "  :event_at"
        "  FROM target t JOIN target r ON r.id = t.root"
        "  JOIN post p ON p.id = t.post WHERE t.id = :event_of");
}

void
event_of_account(const char *type, const char *account)
{
    add(type, account, NULL,
        "INSERT INTO event (id, profile, type, attempt, data, created_at)"
        " SELECT :event_id, profile, :event_type, :event_attempt,"
        "  json_object('account_id', id, 'platform', network,"
        "   'handle', handle, 'status', status), :event_at"
        "  FROM account WHERE id = :event_of");
}

void
event_of_media(const char *media)
{
    add("media.created", media, NULL,
        "INSERT INTO event (id, profile, type, attempt, data, created_at)"
        " SELECT :event_id, profile, :event_type, :event_attempt,"
        "  json_object('media_id', id, 'type', type, 'bytes', bytes,"
        "   'width', width, 'height', height), :event_at"
        "  FROM media WHERE id = :event_of");
}

void
event_of_webhook(const char *type, const char *webhook)
{
    add(type, webhook, NULL,
        "INSERT INTO event (id, profile, type, attempt, data, created_at)"
        " SELECT :event_id, profile, :event_type, :event_attempt,"
        "  json_object('webhook_id', id, 'url', url, 'reason', reason),"
        "  :event_at FROM webhook WHERE id = :event_of");
}
