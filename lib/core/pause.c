/* pause.c: the rows of networks that wait. */
#include "core/pause.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

void
pause_begin(const char *network, const char *extent, int64_t until_at,
            const char *category, const char *reason)
{
    value_set_text("pause_network", network);
    value_set_text("pause_extent", extent);
    value_set_integer("pause_until", until_at);
    value_set_text("pause_category", category ? category : "rate_limited");
    value_set_text("pause_reason", reason ? reason : "It said no more.");
    value_set_integer("pause_now", clock_now());
    if (db_run("INSERT INTO network_pause (network, extent, until_at,"
               "  category, reason, began_at) VALUES (:pause_network,"
               "  :pause_extent, :pause_until, :pause_category,"
               "  :pause_reason, :pause_now)"
               " ON CONFLICT DO UPDATE SET until_at = excluded.until_at,"
               "  category = excluded.category, reason = excluded.reason,"
               "  began_at = iif(until_at > :pause_now - 3600000, began_at,"
               "   :pause_now)"
               " WHERE until_at < excluded.until_at") == DB_REFUSED)
        die("pause of %s: %s", network, db_why());
    note("%s waits: %s", network, value_text("pause_reason"));
}

int
pause_find(const char *network, struct pause *pause)
{
    value_set_text("pause_network", network);
    value_set_integer("pause_now", clock_now());
    if (db_run("SELECT extent AS pause_extent, category AS pause_category,"
               "  reason AS pause_reason, until_at AS pause_until,"
               "  began_at AS pause_began FROM network_pause"
               " WHERE network = :pause_network AND until_at > :pause_now"
               " ORDER BY until_at DESC LIMIT 1") != DB_ROW)
        return 0;
    *pause = (struct pause){
        .of_posts = text_same(value_text("pause_extent"), "posts"),
        .category = memory_copy(value_text("pause_category")),
        .reason = memory_copy(value_text("pause_reason")),
        .until_at = value_integer("pause_until", 0),
        .began_at = value_integer("pause_began", 0)
    };
    return 1;
}

int
pause_end(const char *network)
{
    value_set_text("pause_network", network);
    value_set_integer("pause_now", clock_now());
    db_run("UPDATE network_pause SET until_at = :pause_now"
           " WHERE network = :pause_network AND until_at > :pause_now");
    return db_changes();
}
