/* quota.c: counting what a month may hold. */
#include "core/quota.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "data/db.h"
#include "data/value.h"

#include <time.h>

static struct tm
month(void)
{
    time_t seconds = (time_t)(clock_now() / SECOND);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    parts.tm_mday = 1;
    parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
    return parts;
}

/* All the profiles `o` of the owner of :quota_profile. */
#define OWNED \
    " FROM membership m JOIN membership o ON o.user = m.user" \
    "  AND o.role = 'owner'"
#define OF_OWNER " WHERE m.profile = :quota_profile AND m.role = 'owner'"

/* Sets :quota_profile, :quota_posts and :quota_credits, null without limit. */
static void
load_limits(const char *profile)
{
    value_set_text("quota_profile", profile);
    value_set_null("quota_posts");
    value_set_null("quota_credits");
    db_run("SELECT u.posts_a_month AS quota_posts,"
           " u.ai_credits_a_month AS quota_credits"
           " FROM membership m JOIN user u ON u.id = m.user"
           " WHERE m.profile = :quota_profile AND m.role = 'owner'");
}

struct quota
quota_posts(const char *profile)
{
    struct quota quota;
    struct tm parts = month();

    load_limits(profile);
    quota.limit = value_integer("quota_posts", QUOTA_NONE);
    value_set_text("quota_from", id_since((int64_t)timegm(&parts) * SECOND));
    parts.tm_mon++;
    value_set_text("quota_to", id_since((int64_t)timegm(&parts) * SECOND));
    quota.used = db_integer("SELECT count(*)" OWNED " JOIN target t"
                            "  ON t.profile = o.profile"
                            "  AND t.id >= :quota_from AND t.part = 0"
                            "  AND t.id < :quota_to" OF_OWNER, 0);
    return quota;
}

struct fault
quota_posts_left(const char *profile, int count)
{
    struct quota quota;

    load_limits(profile);
    if (!value_is_set("quota_posts"))
        return NO_FAULT;
    quota = quota_posts(profile);
    if (quota.used + count <= quota.limit)
        return NO_FAULT;
    return (struct fault){ .kind = FAULT_POST_QUOTA, .limit = quota.limit };
}

struct quota
quota_credits(const char *profile)
{
    struct quota quota;
    struct tm parts = month();

    load_limits(profile);
    quota.limit = value_integer("quota_credits", QUOTA_NONE);
    value_set_text("quota_month", memory_format("%04d-%02d",
                   parts.tm_year + 1900, parts.tm_mon + 1));
    quota.used = db_integer("SELECT ifnull(sum(c.used), 0)" OWNED
                            " JOIN ai_credit c ON c.profile = o.profile"
                            "  AND c.month = :quota_month" OF_OWNER, 0);
    return quota;
}

struct fault
quota_credits_left(const char *profile, int credits)
{
    struct quota quota = quota_credits(profile);

    if (quota.limit == QUOTA_NONE || quota.used + credits <= quota.limit)
        return NO_FAULT;
    return (struct fault){ FAULT_CREDITS, NULL, quota.limit, memory_format(
        "Monthly AI credit limit reached (%lld/%lld credits used). Upgrade"
        " your plan for more.", (long long)quota.used,
        (long long)quota.limit) };
}

struct fault
quota_credits_take(const char *profile, int credits)
{
    struct fault fault = quota_credits_left(profile, credits);

    if (fault.kind)
        return fault;
    value_set_integer("quota_taken", credits);
    if (db_run("INSERT INTO ai_credit (profile, month, used)"
               " VALUES (:quota_profile, :quota_month, :quota_taken)"
               " ON CONFLICT DO UPDATE SET used = used + :quota_taken")
        == DB_REFUSED)
        die("AI credits: %s", db_why());
    return NO_FAULT;
}
