/* native_webhooks.c: the operations on webhooks that one statement cannot
   do. */
#include "dialect/native_webhooks.h"
#include "core/config.h"
#include "core/delivery.h"
#include "core/webhook.h"
#include "web/idempotency.h"

#define FIELDS(must) \
    { "url", TEXT, 1, WEBHOOK_URL_MOST, .required = must, \
      .words = "Where to POST events; https" }, \
    { "events", LIST, 1, 20, .item = TEXT, .item_maximum = 40, \
      .words = "Types of events, or * alone for all (the default)" }, \
    { "secret", TEXT, 1, WEBHOOK_SECRET_MOST, .nullable = 1, \
      .words = "What signs deliveries; absent from a new webhook, or null:" \
               " one is made and shown this once" }, \
    { "maxRetries", INTEGER, 0, WEBHOOK_RETRIES_MOST, \
      .words = "How often a failed delivery is repeated (9)" }, \
    { "active", BOOLEAN, .words = "Whether it is told of anything" }, \
    {0}

const struct field native_webhook_fields[] = { FIELDS(1) };
const struct field native_webhook_change_fields[] = { FIELDS(0) };

/* What the fields, already taken, say. */
static struct webhook_wish
read_wish(void)
{
    secret_load_key(config()->key_file);
    return (struct webhook_wish){
        .has_url = value_integer("has_url", 0) == 1,
        .url = value_text("url"),
        .has_events = value_integer("has_events", 0) == 1,
        .events = value_text("events"),
        .has_secret = value_integer("has_secret", 0) == 1,
        .secret = value_text("secret"),
        .has_active = value_is_set("active"),
        .active = value_integer("active", 0) == 1,
        .has_retries = value_is_set("maxRetries"),
        .retries = value_integer("maxRetries", 0)
    };
}

/* Answer with the webhook :id, and its secret where it was made here. */
_Noreturn static void
reply_webhook(int status, const char *made)
{
    value_set_text("made", made);
    if (made != NULL)
        idempotency_seal();
    serve_sql(status, "SELECT iif(:made IS NULL, " NATIVE_WEBHOOK ","
              " json_set(" NATIVE_WEBHOOK ", '$.secret', :made))"
              " FROM webhook w"
              " WHERE w.id = :id AND w.profile = :my_profile", FAULT_NONE);
}

void
native_webhook_create(void)
{
    struct webhook_wish wish = read_wish();
    char id[ID_ROOM];
    const char *made;

    refuse_if(webhook_create(value_text("my_profile"), &wish, id, &made));
    value_set_text("id", id);
    reply_webhook(201, made);
}

void
native_webhook_change(void)
{
    struct webhook_wish wish = read_wish();
    const char *made;

    refuse_if(webhook_edit(value_text("my_profile"), value_text("id"), &wish,
                           &made));
    reply_webhook(200, made);
}

void
native_webhook_test(void)
{
    refuse_if(webhook_test(value_text("my_profile"), value_text("id")));
    serve_sql(202, NATIVE_ONE_DELIVERY ":delivery_id", FAULT_NONE);
}

void
native_delivery_retry(void)
{
    refuse_if(delivery_retry(value_text("id"), value_text("my_profile")));
    serve_sql(202, NATIVE_ONE_DELIVERY ":id", FAULT_NONE);
}
