/* connect_app.c: Crier as an application on a network's servers. */
#include "core/connect.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/db.h"
#include "data/value.h"

#include <string.h>

static const char *
context(const char *server)
{
    return memory_format("app%s", server);
}

const char *
connect_app(const char *network, const char *server)
{
    const struct value *box;
    struct text plain = { 0 };

    value_set_text("connect_network", network);
    value_set_text("connect_server", server);
    if (db_run("SELECT credentials AS connect_box FROM network_app"
               " WHERE network = :connect_network AND server = :connect_server")
        != DB_ROW)
        return NULL;
    box = value_find("connect_box");
    return secret_open(context(server), box->bytes, box->length, &plain)
           ? text_string(&plain) : NULL;
}

void
connect_app_keep(const char *network, const char *server, const char *app)
{
    struct text box = { 0 };

    secret_seal(context(server), app, strlen(app), &box);
    value_set_text("connect_network", network);
    value_set_text("connect_server", server);
    value_set_blob("connect_box", box.data, box.length);
    value_set_integer("connect_now", clock_now());
    if (db_run("INSERT INTO network_app (network, server, credentials,"
               " created_at) VALUES (:connect_network, :connect_server,"
               " :connect_box, :connect_now) ON CONFLICT DO UPDATE SET"
               " credentials = excluded.credentials,"
               " created_at = excluded.created_at") == DB_REFUSED)
        die("network app: %s", db_why());
}
