/* profile.c: making profiles and finding a user's. */
#include "core/profile.h"
#include "base/clock.h"
#include "data/db.h"
#include "data/value.h"

struct fault
profile_add(const char *user, const char *name, const char *zone, char *id)
{
    if (zone != NULL && !clock_zone_known(zone))
        return (struct fault){ .kind = FAULT_ZONE, .field = "timezone" };
    value_set_text("profile_id", id_new(id));
    value_set_text("profile_name", name);
    value_set_text("profile_zone", zone ? zone : "UTC");
    value_set_text("profile_user", user);
    value_set_integer("profile_now", clock_now());
    if (db_batch("INSERT INTO profile (id, name, timezone, created_at,"
                 " updated_at) VALUES (:profile_id, :profile_name,"
                 "  :profile_zone, :profile_now, :profile_now);"
                 "INSERT INTO membership (profile, user, role, created_at)"
                 " VALUES (:profile_id, :profile_user, 'owner',"
                 "  :profile_now)") == DB_REFUSED)
        return (struct fault){ .kind = FAULT_FIELD, .field = "name",
                               .limit = 100, .detail = db_why() };
    return NO_FAULT;
}

const char *
profile_of(const char *user, const char *wanted)
{
    value_set_text("profile_user", user);
    value_set_text("profile_wanted", wanted);
    return db_text("SELECT profile FROM membership"
                   " WHERE user = :profile_user"
                   "  AND iif(:profile_wanted IS NULL, role = 'owner',"
                   "          profile = :profile_wanted)"
                   " ORDER BY profile LIMIT 1");
}
