/* user.c: making users, checking passwords, setting what each may use. */
#include "core/user.h"
#include "core/config.h"
#include "core/profile.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/db.h"
#include "data/value.h"

#include <errno.h>
#include <string.h>

enum { EMAIL_MOST = 254 };      /* RFC 5321 section 4.5.3.1.3, less <> */

static int
email_is_plain(const char *email)
{
    const char *at = strchr(email, '@');
    const char *p;

    if (at == NULL || at == email || at[1] == '\0' || strchr(at + 1, '@')
        || strlen(email) > EMAIL_MOST || !utf8_is_clean(email, strlen(email)))
        return 0;
    for (p = email; *p != '\0'; p++)
        if ((unsigned char)*p <= ' ' || *p == 0x7f)
            return 0;
    return 1;
}

struct fault
user_add(const char *email, const char *hash, char *id)
{
    const char *name = memory_copy_bytes(email, strcspn(email, "@"));
    char profile[ID_ROOM];

    if (!email_is_plain(email))
        return (struct fault){ .kind = FAULT_FIELD, .field = "email",
            .detail = "email must look like name@host." };
    if (user_find(email) != NULL)
        return (struct fault){ .kind = FAULT_CONFLICT, .field = "email",
            .detail = "A user with this email exists." };
    value_set_text("user_id", id_new(id));
    value_set_text("user_email", email);
    value_set_text("user_password", hash);
    value_set_integer("user_now", clock_now());
    if (db_run("INSERT INTO user (id, email, password, created_at,"
               " updated_at) VALUES (:user_id, :user_email, :user_password,"
               "  :user_now, :user_now)") == DB_REFUSED)
        return (struct fault){ .kind = FAULT_FIELD, .field = "email",
                               .detail = db_why() };
    return profile_add(id, name, NULL, profile);
}

/* The lock that lets one password be hashed at a time: each takes 19 MiB. */
static int
one_at_a_time(void)
{
    const char *path = memory_format("%s/password", config()->run_dir);
    int lock = lock_wait(path);

    if (lock < 0)
        die("%s: %s", path, strerror(errno));
    return lock;
}

struct fault
user_password_hash(const char *password, const char **hash)
{
    size_t length = strlen(password);
    int lock;

    if (length < PASSWORD_LEAST || length > PASSWORD_MOST
        || !utf8_is_clean(password, length))
        return (struct fault){ .kind = FAULT_FIELD, .field = "password",
            .detail = "A password has 8 to 1000 bytes of text." };
    lock = one_at_a_time();
    *hash = password_hash(password);
    lock_release(lock);
    return NO_FAULT;
}

const char *
user_find(const char *email)
{
    value_set_text("user_email", email);
    return db_text("SELECT id FROM user WHERE email = :user_email");
}

const char *
user_check(const char *email, const char *password)
{
    const char *hash;
    int lock, good;

    value_set_text("user_email", email);
    hash = db_text("SELECT password FROM user"
                   " WHERE email = :user_email AND disabled_at IS NULL");
    if (strlen(password) > PASSWORD_MOST)
        return NULL;
    lock = one_at_a_time();
    good = password_check(hash, password);
    lock_release(lock);
    return good ? user_find(email) : NULL;
}

void
user_set_password(const char *id, const char *hash)
{
    value_set_text("user_id", id);
    value_set_text("user_password", hash);
    value_set_integer("user_now", clock_now());
    db_batch("UPDATE user SET password = :user_password,"
             "  updated_at = :user_now WHERE id = :user_id;"
             "DELETE FROM session WHERE user = :user_id");
}

/* SAME leaves a column, WITHOUT_LIMIT sets it to null: the statement below
   tells them apart by their numbers. */
struct fault
user_set(const char *id, const struct user_change *change)
{
    int uploads = change->uploads;

    if (uploads == SAME && change->plan != NULL)
        uploads = strcmp(change->plan, "free") != 0;
    value_set_text("user_id", id);
    value_set_text("user_plan", change->plan);
    value_set_integer("user_posts", change->posts_a_month);
    value_set_integer("user_storage", change->storage_bytes);
    value_set_integer("user_credits", change->ai_credits_a_month);
    value_set_integer("user_api", change->api);
    value_set_integer("user_uploads", uploads);
    value_set_integer("user_now", clock_now());
    if (db_run("UPDATE user SET plan = ifnull(:user_plan, plan),"
               " posts_a_month = CASE :user_posts WHEN -2 THEN posts_a_month"
               "  WHEN -1 THEN NULL ELSE :user_posts END,"
               " storage_bytes = CASE :user_storage WHEN -2 THEN storage_bytes"
               "  WHEN -1 THEN NULL ELSE :user_storage END,"
               " ai_credits_a_month = CASE :user_credits"
               "  WHEN -2 THEN ai_credits_a_month"
               "  WHEN -1 THEN NULL ELSE :user_credits END,"
               " api_enabled = iif(:user_api = -2, api_enabled, :user_api),"
               " uploads_enabled = iif(:user_uploads = -2, uploads_enabled,"
               "  :user_uploads), updated_at = :user_now"
               " WHERE id = :user_id") == DB_REFUSED)
        return (struct fault){ .kind = FAULT_FIELD, .field = "plan",
                               .detail = db_why() };
    return NO_FAULT;
}

void
user_disable(const char *id, int disabled)
{
    value_set_text("user_id", id);
    value_set_integer("user_disabled", disabled);
    value_set_integer("user_now", clock_now());
    db_batch("UPDATE user SET updated_at = :user_now, disabled_at ="
             "  iif(:user_disabled, ifnull(disabled_at, :user_now), NULL)"
             " WHERE id = :user_id;"
             "DELETE FROM session WHERE user = :user_id AND :user_disabled");
}
