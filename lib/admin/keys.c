/* keys.c: making, listing and revoking API keys. */
#include "admin/keys.h"
#include "admin/command.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "core/key.h"
#include "data/db.h"
#include "data/value.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { ACCOUNTS_MOST = 200 };

/* The account ids of a list parted by commas, ended by NULL; NULL where the
   option is not given. */
static const char *const *
read_accounts(void)
{
    const char *list = command_option("accounts");
    const char **accounts = memory_get((ACCOUNTS_MOST + 1) * sizeof *accounts);
    char *rest = list ? memory_copy(list) : NULL, *word;
    int count = 0;

    if (list == NULL)
        return NULL;
    while ((word = strsep(&rest, " ,")) != NULL) {
        if (word[0] == '\0')
            continue;
        if (count == ACCOUNTS_MOST)
            command_misused("--accounts names more than %d", ACCOUNTS_MOST);
        accounts[count++] = word;
    }
    if (count == 0)
        command_misused("--accounts names none");
    return accounts;
}

static int64_t
read_expiry(void)
{
    const char *value = command_option("expires");
    int64_t time = 0;

    if (value != NULL && clock_read(value, NULL, &time) != CLOCK_OK)
        command_misused("--expires must be a time such as"
                        " 2027-01-31T12:00:00Z");
    return time;
}

int
keys_add(void)
{
    const char *user = command_user(command_option("user"));
    struct key_wish wish = {
        .profile = command_profile(user),
        .user = user,
        .name = command_option("name"),
        .scopes = command_option("scopes"),
        .accounts = read_accounts(),
        .expires_at = read_expiry()
    };
    char token[KEY_ROOM];
    struct key key;

    db_begin();
    command_check(key_create(&wish, &key, token));
    db_commit();
    printf("%s\n", token);
    return 0;
}

static const char *
print_time(int64_t time, const char *never)
{
    return time == 0 ? never : clock_print(time, CLOCK_SECONDS,
                                           memory_get(CLOCK_ROOM));
}

static void
print_key(void *nothing)
{
    struct stat used;
    int64_t last = 0;

    (void)nothing;
    if (stat(key_run_file(value_text("key_id")), &used) == 0)
        last = (int64_t)used.st_mtime * SECOND;
    value_set_text("key_last", print_time(last, "never"));
    value_set_text("key_until", print_time(value_integer("key_expires", 0),
                                           "never"));
    printf("%s\n", db_text("SELECT printf('%-36s  %-12s  %-8s  %-20s  %-20s"
                           "  %-24s  %s  [%s]', :key_id, :key_hint,"
                           "  :key_state, :key_until, :key_last, :key_email,"
                           "  :key_name, :key_scopes)"));
}

int
keys_list(void)
{
    printf("%-36s  %-12s  %-8s  %-20s  %-20s  %-24s  %s\n", "id", "begins",
           "state", "expires", "last used", "user", "name [scopes]");
    value_set_text("of", command_option("user"));
    value_set_integer("key_now", clock_now());
    db_each("SELECT k.id AS key_id, k.hint AS key_hint,"
            " CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'"
            "  WHEN k.expires_at <= :key_now THEN 'expired'"
            "  WHEN u.disabled_at IS NOT NULL OR NOT u.api_enabled"
            "   THEN 'off'"
            "  WHEN k.limited THEN 'limited' ELSE 'active' END AS key_state,"
            " k.expires_at AS key_expires, u.email AS key_email,"
            " k.name AS key_name, k.scopes AS key_scopes"
            " FROM api_key k JOIN user u ON u.id = k.user"
            " WHERE u.email = ifnull(:of, u.email) ORDER BY k.id",
            print_key, NULL);
    return 0;
}

int
keys_revoke(void)
{
    db_begin();
    command_check(key_revoke(command_operand(), NULL));
    db_commit();
    return 0;
}
