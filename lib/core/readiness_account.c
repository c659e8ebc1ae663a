/* readiness_account.c: what one account needs. */
#include "core/readiness_find.h"
#include "core/account.h"
#include "core/media.h"
#include "core/quota.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/db.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum { SOON_DAYS = 7 };

static const char *
day_of(int64_t at)
{
    char room[CLOCK_ROOM];

    return memory_format("%.10s", clock_print(at, CLOCK_SECONDS, room));
}

static int
has_scope(const char *granted, const char *scope, size_t length)
{
    for (; *granted != '\0'; granted += strspn(granted, " ,")) {
        size_t here = strcspn(granted, " ,");

        if (here == length && strncmp(granted, scope, length) == 0)
            return 1;
        granted += here;
    }
    return 0;
}

/* The first of these scopes that was not granted; NULL where all were. */
static const char *
missing_scope(const char *granted, const char *scopes)
{
    for (; scopes != NULL && *scopes != '\0'; scopes += strspn(scopes, " ")) {
        size_t length = strcspn(scopes, " ");

        if (!has_scope(granted, scopes, length))
            return memory_copy_bytes(scopes, length);
        scopes += length;
    }
    return NULL;
}

/* Where the token tells what it is good for. */
static void
add_scopes(const struct catalogue_row *row, const char *credentials,
           struct needs *needs)
{
    const char *granted = json_text(credentials, "$.scope"), *missing;

    if (granted == NULL)
        return;
    missing = missing_scope(granted, row->publish_scopes);
    if (missing != NULL)
        readiness_add(needs, "scope_missing", 1, 0, memory_format(
            "%s did not give the right %s, which publishing needs: connect"
            " the account again and allow it.", row->title, missing));
    missing = missing_scope(granted, row->comment_scopes);
    if (missing != NULL)
        readiness_add(needs, "comment_scope_missing", 0, 0, memory_format(
            "%s did not give the right %s, which a firstComment needs: connect"
            " the account again and allow it.", row->title, missing));
    missing = missing_scope(granted, row->measure_scopes);
    if (missing != NULL)
        readiness_add(needs, "measure_scope_missing", 0, 0, memory_format(
            "%s did not give the right %s, which numbers of posts need: connect"
            " the account again and allow it.", row->title, missing));
}

/* A token that Crier renews by itself does not end, but for its refresh
   token's own end. */
static void
add_end(const struct catalogue_row *row, const char *credentials,
        int64_t expires_at, struct needs *needs)
{
    int64_t at = json_integer(credentials, "$.refresh_expires_at", 0);

    if (at == 0 && json_text(credentials, "$.refresh_token") == NULL
        && row->renew_days == 0)
        at = expires_at;
    if (at != 0 && at < clock_now() + SOON_DAYS * (int64_t)DAY)
        readiness_add(needs, "token_ends_soon", 0, at, memory_format(
            "What %s gave ends on %s: connect the account again before.",
            row->title, day_of(at)));
}

static void
add_status(const struct catalogue_row *row, struct needs *needs)
{
    int64_t not_before = value_integer("ready_not_before", 0);
    const char *fault = value_text("ready_sync_fault");
    char room[CLOCK_ROOM];

    if (!text_same(value_text("ready_status"), "active"))
        readiness_add(needs, "account_expired", 1, 0, memory_format(
            "%s does not take the account's token any more: connect it again."
            " Its posts wait.", row->title));
    if (not_before > clock_now())
        readiness_add(needs, "account_waits", 0, not_before, memory_format(
            "%s asked this account to wait until %s.", row->title,
            clock_print(not_before, CLOCK_SECONDS, room)));
    if (fault != NULL)
        readiness_add(needs, "sync_failed", 0, 0, memory_format(
            "When %s was last asked about the account it did not tell: %s",
            row->title, fault));
}

/* An option without which no post is taken, and no default of which is set:
   neither with the account nor for those who name the platform alone. */
static void
add_option(const struct catalogue_row *row, struct needs *needs)
{
    const char *path;

    if (row->required_option == NULL)
        return;
    path = memory_format("$.%s", row->required_option);
    if (json_text(value_text("ready_settings"), path) != NULL
        || json_text(value_text("ready_defaults"), path) != NULL)
        return;
    readiness_add(needs, "option_required", 0, 0, memory_format(
        "Each post needs platformMeta.%s.%s; PUT /api/v1/platform-settings"
        " sets it for posts that name the platform alone.", row->name,
        row->required_option));
}

static void
add_owner(const char *profile, const struct catalogue_row *row,
          struct needs *needs)
{
    struct fault fault = quota_posts_left(profile, 1);

    if (fault.kind)
        readiness_add(needs, "post_quota_used_up", 1, 0, memory_format(
            "The plan's %lld posts of this month are used up.", fault.limit));
    if (row->images + row->videos > 0
        && !value_integer("ready_uploads", 1))
        readiness_add(needs, "uploads_off", 0, 0, "Its owner may not upload"
            " by the API: media are given by public URLs.");
}

void
readiness_of_account(const char *id, struct needs *needs)
{
    const struct catalogue_row *row;
    const char *profile, *credentials;
    int64_t expires_at, version;

    value_set_text("ready_id", id);
    if (db_run("SELECT a.network AS ready_network, a.status AS ready_status,"
               " a.profile AS ready_profile, a.not_before AS ready_not_before,"
               " a.sync_fault AS ready_sync_fault,"
               " a.settings AS ready_settings,"
               " ifnull(a.token_expires_at, 0) AS ready_expires,"
               " (SELECT settings FROM platform_setting s"
               "   WHERE s.profile = a.profile AND s.network = a.network)"
               "  AS ready_defaults,"
               " (SELECT u.uploads_enabled FROM membership m"
               "   JOIN user u ON u.id = m.user WHERE m.profile = a.profile"
               "    AND m.role = 'owner') AS ready_uploads"
               " FROM account a WHERE a.id = :ready_id") != DB_ROW)
        return;
    row = catalogue_find(value_text("ready_network"));
    profile = memory_copy(value_text("ready_profile"));
    expires_at = value_integer("ready_expires", 0);
    add_status(row, needs);
    credentials = account_opens(id) ? account_credentials(id, &version) : NULL;
    if (credentials != NULL) {
        add_scopes(row, credentials, needs);
        add_end(row, credentials, expires_at, needs);
    }
    add_option(row, needs);
    add_owner(profile, row, needs);
    readiness_of_network(row, needs);
    readiness_of_server(needs);
}
