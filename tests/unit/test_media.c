/* test_media.c: the store, the rows, the quotas and the signed URLs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/media.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "instance.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#define PROFILE "01890000-0000-7000-8000-000000000001"
#define USER    "01890000-0000-7000-8000-000000000002"

static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\3\0\0\0\2"
    "\x08\2\0\0\0CRC.\0\0\0\4IDATdataCRC.\0\0\0\0IENDCRC.";

enum { PNG_BYTES = sizeof png - 1 };

static const char *folder;

/* How many files the store has. */
static int
stored(void)
{
    DIR *list = opendir(config()->media_dir);
    struct dirent *entry;
    int count = 0;

    while ((entry = readdir(list)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(list);
    return count;
}

static struct media_new
upload(const char *bytes, size_t length)
{
    struct media_new new = { .profile = PROFILE, .alt = "a dot" };
    struct media_temp temp;

    assert_true(media_store_begin(&temp));
    assert_true(media_store_add(&temp, bytes, length / 2));
    assert_true(media_store_add(&temp, bytes + length / 2,
                                length - length / 2));
    hash_add(&temp.state, bytes, length);
    assert_int_equal(media_keep(&temp, &new).kind, FAULT_NONE);
    return new;
}

static void
an_upload_gets_a_file_a_row_and_an_event(void **state)
{
    struct media_new new = upload(png, PNG_BYTES);
    uint8_t hash[HASH_BYTES];

    (void)state;
    hash_bytes(png, PNG_BYTES, hash);
    assert_memory_equal(new.hash, hash, HASH_BYTES);
    db_begin();
    assert_int_equal(media_create(&new).kind, FAULT_NONE);
    db_commit();
    value_set_text("id", new.id);
    assert_int_equal(db_integer("SELECT bytes FROM media WHERE id = :id"
        " AND hash = :media_hash AND width = 3 AND height = 2"
        " AND type = 'image/png' AND extension = 'png' AND alt = 'a dot'"
        " AND duration_ms IS NULL AND deleted_at IS NULL", 0), PNG_BYTES);
    assert_int_equal(db_integer("SELECT count(*) FROM event"
        " WHERE type = 'media.created' AND data ->> 'media_id' = :id", 0), 1);
    assert_int_equal(stored(), 1);
    assert_int_equal(access(media_store_path(new.id, "png"), R_OK), 0);
    media_discard(&new);
    assert_int_equal(stored(), 0);
    media_store_delete(new.id, "png");          /* twice is no fault */
    assert_int_not_equal(access(media_store_path(new.id, "png"), R_OK), 0);
}

static void
a_bad_file_leaves_nothing(void **state)
{
    struct media_new new = { .profile = PROFILE };
    struct media_temp temp;

    (void)state;
    assert_true(media_store_begin(&temp));
    assert_int_equal(media_keep(&temp, &new).kind, FAULT_FILE_MISSING);
    assert_true(media_store_begin_named(&temp));
    assert_true(media_store_add(&temp, "<svg/>", 6));
    assert_int_equal(stored(), 1);
    assert_int_equal(media_keep(&temp, &new).kind, FAULT_FILE_TYPE);
    assert_int_equal(stored(), 0);
    assert_int_equal(temp.file, -1);
}

/* What the publisher fetches is written by something else. */
static void
a_fetched_file_is_measured_and_born_deleted(void **state)
{
    struct media_new new = { .profile = PROFILE,
                             .source_url = "https://a.de/x.png" };
    struct media_temp temp;
    uint8_t hash[HASH_BYTES];
    FILE *other;

    (void)state;
    assert_true(media_store_begin_named(&temp));
    other = fopen(temp.path, "w");
    assert_int_equal(fwrite(png, 1, PNG_BYTES, other), PNG_BYTES);
    fclose(other);
    assert_true(media_store_measure(&temp));
    assert_int_equal(temp.bytes, PNG_BYTES);
    assert_int_equal(media_keep(&temp, &new).kind, FAULT_NONE);
    hash_bytes(png, PNG_BYTES, hash);
    assert_memory_equal(new.hash, hash, HASH_BYTES);
    db_begin();
    media_adopt(&new);
    db_commit();
    value_set_text("id", new.id);
    assert_int_equal(db_integer("SELECT count(*) FROM media WHERE id = :id"
        " AND deleted_at IS NOT NULL"
        " AND source_url = 'https://a.de/x.png'", 0), 1);
    assert_int_equal(stored(), 1);
    media_discard(&new);
}

static void
set_user(const char *setting)
{
    db_begin();
    db_run(memory_format("UPDATE user SET %s", setting));
    db_commit();
}

static void
plans_and_quotas_refuse(void **state)
{
    struct media_new new;

    (void)state;
    db_begin();
    db_run("UPDATE media SET deleted_at = 1");
    db_commit();
    assert_int_equal(media_allowed(PROFILE, 1LL << 40).kind, FAULT_NONE);
    assert_int_equal(media_allowed("nobody", 1).kind, FAULT_UPLOAD_PLAN);
    set_user("uploads_enabled = 0");
    assert_int_equal(media_allowed(PROFILE, 1).kind, FAULT_UPLOAD_PLAN);
    set_user("uploads_enabled = 1, storage_bytes = 100");
    assert_int_equal(media_allowed(PROFILE, 100).kind, FAULT_NONE);
    assert_int_equal(media_allowed(PROFILE, 101).kind, FAULT_STORAGE_QUOTA);
    assert_int_equal(media_allowed(PROFILE, 101).limit, 100);

    new = upload(png, PNG_BYTES);       /* 73 bytes: one fits, two do not */
    db_begin();
    assert_int_equal(media_create(&new).kind, FAULT_NONE);
    db_commit();
    assert_int_equal(stored(), 1);
    new = upload(png, PNG_BYTES);
    db_begin();
    assert_int_equal(media_create(&new).kind, FAULT_STORAGE_QUOTA);
    db_rollback();
    assert_int_equal(stored(), 1);
    assert_int_equal(db_integer("SELECT count(*) FROM media"
                                " WHERE deleted_at IS NULL", 0), 1);
    set_user("storage_bytes = NULL");
}

/* The value of one name in a URL's query. */
static const char *
part(const char *url, const char *name)
{
    const char *start = strstr(url, memory_format("%s=", name));

    start += strlen(name) + 1;
    return memory_copy_bytes(start, strcspn(start, "&"));
}

static void
a_signed_url_proves_itself(void **state)
{
    const char *url = media_serve_url(PROFILE, "png");
    const char *key = part(url, "key"), *expires = part(url, "expires");
    const char *signature = part(url, "signature");
    long long end;

    (void)state;
    assert_true(text_begins(url, "http://127.0.0.1:1/api/media/serve?key="));
    assert_string_equal(key, PROFILE ".png");
    assert_true(text_number(expires, 0, INT64_MAX, &end));
    assert_int_equal(end % 3600, 0);
    assert_true(end * 1000 >= clock_now() + DAY - SECOND);
    assert_true(end * 1000 <= clock_now() + DAY + HOUR);
    assert_string_equal(media_serve_url(PROFILE, "png"), url);

    assert_true(media_check_signature(key, expires, signature));
    assert_false(media_check_signature(PROFILE ".mp4", expires, signature));
    assert_false(media_check_signature(key, memory_format("%lld", end + 3600),
                                       signature));
    assert_false(media_check_signature(key, expires, "0"));
    assert_false(media_check_signature(key, expires, ""));
    assert_false(media_check_signature(NULL, expires, signature));
    assert_false(media_check_signature(key, NULL, signature));
    assert_false(media_check_signature(key, expires, NULL));
    assert_false(media_check_signature(key, "99999999999999999999999",
                                       signature));
}

static void
a_signed_url_expires(void **state)
{
    const char *url = media_serve_url(PROFILE, "png");
    const char *clock = memory_format("%s/clock", folder);
    FILE *file = fopen(clock, "w");

    (void)state;
#ifndef CRIER_TEST
    skip();                             /* only test builds move the clock */
#endif
    setenv("CRIER_CLOCK", clock, 1);
    fprintf(file, "%d", DAY - MINUTE);
    fclose(file);
    assert_true(media_check_signature(part(url, "key"), part(url, "expires"),
                                      part(url, "signature")));
    file = fopen(clock, "w");
    fprintf(file, "%d", DAY + HOUR + MINUTE);
    fclose(file);
    assert_false(media_check_signature(part(url, "key"), part(url, "expires"),
                                       part(url, "signature")));
    unsetenv("CRIER_CLOCK");
}

static int
open_instance(void **state)
{
    (void)state;
    folder = instance_open("minimum_free_mb = 1\n");
    db_begin();
    db_batch("INSERT INTO user (id, email, created_at, updated_at)"
             "  VALUES ('" USER "', 'ann@example.com', 0, 0);"
             "INSERT INTO profile (id, name, created_at, updated_at)"
             "  VALUES ('" PROFILE "', 'Ann', 0, 0);"
             "INSERT INTO membership VALUES"
             "  ('" PROFILE "', '" USER "', 'owner', 0)");
    db_commit();
    return 0;
}

static int
close_instance(void **state)
{
    (void)state;
    instance_remove(folder);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_upload_gets_a_file_a_row_and_an_event),
        cmocka_unit_test(a_bad_file_leaves_nothing),
        cmocka_unit_test(a_fetched_file_is_measured_and_born_deleted),
        cmocka_unit_test(plans_and_quotas_refuse),
        cmocka_unit_test(a_signed_url_proves_itself),
        cmocka_unit_test(a_signed_url_expires),
    };

    return cmocka_run_group_tests(tests, open_instance, close_instance);
}
