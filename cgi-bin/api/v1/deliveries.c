/* /api/v1/deliveries: one event on its way to one webhook. */
#include "dialect/native_webhooks.h"

static const struct operation operations[] = {
    { "GET", "/:id", POLICY_KEY, "webhook:read", .status = 200,
      .sql = NATIVE_ONE_DELIVERY ":id",
      .words = "Get a delivery with its attempts" },
    { "POST", "/:id/retry", POLICY_KEY, "webhook:write", .status = 202,
      .run = native_delivery_retry,
      .words = "Send it again now, with the same id and bytes" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
