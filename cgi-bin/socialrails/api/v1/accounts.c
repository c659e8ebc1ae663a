/* /socialrails/api/v1/accounts: the connected accounts. */
#include "dialect/socialrails.h"

#define ACCOUNT \
    "json_object('id', a.id, 'provider', a.network," \
    " 'name', coalesce(nullif(a.name, ''), a.handle)," \
    " 'status', iif(a.status = 'active', 'connected', 'expired')," \
    " 'connected_at', " RAILS_TIME("a.connected_at") ")"

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "account:read", .status = 200,
      .sql = "SELECT json_object('data', json_group_array(" ACCOUNT "))"
             " FROM (SELECT * FROM account a WHERE a.profile = :my_profile"
             "  AND a.status <> 'disconnected' AND " ACCESS_SEES("a.id")
             "  ORDER BY a.connected_at, a.id) a",
      .words = "List connected accounts" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &socialrails, operations);
}
