/* readiness.c: what any account of a network needs. */
#include "core/readiness.h"
#include "core/config.h"
#include "core/day_quota.h"
#include "core/pause.h"
#include "core/readiness_find.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { SILENT_MS = 10 * MINUTE };

void
readiness_add(struct needs *needs, const char *code, int blocks,
              int64_t until_at, const char *words)
{
    if (needs->count < NEEDS_MOST)
        needs->list[needs->count++] = (struct need){ code, words, blocks,
                                                     until_at };
}

static void
add_support(const struct catalogue_row *row, struct needs *needs)
{
    const char *missing = config_missing(row);

    if (!row->has_driver)
        readiness_add(needs, "network_unsupported", 1, 0, row->note);
    else if (missing != NULL)
        readiness_add(needs, "app_credentials_missing", 1, 0, missing);
}

static void
add_fetching(const struct catalogue_row *row, struct needs *needs)
{
    if (row->fetches == FETCHES_NONE || config_is_public())
        return;
    readiness_add(needs, "base_url_not_public", row->fetches == FETCHES_ALL,
        0, memory_format("%s fetches %s from this server by its base_url, %s,"
        " which must be an https URL that it can reach; the operator sets it"
        " in crier.conf.", row->title, row->fetches == FETCHES_ALL
        ? "every file" : "some files", config()->base_url));
}

static void
add_quota(const struct catalogue_row *row, enum day_kind kind,
          const char *code, struct needs *needs)
{
    struct day_quota quota = day_quota_of(row, kind);

    if (quota.limit > 0 && quota.used >= quota.limit)
        readiness_add(needs, code, kind == DAY_UPLOADS, quota.ends_at,
                      day_quota_words(row, kind));
}

static void
add_pause(const struct catalogue_row *row, struct needs *needs)
{
    struct pause pause;
    char room[CLOCK_ROOM];

    if (!pause_find(row->name, &pause))
        return;
    readiness_add(needs, "network_paused", 1, pause.until_at, memory_format(
        "%s takes nothing from this server until %s; posts wait. It said: %s",
        row->title, clock_print(pause.until_at, CLOCK_SECONDS, room),
        pause.reason));
}

void
readiness_of_network(const struct catalogue_row *row, struct needs *needs)
{
    add_support(row, needs);
    add_fetching(row, needs);
    add_pause(row, needs);
    add_quota(row, DAY_UPLOADS, "uploads_used_up", needs);
    add_quota(row, DAY_UNITS, "units_used_up", needs);
}

static void
add_publisher(struct needs *needs)
{
    const char *halted = db_text("SELECT value FROM meta"
                                 " WHERE name = 'halted'");
    int64_t last = db_integer("SELECT CAST(value AS INTEGER) FROM meta"
                              " WHERE name = 'tick_last'", 0);

    if (halted != NULL)
        readiness_add(needs, "publishing_halted", 1, 0, memory_format(
            "The operator stopped publishing (%s); `crier-admin resume' lets"
            " it go on.", halted));
    if (clock_now() - last > SILENT_MS)
        readiness_add(needs, "publisher_silent", 0, 0, "No publisher has run"
            " for ten minutes: the operator looks at cron and at crier-admin"
            " doctor.");
}

static void
add_disk(struct needs *needs)
{
    struct statvfs disk;

    if (access(config()->media_dir, R_OK | W_OK | X_OK) != 0)
        readiness_add(needs, "media_folder", 0, 0, "The media folder cannot be"
            " written: files are not taken. crier-admin doctor says more.");
    if (statvfs(config()->data_dir, &disk) == 0
        && (unsigned long long)disk.f_bavail * disk.f_frsize >> 20
           < (unsigned long long)config()->minimum_free_mb)
        readiness_add(needs, "disk_full", 1, 0, memory_format(
            "Less than %d MB are free on this server: nothing is published"
            " until its operator makes room.", config()->minimum_free_mb));
}

void
readiness_of_server(struct needs *needs)
{
    add_publisher(needs);
    add_disk(needs);
}

int
readiness_is_given(const struct needs *needs)
{
    int i;

    for (i = 0; i < needs->count; i++)
        if (needs->list[i].blocks)
            return 0;
    return 1;
}

int
readiness_may_schedule(const struct needs *needs)
{
    int i;

    for (i = 0; i < needs->count; i++)
        if (text_has_word("network_unsupported account_expired"
                          " post_quota_used_up disk_full",
                          needs->list[i].code))
            return 0;
    return 1;
}
