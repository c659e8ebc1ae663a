/* accounts.c: connecting an account by a secret its owner was given. */
#include "admin/accounts.h"
#include "admin/command.h"
#include "base/memory.h"
#include "base/text.h"
#include "core/account.h"
#include "core/catalogue.h"
#include "core/config.h"
#include "data/db.h"
#include "data/json.h"
#include "data/value.h"
#include "network/guard.h"
#include "network/network.h"

#include <stdio.h>
#include <string.h>

static const char *
option_or_empty(const char *name)
{
    const char *value = command_option(name);

    return value ? value : "";
}

static int
needs_secret(const struct catalogue_row *row)
{
    return !text_same(row->connect, "local");
}

/* Ask the network whose secret this is. */
static void
ask_network(const struct catalogue_row *row, struct account_facts *facts)
{
    const struct network *network = network_find(row->name);
    struct connected connected;

    if (network == NULL || network->connect == NULL)
        command_refuse("%s cannot be asked yet: --offline stores the account"
                       " unchecked", row->title);
    connected = network->connect(facts->server, option_or_empty("handle"),
                                 needs_secret(row) ? command_secret("secret")
                                                   : "");
    if (connected.fault != NULL)
        command_refuse("%s", connected.fault);
    facts->server = connected.server;
    facts->remote_id = connected.remote_id;
    facts->handle = connected.handle;
    facts->name = connected.name;
    facts->profile_url = connected.profile_url;
    facts->avatar_url = connected.avatar_url;
    facts->credentials = connected.credentials;
    facts->limits = connected.limits;
    facts->token_expires_at = connected.token_expires_at;
}

/* Take the operator's word. A secret that is a JSON object is stored as it
   is, in the form the network's driver reads; any other as an access token. */
static void
take_offline(const struct catalogue_row *row, struct account_facts *facts)
{
    const char *secret;

    facts->remote_id = facts->handle = option_or_empty("handle");
    if (facts->handle[0] == '\0')
        command_misused("--offline needs --handle");
    if (!needs_secret(row))
        return;
    secret = command_secret("secret");
    value_set_text("secret", secret);
    facts->credentials = secret;
    if (secret[0] != '{' || json_fault(secret, strlen(secret)) != NULL)
        facts->credentials =
            json_make("json_object('access_token', :secret)");
    facts->token_expires_at = json_integer(facts->credentials,
                                           "$.expires_at", 0);
    value_set_null("secret");
}

/* The --server URL without slashes at its end, or "". */
static const char *
read_server(void)
{
    char *server = memory_copy(option_or_empty("server"));
    size_t length = strlen(server);

    while (length > 0 && server[length - 1] == '/')
        server[--length] = '\0';
    if (length > 0 && guard_url_fault(server) != NULL)
        command_misused("--server %s", guard_url_fault(server));
    return server;
}

int
accounts_add(void)
{
    const struct catalogue_row *row = catalogue_find(command_operand());
    const char *user = command_user(command_option("user"));
    struct account_facts facts = { .profile = command_profile(user) };
    char id[ID_ROOM];

    if (row == NULL)
        command_refuse("there is no network named %s", command_operand());
    secret_load_key(config()->key_file);
    facts.network = row->name;
    facts.server = read_server();
    if (command_flag("offline"))
        take_offline(row, &facts);
    else
        ask_network(row, &facts);
    db_begin();
    command_check(account_connect(&facts, id));
    db_commit();
    printf("%s\n", id);
    return 0;
}

int
accounts_list(void)
{
    value_set_text("of", command_option("user"));
    command_list("id                                    network     status"
                 "        profile                               handle",
                 "SELECT printf('%-36s  %-10s  %-12s  %-36s  %s%s', a.id,"
                 "  a.network, a.status, a.profile, a.handle,"
                 "  iif(a.server = '', '', ' at ' || a.server)) AS line"
                 " FROM account a WHERE :of IS NULL OR a.profile IN"
                 "  (SELECT m.profile FROM membership m"
                 "    JOIN user u ON u.id = m.user WHERE u.email = :of)"
                 " ORDER BY a.id");
    return 0;
}
