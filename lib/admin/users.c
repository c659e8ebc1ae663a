/* users.c: people, what they may use, and their profiles. */
#include "admin/users.h"
#include "admin/command.h"
#include "base/text.h"
#include "core/profile.h"
#include "core/user.h"
#include "data/db.h"
#include "data/value.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *
read_password(void)
{
    const char *hash = NULL;

    command_check(user_password_hash(command_secret("password"), &hash));
    return hash;
}

int
users_add(void)
{
    const char *hash = read_password();
    char id[ID_ROOM];

    db_begin();
    command_check(user_add(command_operand(), hash, id));
    db_commit();
    printf("%s\n", id);
    return 0;
}

/* A quota: a whole number, for bytes with K, M or G behind it, or `none`. */
static int64_t
read_quota(const char *name, int bytes)
{
    static const char units[] = "KMG";
    const char *value = command_option(name), *unit;
    struct text digits = { 0 };
    long long number;
    int shift = 0;

    if (value == NULL)
        return SAME;
    if (text_same(value, "none"))
        return WITHOUT_LIMIT;
    text_add(&digits, value);
    unit = digits.length > 1 ? strchr(units, digits.data[digits.length - 1])
                             : NULL;
    if (bytes && unit != NULL) {
        shift = 10 * (int)(unit - units + 1);
        digits.data[digits.length - 1] = '\0';
    }
    if (!text_number(text_string(&digits), 0, INT64_MAX >> shift, &number))
        command_misused("--%s must be %s or none", name, bytes
                        ? "a number of bytes, such as 500M," : "a number");
    return number << shift;
}

int
users_set(void)
{
    struct user_change change = {
        .plan = command_option("plan"),
        .posts_a_month = read_quota("posts", 0),
        .storage_bytes = read_quota("storage", 1),
        .ai_credits_a_month = read_quota("ai-credits", 0),
        .api = command_switch("api", SAME),
        .uploads = command_switch("uploads", SAME)
    };
    const char *user = command_user(command_operand());

    db_begin();
    command_check(user_set(user, &change));
    db_commit();
    return 0;
}

int
users_list(void)
{
    command_list("id                                    plan       posts/month"
                 "      storage  api  uploads  state     email",
                 "SELECT printf('%-36s  %-9s  %11s  %11s  %-3s  %-7s  %-8s"
                 "  %s', id, plan, ifnull(posts_a_month, 'none'),"
                 "  ifnull(storage_bytes, 'none'),"
                 "  iif(api_enabled, 'on', 'off'),"
                 "  iif(uploads_enabled, 'on', 'off'),"
                 "  iif(disabled_at, 'disabled', 'active'), email) AS line"
                 " FROM user ORDER BY email");
    return 0;
}

int
users_password(void)
{
    const char *user = command_user(command_operand());
    const char *hash = read_password();

    db_begin();
    user_set_password(user, hash);
    db_commit();
    return 0;
}

int
users_disable(void)
{
    const char *user = command_user(command_operand());

    db_begin();
    user_disable(user, !command_flag("undo"));
    db_commit();
    return 0;
}

int
users_profile_add(void)
{
    const char *user = command_user(command_option("user"));
    char id[ID_ROOM];

    db_begin();
    command_check(profile_add(user, command_option("name"),
                              command_option("timezone"), id));
    db_commit();
    printf("%s\n", id);
    return 0;
}

int
users_profile_list(void)
{
    value_set_text("of", command_option("user"));
    command_list("id                                    owner"
                 "                     timezone          name",
                 "SELECT printf('%-36s  %-24s  %-16s  %s', p.id, u.email,"
                 "  p.timezone, p.name) AS line"
                 " FROM profile p JOIN membership m"
                 "  ON m.profile = p.id AND m.role = 'owner'"
                 " JOIN user u ON u.id = m.user"
                 " WHERE u.email = ifnull(:of, u.email) ORDER BY p.id");
    return 0;
}
