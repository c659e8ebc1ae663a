/* /api/v1/connections: the connected accounts, what they need, and links to
   connect more. */
#include "dialect/native_connections.h"

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "account:read", .status = 200,
      .sql = "SELECT json_object('accounts', json_group_array("
             NATIVE_ACCOUNT "), 'count', count(*)) FROM (SELECT *"
             NATIVE_SEEN " AND a.status = 'active'"
             " ORDER BY a.connected_at, a.id) a",
      .words = "List connected accounts" },
    { "POST", "", POLICY_KEY, "account:write", .status = 201,
      .fields = native_connect_fields, .run = native_connect,
      .words = "Make a link that connects an account" },
    { "GET", "/readiness", POLICY_KEY, "account:read", .status = 200,
      .run = native_readiness,
      .words = "Every account, expired ones too, with what is missing before"
               " it can publish: a code and a sentence each" },
    { "GET", "/:id", POLICY_KEY, "account:read", .status = 200,
      .run = native_connection, .absent = FAULT_ACCOUNT_NOT_FOUND,
      .words = "One account, with what is missing before it can publish" },
    { "POST", "/:id/sync", POLICY_KEY, "account:write", .status = 200,
      .run = native_sync, .absent = FAULT_ACCOUNT_NOT_FOUND, .slow = 1,
      .words = "Ask the network anew for the account's handle, name, picture,"
               " limits and whether its token is good" },
    { "DELETE", "/:id", POLICY_KEY, "account:write", .status = 200,
      .run = native_disconnect, .absent = FAULT_ACCOUNT_NOT_FOUND,
      .words = "Disconnect an account; its waiting posts are cancelled, its"
               " token is given back where the network takes it" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
