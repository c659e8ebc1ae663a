/* account.c: connecting accounts and keeping their secrets. */
#include "core/account.h"
#include "core/catalogue.h"
#include "core/event.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/db.h"
#include "data/json.h"
#include "data/value.h"

#include <stdio.h>
#include <string.h>

static void
seal(const char *id, const char *credentials)
{
    struct text box = { 0 };

    value_set_null("account_box");
    if (credentials == NULL)
        return;
    secret_seal(memory_format("account%s", id), credentials,
                strlen(credentials), &box);
    value_set_blob("account_box", box.data, box.length);
}

/* What a network calls a link and is none is not said. */
static void
set_link(const char *name, const char *url)
{
    value_set_text(name, url != NULL && text_is_link(url) ? url : NULL);
}

static int
is_partial(const char *limits)
{
    return limits != NULL && json_is_true(limits, "$.partial");
}

static void
set_facts(const struct account_facts *facts)
{
    value_set_text("account_profile", facts->profile);
    value_set_text("account_server", facts->server ? facts->server : "");
    value_set_text("account_remote_id", facts->remote_id);
    value_set_text("account_handle", facts->handle ? facts->handle : "");
    value_set_text("account_name", facts->name);
    set_link("account_profile_url", facts->profile_url);
    set_link("account_avatar_url", facts->avatar_url);
    value_set_text("account_limits", facts->limits);
    value_set_integer("account_now", clock_now());
    value_set_integer("account_sync", clock_now()
                      + (is_partial(facts->limits) ? 0 : ACCOUNT_SYNC_MS));
}

/* :account_expires and :account_refresh, of a token given now. */
static void
set_expiry(const char *network, int64_t token_expires_at)
{
    const struct catalogue_row *row = catalogue_find(network);
    int64_t half = (token_expires_at - clock_now()) / 2;
    int64_t lead = row != NULL && row->renew_days > 0
                   ? row->renew_days * (int64_t)DAY : 30 * MINUTE;

    value_set_integer("account_expires", token_expires_at);
    value_set_null("account_refresh");
    if (token_expires_at != 0)
        value_set_integer("account_refresh",
                          token_expires_at - (half < lead ? half : lead));
}

#define STORE \
    "INSERT INTO account (id, profile, network, server, remote_id, handle," \
    "  name, profile_url, avatar_url, credentials, token_expires_at," \
    "  refresh_at, limits, limits_at, connected_at, updated_at, sync_at)" \
    " VALUES (:account_id, :account_profile, :account_network," \
    "  :account_server, :account_remote_id, :account_handle," \
    "  :account_name, :account_profile_url, :account_avatar_url," \
    "  :account_box, nullif(:account_expires, 0), :account_refresh," \
    "  ifnull(:account_limits, '{}')," \
    "  iif(:account_limits IS NULL, NULL, :account_now)," \
    "  :account_now, :account_now, :account_sync)" \
    " ON CONFLICT (profile, network, server, remote_id) DO UPDATE SET" \
    "  handle = excluded.handle, name = excluded.name," \
    "  profile_url = excluded.profile_url," \
    "  avatar_url = excluded.avatar_url," \
    "  credentials = excluded.credentials," \
    "  credentials_version = credentials_version + 1," \
    "  token_expires_at = excluded.token_expires_at," \
    "  refresh_at = excluded.refresh_at, given_back = NULL," \
    "  limits = ifnull(:account_limits, limits)," \
    "  limits_at = ifnull(excluded.limits_at, limits_at)," \
    "  sync_at = excluded.sync_at, sync_fault = NULL," \
    "  connected_at = iif(status = 'disconnected', :account_now," \
    "                     connected_at)," \
    "  status = 'active', updated_at = :account_now"

/* A place on this host, such as a site's folder, belongs to one profile:
   another that connected it would write into what is not its own. */
static int
is_taken(const struct catalogue_row *network)
{
    return text_same(network->connect, "local")
           && db_text("SELECT id FROM account"
                      " WHERE network = :account_network"
                      " AND remote_id = :account_remote_id"
                      " AND profile <> :account_profile") != NULL;
}

/* The id of the account that facts were set of; NULL where it is new. */
static const char *
known_id(void)
{
    return db_text("SELECT id FROM account WHERE profile = :account_profile"
                   " AND network = :account_network"
                   " AND server = :account_server"
                   " AND remote_id = :account_remote_id");
}

