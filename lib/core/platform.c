/* platform.c: the account and the options that a network's name stands for. */
#include "core/platform.h"
#include "core/key.h"
#include "core/settings.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/db.h"
#include "data/json.h"
#include "data/value.h"

static struct fault
find(struct viewer viewer, const char *name, const struct catalogue_row **row)
{
    *row = catalogue_find(name);
    if (*row == NULL || !(*row)->has_driver)
        return (struct fault){ FAULT_PLATFORM_UNSUPPORTED, "platform", 0,
            memory_format("%s is not a platform that posts can be sent to.",
                          name) };
    value_set_text("platform_network", (*row)->name);
    value_set_text("platform_profile", viewer.profile);
    value_set_text("platform_key", viewer.api_key);
    value_set_integer("platform_limited", viewer.limited);
    return NO_FAULT;
}

#define USABLE \
    " FROM account a WHERE a.profile = :platform_profile" \
    " AND a.network = :platform_network AND a.status <> 'disconnected'" \
    " AND " KEY_SEES("platform", "a.id")

/* Ids sort by the time when an account was first connected. */
static struct fault
choose_account(const struct catalogue_row *row, int draft,
               struct post_target *target)
{
    if (db_run("SELECT a.id AS platform_account, a.limits AS platform_limits,"
               " a.status AS platform_status" USABLE
               " ORDER BY a.id IS (SELECT account FROM platform_setting"
               "   WHERE profile = :platform_profile"
               "   AND network = :platform_network) DESC, a.id LIMIT 1")
        != DB_ROW) {
        if (draft && !value_integer("platform_limited", 0))
            return NO_FAULT;
        return (struct fault){ FAULT_NO_ACCOUNT, "platform", 0, memory_format(
            "No %s account is connected.", row->title) };
    }
    if (!draft && !text_same(value_text("platform_status"), "active"))
        return (struct fault){ FAULT_NO_ACCOUNT, "platform", 0, memory_format(
            "The %s account that posts go to is %s; connect it again.",
            row->title, value_text("platform_status")) };
    target->account = value_text("platform_account");
    target->limits = value_text("platform_limits");
    return NO_FAULT;
}

struct fault
platform_choose(struct viewer viewer, const char *network, int draft,
                const char *own, struct post_target *target)
{
    const struct catalogue_row *row;
    struct fault fault = find(viewer, network, &row);
    const char *settings;

    if (fault.kind)
        return fault;
    settings = db_text("SELECT settings FROM platform_setting"
                       " WHERE profile = :platform_profile"
                       " AND network = :platform_network");
    value_set_text("platform_settings", settings ? settings : "{}");
    value_set_text("platform_own", own ? own : "{}");
    target->account = target->limits = NULL;
    target->network = row->name;
    target->settings = json_make("json_patch(:platform_settings,"
                                 " :platform_own)");
    return choose_account(row, draft, target);
}

/* Does the setting stand for an account that the key may not use? */
static int
is_of_hidden(void)
{
    return db_run("SELECT 1 AS platform_hidden FROM platform_setting s"
                  " WHERE s.profile = :platform_profile"
                  "  AND s.network = :platform_network"
                  "  AND s.account IS NOT NULL"
                  "  AND NOT " KEY_SEES("platform", "s.account")) == DB_ROW;
}

struct fault
platform_set(struct viewer viewer, const char *network, const char *account,
             const char *settings)
{
    const struct catalogue_row *row;
    struct fault fault = find(viewer, network, &row);

    if (!fault.kind && settings != NULL)
        fault = settings_fault(row, settings);
    if (fault.kind)
        return fault;
    value_set_text("platform_account", account);
    if (account != NULL && db_run("SELECT 1 AS platform_usable" USABLE
                                  " AND a.id = :platform_account") != DB_ROW)
        return (struct fault){ .kind = FAULT_ACCOUNTS };
    if (viewer.limited && (account == NULL || is_of_hidden()))
        return (struct fault){ FAULT_ACCOUNTS_DENIED, "profileId", 0, NULL };
    value_set_text("platform_settings", settings ? settings : "{}");
    value_set_integer("platform_at", clock_now());
    if (db_run("INSERT INTO platform_setting (profile, network, account,"
               " settings, updated_at) VALUES (:platform_profile,"
               " :platform_network, :platform_account, :platform_settings,"
               " :platform_at) ON CONFLICT DO UPDATE SET"
               " account = excluded.account, settings = excluded.settings,"
               " updated_at = excluded.updated_at") == DB_REFUSED)
        die("platform setting: %s", db_why());
    return NO_FAULT;
}
