/* /api/v1/webhooks: where a profile is told of its events, and what came of
   it. */
#include "dialect/native_webhooks.h"

static const struct field page[] = {
    { "status", TEXT, .one_of = "pending delivered failed",
      .words = "Only deliveries of this status" },
    { "limit", INTEGER, 1, 100, .otherwise = "50", .words = "Page size" },
    { "cursor", ID, .wrong = FAULT_CURSOR,
      .words = "nextCursor of the page before" },
    {0}
};

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "webhook:read", .status = 200,
      .sql = "SELECT json_object('webhooks', json_group_array("
             NATIVE_WEBHOOK ")) FROM (SELECT * FROM webhook"
             " WHERE profile = :my_profile ORDER BY id DESC) w",
      .words = "List webhooks, newest first" },
    { "POST", "", POLICY_KEY, "webhook:write", .status = 201,
      .fields = native_webhook_fields, .run = native_webhook_create,
      .words = "Add a webhook" },
    { "GET", "/:id", POLICY_KEY, "webhook:read", .status = 200,
      .sql = "SELECT " NATIVE_WEBHOOK " FROM webhook w"
             " WHERE w.id = :id AND w.profile = :my_profile",
      .words = "Get a webhook" },
    { "PATCH", "/:id", POLICY_KEY, "webhook:write", .status = 200,
      .fields = native_webhook_change_fields, .run = native_webhook_change,
      .words = "Change a webhook, or make it active again" },
    { "DELETE", "/:id", POLICY_KEY, "webhook:write", .status = 200,
      .sql = "DELETE FROM webhook WHERE id = :id AND profile = :my_profile"
             " RETURNING json_object('id', 'webhook_' || id,"
             " 'deleted', json('true'))",
      .words = "Remove a webhook and its deliveries" },
    { "GET", "/:id/deliveries", POLICY_KEY, "webhook:read", .status = 200,
      .fields = page, .sql = NATIVE_DELIVERIES,
      .words = "List what was sent, newest first, with every attempt" },
    { "POST", "/:id/test", POLICY_KEY, "webhook:write", .status = 202,
      .run = native_webhook_test,
      .words = "Send it a webhook.test, whatever its events are" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
