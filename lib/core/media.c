/* media.c: rows of media, quotas, and signed URLs. */
#include "core/media.h"
#include "core/config.h"
#include "core/event.h"
#include "core/rate.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

struct fault
media_allowed(const char *profile, int64_t bytes)
{
    int64_t quota;

    value_set_text("media_profile", profile);
    if (db_run("SELECT u.uploads_enabled AS media_uploads,"
               "  u.storage_bytes AS media_quota,"
               "  CASE WHEN u.storage_bytes IS NOT NULL THEN"
               "   (SELECT ifnull(sum(m.bytes), 0)"
               "     FROM membership o JOIN media m ON m.profile = o.profile"
               "     WHERE o.user = u.id AND o.role = 'owner'"
               "      AND m.deleted_at IS NULL) END AS media_used"
               " FROM membership b JOIN user u ON u.id = b.user"
               " WHERE b.profile = :media_profile AND b.role = 'owner'")
        != DB_ROW)
        return (struct fault){ FAULT_UPLOAD_PLAN, NULL, 0,
                               "This profile has no owner." };
    if (!value_integer("media_uploads", 0))
        return (struct fault){ FAULT_UPLOAD_PLAN };
    quota = value_integer("media_quota", INT64_MAX);
    if (bytes > quota || value_integer("media_used", 0) > quota - bytes)
        return (struct fault){ FAULT_STORAGE_QUOTA, NULL, quota, NULL };
    return NO_FAULT;
}

struct fault
media_keep(struct media_temp *temp, struct media_new *new)
{
    new->bytes = temp->bytes;
    if (new->bytes == 0) {
        media_store_abandon(temp);
        return (struct fault){ FAULT_FILE_MISSING, "file", 0,
                               "The file is empty." };
    }
    if (!media_type_read(temp->file, temp->bytes, &new->facts)) {
        media_store_abandon(temp);
        return (struct fault){ FAULT_FILE_TYPE, "file", 0, "The file is not a"
            " JPEG, PNG, GIF or WebP image or an MP4 or MOV video." };
    }
    media_store_hash(temp, new->hash);
    id_new(new->id);
    if (media_store_finish(temp, new->id, new->facts.extension))
        return NO_FAULT;
    note("media %s: %s", new->id, strerror(errno));
    if (errno == ENOSPC || errno == EDQUOT)
        return (struct fault){ FAULT_DISK_FULL };
    return (struct fault){ FAULT_INTERNAL };
}

static void
set_or_null(const char *name, int64_t number)
{
    if (number > 0)
        value_set_integer(name, number);
    else
        value_set_null(name);
}

/* The row; deleted_at is NULL, or when it was fetched. */
static void
insert(const struct media_new *new, int fetched)
{
    int64_t now = clock_now();

    value_set_text("media_id", new->id);
    value_set_text("media_profile", new->profile);
    value_set_text("media_type", new->facts.type);
    value_set_text("media_extension", new->facts.extension);
    value_set_integer("media_bytes", new->bytes);
    value_set_blob("media_hash", new->hash, sizeof new->hash);
    set_or_null("media_width", new->facts.width);
    set_or_null("media_height", new->facts.height);
    set_or_null("media_duration", new->facts.duration_ms);
    value_set_text("media_alt", new->alt);
    value_set_text("media_name", new->name);
    value_set_text("media_source", new->source_url);
    set_or_null("media_deleted", fetched ? now : 0);
    value_set_integer("media_now", now);
    if (db_run("INSERT INTO media (id, profile, type, extension, bytes, hash,"
               "  width, height, duration_ms, alt, name, source_url,"
               "  deleted_at, created_at)"
               " VALUES (:media_id, :media_profile, :media_type,"
               "  :media_extension, :media_bytes, :media_hash, :media_width,"
               "  :media_height, :media_duration, :media_alt, :media_name,"
               "  :media_source, :media_deleted, :media_now)") == DB_REFUSED)
        die("media %s: %s", new->id, db_why());
}

static struct fault
count_upload(const char *profile)
{
    struct rate rate = rate_take(memory_format("uploads-%s", profile), 1,
                                 config()->uploads_an_hour, HOUR);

    if (rate.allowed)
        return NO_FAULT;
    return (struct fault){ FAULT_RATE, NULL, rate.limit, memory_format(
        "A profile may upload %lld files an hour.", (long long)rate.limit) };
}