struct fault
account_connect(const struct account_facts *facts, char *id)
{
    const struct catalogue_row *network = catalogue_find(facts->network);
    const char *known;

    if (network == NULL)
        return (struct fault){ .kind = FAULT_PLATFORM_UNSUPPORTED,
                               .field = "network" };
    if (facts->remote_id == NULL || facts->remote_id[0] == '\0')
        return (struct fault){ .kind = FAULT_FIELD, .field = "handle",
            .detail = "The account needs a handle." };
    set_facts(facts);
    value_set_text("account_network", network->name);
    set_expiry(network->name, facts->token_expires_at);
    if (is_taken(network))
        return (struct fault){ .kind = FAULT_CONFLICT, .field = "handle",
            .detail = "This handle belongs to another profile." };
    known = known_id();
    if (known != NULL)
        snprintf(id, ID_ROOM, "%s", known);
    else
        id_new(id);
    value_set_text("account_id", id);
    seal(id, facts->credentials);
    if (db_run(STORE) == DB_REFUSED)
        return (struct fault){ .kind = FAULT_FIELD, .field = "profile",
                               .detail = db_why() };
    event_of_account("account.connected", id);
    return NO_FAULT;
}

/* Read and open an account's box. 1 where there is one and it opens, 0 where
   there is none, -1 where it does not open. */
static int
open_box(const char *id, const char *sql, struct text *plain)
{
    const struct value *box;

    value_set_text("account_id", id);
    if (db_run(sql) != DB_ROW
        || !value_is_set("account_box"))
        return 0;
    box = value_find("account_box");
    return secret_open(memory_format("account%s", id), box->bytes,
                       box->length, plain) ? 1 : -1;
}

#define CREDENTIALS \
    "SELECT credentials AS account_box, credentials_version" \
    " AS account_version FROM account WHERE id = :account_id"

const char *
account_given_back(const char *id)
{
    struct text plain = { 0 };

    return open_box(id, "SELECT given_back AS account_box FROM account"
                    " WHERE id = :account_id", &plain) > 0
           ? text_string(&plain) : NULL;
}

const char *
account_credentials(const char *id, int64_t *version)
{
    struct text plain = { 0 };
    int opened = open_box(id, CREDENTIALS, &plain);

    *version = value_integer("account_version", 0);
    if (opened < 0)
        die("the credentials of account %s do not open: this key file is not"
            " the one they were sealed with", id);
    return opened ? text_string(&plain) : NULL;
}

int
account_opens(const char *id)
{
    struct text plain = { 0 };

    return open_box(id, CREDENTIALS, &plain) >= 0;
}

void
account_reconnect(const struct account_facts *facts)
{
    char again[ID_ROOM];
    const char *id;
    int64_t version;

    set_facts(facts);
    value_set_text("account_network", facts->network);
    id = known_id();
    value_set_text("account_id", id);
    if (id == NULL || db_run("SELECT status AS account_status,"
        " credentials_version AS account_version FROM account"
        " WHERE id = :account_id") != DB_ROW)
        return;
    version = value_integer("account_version", 0);
    if (text_same(value_text("account_status"), "expired"))
        account_connect(facts, again);
    else
        account_renew(id, &version, facts->credentials,
                      facts->token_expires_at);
}

int
account_renew(const char *id, int64_t *version, const char *credentials,
              int64_t token_expires_at)
{
    value_set_text("account_id", id);
    value_set_integer("account_version", *version);
    value_set_integer("account_now", clock_now());
    set_expiry(db_text("SELECT network FROM account WHERE id = :account_id"),
               token_expires_at);
    seal(id, credentials);
    db_run("UPDATE account SET credentials = :account_box,"
           " credentials_version = credentials_version + 1,"
           " token_expires_at = nullif(:account_expires, 0),"
           " refresh_at = :account_refresh, updated_at = :account_now"
           " WHERE id = :account_id AND status <> 'disconnected'"
           "  AND credentials_version = :account_version");
    if (db_changes() == 0)
        return 0;
    (*version)++;
    return 1;
}

void
account_synced(const char *id, const struct account_facts *facts,
               const char *fault, int64_t sync_at)
{
    value_set_text("account_id", id);
    value_set_integer("account_now", clock_now());
    value_set_text("account_fault", fault);
    value_set_integer("account_synced", sync_at);
    if (db_run("UPDATE account SET sync_at = nullif(:account_synced, 0),"
               " sync_fault = :account_fault, limits_at = :account_now"
               " WHERE id = :account_id AND status <> 'disconnected'")
        == DB_REFUSED)
        die("account %s: %s", id, db_why());
    if (fault != NULL || facts == NULL)
        return;
    set_facts(facts);
    db_run("UPDATE account SET handle = :account_handle,"
           " name = :account_name, profile_url = :account_profile_url,"
           " avatar_url = :account_avatar_url,"
           " limits = ifnull(:account_limits, limits),"
           " updated_at = :account_now"
           " WHERE id = :account_id AND status <> 'disconnected'");
}

int
account_expire(const char *id, int64_t version)
{
    value_set_text("account_id", id);
    value_set_integer("account_version", version);
    value_set_integer("account_now", clock_now());
    db_run("UPDATE account SET status = 'expired', updated_at = :account_now"
           " WHERE id = :account_id AND status = 'active'"
           "  AND credentials_version = :account_version");
    if (db_changes() == 0)
        return 0;
    event_of_account("account.expired", id);
    return 1;
}
