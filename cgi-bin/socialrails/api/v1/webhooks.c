/* /socialrails/api/v1/webhooks: where a workspace is told of its events. */
#include "dialect/socialrails.h"
#include "core/config.h"
#include "core/webhook.h"
#include "web/idempotency.h"

#define WEBHOOK \
    "json_object('id', w.id, 'url', w.url, 'events', json(w.events)," \
    " 'active', json(iif(w.state = 'active', 'true', 'false'))," \
    " 'created_at', " RAILS_TIME("w.created_at") ")"

static const struct field webhook[] = {
    { "url", TEXT, 1, WEBHOOK_URL_MOST, .required = 1,
      .words = "Where to POST events; https" },
    { "events", LIST, 1, 20, .item = TEXT, .item_maximum = 40,
      .words = "Types of events, or * alone for all (the default)" },
    { "secret", TEXT, 1, WEBHOOK_SECRET_MOST, .nullable = 1,
      .words = "What signs deliveries; else one is made, shown this once" },
    {0}
};

static void
add(void)
{
    struct webhook_wish wish = {
        .has_url = 1, .url = value_text("url"),
        .has_events = value_is_set("events"), .events = value_text("events"),
        .has_secret = value_is_set("secret"), .secret = value_text("secret")
    };
    const char *made;
    char id[ID_ROOM];

    secret_load_key(config()->key_file);
    refuse_if(webhook_create(value_text("my_profile"), &wish, id, &made));
    if (made != NULL)
        idempotency_seal();
    value_set_text("id", id);
    value_set_text("made", made);
    serve_sql(201, "SELECT json_object('data', iif(:made IS NULL, " WEBHOOK ","
              " json_set(" WEBHOOK ", '$.secret', :made))) FROM webhook w"
              " WHERE w.id = :id AND w.profile = :my_profile", FAULT_NONE);
}

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "webhook:read", .status = 200,
      .sql = "SELECT json_object('data', json_group_array(" WEBHOOK "))"
             " FROM (SELECT * FROM webhook WHERE profile = :my_profile"
             "  ORDER BY id DESC) w",
      .words = "List webhooks, newest first" },
    { "POST", "", POLICY_KEY, "webhook:write", .status = 201,
      .fields = webhook, .run = add, .words = "Register a webhook" },
    { "DELETE", "/:id", POLICY_KEY, "webhook:write", .status = 200,
      .sql = "DELETE FROM webhook WHERE id = :id AND profile = :my_profile"
             " RETURNING json_object('data', json_object('id', id,"
             " 'deleted', json('true')))",
      .words = "Remove a webhook and its deliveries" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &socialrails, operations);
}
