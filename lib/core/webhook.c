/* webhook.c: making, changing and disabling webhooks. */
#include "core/webhook.h"
#include "core/config.h"
#include "core/event.h"
#include "core/webhook_form.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/db.h"
#include "data/value.h"

#include <string.h>

enum { SECRET_BYTES = 32 };

const char *
webhook_secret(const char *id, const void *box, size_t length)
{
    struct text plain = { 0 };

    if (!secret_open(memory_format("webhook%s", id), box, length, &plain))
        die("the secret of webhook %s does not open: this key file is not the"
            " one it was sealed with", id);
    return text_string(&plain);
}

int
webhook_opens(const char *id, const void *box, size_t length)
{
    struct text plain = { 0 };

    return secret_open(memory_format("webhook%s", id), box, length, &plain);
}

/* A secret in the form that Standard Webhooks has for them. */
static const char *
new_secret(void)
{
    uint8_t bytes[SECRET_BYTES];
    struct text secret = { .limit = WEBHOOK_SECRET_MOST };

    secret_fill(bytes, sizeof bytes);
    text_add(&secret, WEBHOOK_SECRET_START);
    base64_add(&secret, bytes, sizeof bytes);
    return text_string(&secret);
}

/* Set :webhook_box to the wish's secret, sealed, or to one made here. */
static const char *
seal(const char *id, const struct webhook_wish *wish)
{
    const char *made = wish->secret == NULL ? new_secret() : NULL;
    const char *secret = made ? made : wish->secret;
    struct text box = { 0 };

    secret_seal(memory_format("webhook%s", id), secret, strlen(secret), &box);
    value_set_blob("webhook_box", box.data, box.length);
    return made;
}

/* Check the wish and set the values that both statements use. */
static struct fault
set_wish(const char *profile, const char *id, const struct webhook_wish *wish,
         const char **made)
{
    struct fault fault = webhook_form_fault(wish);

    *made = NULL;
    if (fault.kind)
        return fault;
    value_set_text("webhook_id", id);
    value_set_text("webhook_profile", profile);
    value_set_text("webhook_url", wish->has_url ? wish->url : NULL);
    value_set_text("webhook_host", wish->has_url ? webhook_form_host(wish->url)
                                                 : NULL);
    value_set_text("webhook_events", !wish->has_events ? NULL
                   : wish->events ? wish->events : "[\"*\"]");
    value_set_null("webhook_box");
    if (wish->has_secret)
        *made = seal(id, wish);
    value_set_null("webhook_retries");
    if (wish->has_retries)
        value_set_integer("webhook_retries", wish->retries);
    value_set_integer("webhook_now", clock_now());
    return NO_FAULT;
}

struct fault
webhook_create(const char *profile, const struct webhook_wish *wish, char *id,
               const char **made)
{
    struct webhook_wish whole = *wish;
    struct fault fault;

    whole.has_url = whole.has_events = whole.has_secret = 1;
    whole.has_retries = 1;
    if (!wish->has_retries)
        whole.retries = WEBHOOK_RETRIES;
    fault = set_wish(profile, id_new(id), &whole, made);
    if (fault.kind)
        return fault;
    value_set_integer("webhook_most", WEBHOOKS_MOST);
    if (db_integer("SELECT count(*) >= :webhook_most FROM webhook"
                   " WHERE profile = :webhook_profile", 0))
        return (struct fault){ .kind = FAULT_CONFLICT, .limit = WEBHOOKS_MOST,
            .detail = memory_format("A profile has at most %d webhooks.",
                                    WEBHOOKS_MOST) };
    value_set_text("webhook_state", wish->has_active && !wish->active
                   ? "disabled" : "active");
    if (db_run("INSERT INTO webhook (id, profile, url, host, events, secret,"
               "  max_retries, state, reason, created_at, updated_at)"
               " VALUES (:webhook_id, :webhook_profile, :webhook_url,"
               "  :webhook_host, json(:webhook_events), :webhook_box,"
               "  :webhook_retries, :webhook_state,"
               "  iif(:webhook_state = 'active', NULL, 'Its owner disabled"
               " it.'), :webhook_now, :webhook_now)") == DB_REFUSED)
        return (struct fault){ .kind = FAULT_FIELD, .detail = db_why() };
    return NO_FAULT;
}

/* Stop, and fail what waits; what is on its way just now is judged when its
   answer comes. Returns 0 where it was disabled already. */
static int
stop(const char *id, const char *reason)
{
    value_set_text("webhook_id", id);
    value_set_text("webhook_reason", reason);
    value_set_integer("webhook_now", clock_now());
    db_run("UPDATE webhook SET state = 'disabled', reason = :webhook_reason,"
           "  updated_at = :webhook_now"
           " WHERE id = :webhook_id AND state = 'active'");
    if (db_changes() == 0)
        return 0;
    db_run("UPDATE delivery SET state = 'failed', next_at = NULL,"
           "  updated_at = :webhook_now"
           " WHERE webhook = :webhook_id AND state = 'pending'"
           "  AND NOT EXISTS (SELECT 1 FROM delivery_attempt a"
           "   WHERE a.delivery = delivery.id AND a.ended_at IS NULL)");
    return 1;
}

void
webhook_disable(const char *id, const char *reason)
{
    if (stop(id, reason))
        event_of_webhook("webhook.disabled", id);
}

struct fault
webhook_edit(const char *profile, const char *id,
             const struct webhook_wish *wish, const char **made)
{
    struct fault fault = set_wish(profile, id, wish, made);

    if (fault.kind)
        return fault;
    if (db_run("UPDATE webhook SET url = ifnull(:webhook_url, url),"
               "  host = ifnull(:webhook_host, host),"
               "  events = ifnull(json(:webhook_events), events),"
               "  old_secret = iif(:webhook_box IS NULL, old_secret, secret),"
               "  old_until = iif(:webhook_box IS NULL, old_until,"
               "                  :webhook_now + 86400000),"
               "  secret = ifnull(:webhook_box, secret),"
               "  max_retries = ifnull(:webhook_retries, max_retries),"
               "  updated_at = :webhook_now"
               " WHERE id = :webhook_id AND profile = :webhook_profile")
        == DB_REFUSED)
        return (struct fault){ .kind = FAULT_FIELD, .detail = db_why() };
    if (db_changes() == 0)
        return (struct fault){ .kind = FAULT_NOT_FOUND };
    if (wish->has_active && !wish->active)
        stop(id, "Its owner disabled it.");
    else if (wish->has_active)
        db_run("UPDATE webhook SET state = 'active', reason = NULL,"
               "  failing_since = NULL, not_before = 0"
               " WHERE id = :webhook_id AND state = 'disabled'");
    return NO_FAULT;
}

struct fault
webhook_test(const char *profile, const char *id)
{
    const char *state;

    value_set_text("webhook_id", id);
    value_set_text("webhook_profile", profile);
    state = db_text("SELECT state FROM webhook WHERE id = :webhook_id"
                    " AND profile = :webhook_profile");
    if (state == NULL)
        return (struct fault){ .kind = FAULT_NOT_FOUND };
    if (!text_same(state, "active"))
        return (struct fault){ .kind = FAULT_CONFLICT,
            .detail = "The webhook is disabled; make it active first." };
    event_of_webhook("webhook.test", id);
    return NO_FAULT;
}