struct fault
media_create(const struct media_new *new)
{
    struct fault fault = media_allowed(new->profile, new->bytes);

    if (!fault.kind)
        fault = count_upload(new->profile);
    if (fault.kind) {
        media_discard(new);
        return fault;
    }
    insert(new, 0);
    event_of_media(new->id);
    return NO_FAULT;
}

void
media_adopt(const struct media_new *new)
{
    insert(new, 1);
}

void
media_discard(const struct media_new *new)
{
    media_store_delete(new->id, new->facts.extension);
}

/* Deleted media `m` that no post may still send. */
#define UNNEEDED \
    " m.deleted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM attachment y" \
    "  JOIN target t ON t.post = y.post WHERE y.media = m.id" \
    "  AND t.state NOT IN ('posted', 'cancelled') AND t.hidden_at IS NULL)"

static void
remove_file(void *context)
{
    (void)context;
    media_store_delete(value_text("media_id"), value_text("media_extension"));
}

static void
release_one(void *id)
{
    value_set_text("media_id", id);
    db_each("SELECT m.id AS media_id, m.extension AS media_extension"
            " FROM media m WHERE m.id = :media_id AND" UNNEEDED,
            remove_file, NULL);
}

static void
release_all(void *target)
{
    value_set_text("media_target", target);
    db_each("SELECT DISTINCT m.id AS media_id,"
            "  m.extension AS media_extension"
            " FROM target t JOIN attachment x ON x.post = t.post"
            " JOIN media m ON m.id = x.media"
            " WHERE t.id = :media_target AND" UNNEEDED, remove_file, NULL);
}

struct fault
media_delete(const char *id, const char *profile)
{
    value_set_text("media_id", id);
    value_set_text("media_profile", profile);
    value_set_integer("media_now", clock_now());
    if (db_run("UPDATE media SET deleted_at = :media_now"
               " WHERE id = :media_id AND profile = :media_profile"
               " AND deleted_at IS NULL RETURNING id AS media_gone")
        != DB_ROW)
        return (struct fault){ FAULT_MEDIA_NOT_FOUND };
    db_after_commit(release_one, memory_copy(id));
    return NO_FAULT;
}

void
media_release(const char *target)
{
    db_after_commit(release_all, memory_copy(target));
}

/* A file without a row may be on its way to one for a day. */
static int
is_needed(const char *id, const char *extension, int64_t written_at)
{
    value_set_text("media_id", id);
    value_set_text("media_extension", extension);
    return (int)db_integer("SELECT NOT (" UNNEEDED ") FROM media m"
                           " WHERE m.id = :media_id"
                           "  AND m.extension = :media_extension",
                           written_at >= clock_now() - DAY);
}

int
media_sweep(void)
{
    return media_store_sweep(is_needed);
}

/* What a signed URL promises: this file until then, "ID.EXT SECOND". */
static char *
sign(const char *promise, char *room)
{
    static uint8_t secret[HASH_BYTES];
    static int derived;

    if (!derived) {
        secret_load_key(config()->key_file);
        secret_derive("media", secret);
        derived = 1;
    }
    return hmac_hex(secret, sizeof secret, promise, strlen(promise), room);
}

void
media_add_serve_url(struct text *url, const char *id, const char *extension)
{
    long long end = (clock_now() + DAY + HOUR - 1) / HOUR * (HOUR / SECOND);
    char promise[ID_ROOM + 64], signature[HASH_ROOM];

    snprintf(promise, sizeof promise, "%s.%s %lld", id, extension, end);
    text_add_format(url, "%s/api/media/serve?key=%s.%s&expires=%lld"
                    "&signature=%s", config()->base_url, id, extension, end,
                    sign(promise, signature));
}

const char *
media_serve_url(const char *id, const char *extension)
{
    struct text url = { .limit = TEXT_LIMIT };

    media_add_serve_url(&url, id, extension);
    return text_string(&url);
}

int
media_check_signature(const char *key, const char *expires,
                      const char *signature)
{
    char expected[HASH_ROOM];
    long long end;

    return key != NULL && expires != NULL && signature != NULL
           && text_number(expires, 0, INT64_MAX / SECOND, &end)
           && secret_same(sign(memory_format("%s %s", key, expires),
                               expected), signature)
           && clock_now() < end * SECOND;
}
