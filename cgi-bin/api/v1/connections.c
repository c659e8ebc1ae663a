/* /api/v1/connections: the connected accounts, and links to connect more. */
#include "dialect/native.h"
#include "base/clock.h"
#include "core/account.h"
#include "core/config.h"
#include "core/connect.h"
#include "web/idempotency.h"

static const struct field platform[] = {
    { "platform", TEXT, 1, 40, .required = 1,
      .wrong = FAULT_PLATFORM_UNSUPPORTED,
      .missing = FAULT_PLATFORM_UNSUPPORTED, .words = "A network's name" },
    {0}
};

static void
ask_to_connect(void)
{
    struct text body = { .limit = TEXT_LIMIT };
    struct connect_link link;
    char time[CLOCK_ROOM];
    struct fault fault = connect_create(viewer_here(), value_text("my_user"),
                                        value_text("platform"), &link);

    refuse_if(fault);
    idempotency_seal();
    text_add_format(&body, "{\"requestId\":\"conn_%s\",\"platform\":\"%s\","
                    "\"connectUrl\":\"%s/mcp/connect/conn_%s\","
                    "\"expiresAt\":\"%s\"}", link.token, link.network,
                    config()->base_url, link.token,
                    clock_print(link.expires_at, CLOCK_MILLISECONDS, time));
    reply(201, &body);
}

#define VISIBLE_ACCOUNT \
    " FROM account a WHERE a.profile = :my_profile AND " \
    ACCESS_SEES("a.id")

static void
disconnect(void)
{
    struct text body = { .limit = TEXT_LIMIT };
    struct fault fault = { .kind = FAULT_ACCOUNT_NOT_FOUND };

    if (db_run("SELECT 1 AS seen" VISIBLE_ACCOUNT " AND a.id = :id")
        == DB_ROW)
        fault = account_disconnect(value_text("id"), value_text("my_profile"));
    refuse_if(fault);
    text_add_format(&body, "{\"id\":\"profile_%s\",\"disconnected\":true}",
                    value_text("id"));
    reply(200, &body);
}

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "account:read", .status = 200,
      .sql = "SELECT json_object('accounts', json_group_array("
             NATIVE_ACCOUNT "), 'count', count(*)) FROM (SELECT *"
             VISIBLE_ACCOUNT " AND a.status = 'active'"
             " ORDER BY a.connected_at, a.id) a",
      .words = "List connected accounts" },
    { "POST", "", POLICY_KEY, "account:write", .status = 201,
      .fields = platform, .run = ask_to_connect,
      .words = "Make a link that connects an account" },
    { "DELETE", "/:id", POLICY_KEY, "account:write", .status = 200,
      .run = disconnect, .absent = FAULT_ACCOUNT_NOT_FOUND,
      .words = "Disconnect an account; its waiting posts are cancelled, its"
               " token is given back where the network takes it" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
