/* test_key.c: whose key a token is, what it may do, and when no longer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "instance.h"
#include "base/clock.h"
#include "base/text.h"
#include "core/key.h"

static struct key_wish wish = { .profile = "p1", .user = "u1",
                                .name = "n8n", .scopes = "post:write" };

static struct fault
create(struct key *key, char *token)
{
    struct fault fault;

    db_begin();
    fault = key_create(&wish, key, token);
    if (fault.kind)
        db_rollback();
    else
        db_commit();
    return fault;
}

static int
kind_of(const char *token)
{
    struct key key;

    return (int)key_authenticate(token, &key).kind;
}

static void
change(const char *sql)
{
    db_begin();
    assert_int_equal(db_run(sql), DB_NO_ROW);
    db_commit();
}

static void
a_new_key_names_its_profile_and_is_stored_hashed(void **state)
{
    char token[KEY_ROOM];
    struct key made, found;

    (void)state;
    assert_int_equal(create(&made, token).kind, FAULT_NONE);
    assert_int_equal(strlen(token), 6 + 43);
    assert_int_equal(key_authenticate(token, &found).kind, FAULT_NONE);
    assert_string_equal(found.id, made.id);
    assert_string_equal(found.profile, "p1");
    assert_string_equal(found.user, "u1");
    assert_int_equal(found.limited, 0);
    assert_int_equal(db_integer("SELECT count(*) FROM api_key WHERE"
        " length(hash) = 32 AND length(hint) = 12", 0), 1);
}

static void
a_strange_token_is_no_key(void **state)
{
    char token[KEY_ROOM];
    struct key made;

    (void)state;
    assert_int_equal(kind_of(""), FAULT_KEY_INVALID);
    assert_int_equal(kind_of("crier_"), FAULT_KEY_INVALID);
    create(&made, token);
    token[20] = token[20] == 'A' ? 'B' : 'A';
    assert_int_equal(kind_of(token), FAULT_KEY_INVALID);
}

static void
a_key_ends_with_its_time(void **state)
{
    char token[KEY_ROOM];
    struct key made;

    (void)state;
    wish.expires_at = clock_now() + HOUR;
    assert_int_equal(create(&made, token).kind, FAULT_NONE);
    assert_int_equal(kind_of(token), FAULT_NONE);
    change("UPDATE api_key SET expires_at = :key_now WHERE id = :key_id");
    assert_int_equal(kind_of(token), FAULT_KEY_INVALID);
    wish.expires_at = clock_now() - 1;
    assert_int_equal(create(&made, token).kind, FAULT_TIME_PAST);
    wish.expires_at = 0;
}

static void
a_revoked_key_is_no_key(void **state)
{
    char token[KEY_ROOM];
    struct key made;

    (void)state;
    create(&made, token);
    db_begin();
    assert_int_equal(key_revoke(made.id, "p2").kind, FAULT_NOT_FOUND);
    assert_int_equal(key_revoke(made.id, "p1").kind, FAULT_NONE);
    assert_int_equal(key_revoke(made.id, NULL).kind, FAULT_NOT_FOUND);
    db_commit();
    assert_int_equal(kind_of(token), FAULT_KEY_INVALID);
}

static void
a_user_without_the_api_is_told_so(void **state)
{
    char token[KEY_ROOM];
    struct key made;

    (void)state;
    create(&made, token);
    change("UPDATE user SET api_enabled = 0 WHERE id = 'u1'");
    assert_int_equal(kind_of(token), FAULT_API_DISABLED);
    change("UPDATE user SET api_enabled = 1, disabled_at = 5"
           " WHERE id = 'u1'");
    assert_int_equal(kind_of(token), FAULT_API_DISABLED);
    change("UPDATE user SET disabled_at = NULL WHERE id = 'u1'");
    assert_int_equal(kind_of(token), FAULT_NONE);
}

static void
a_key_ends_when_its_user_leaves_the_profile(void **state)
{
    char token[KEY_ROOM];
    struct key made;

    (void)state;
    wish.user = "u2";
    create(&made, token);
    assert_int_equal(kind_of(token), FAULT_NONE);
    change("DELETE FROM membership WHERE user = 'u2'");
    assert_int_equal(kind_of(token), FAULT_KEY_INVALID);
    assert_int_equal(create(&made, token).kind, FAULT_FIELD);
    wish.user = "u1";
}

static void
a_limited_key_has_its_profiles_accounts_only(void **state)
{
    static const char *const own[] = { "a1", "a1", NULL };
    static const char *const foreign[] = { "a1", "a2", NULL };
    char token[KEY_ROOM];
    struct key made;

    (void)state;
    wish.accounts = foreign;
    assert_int_equal(create(&made, token).kind, FAULT_ACCOUNTS);
    wish.accounts = own;
    assert_int_equal(create(&made, token).kind, FAULT_NONE);
    assert_int_equal(made.limited, 1);
    assert_int_equal(db_integer("SELECT count(*) FROM api_key_account",
                                0), 1);
    wish.accounts = NULL;
}

static void
scopes_are_words_of_one_list(void **state)
{
    struct key key = { .scopes = "post:read media:write" };

    (void)state;
    assert_true(key_has_scope(&key, "post:read"));
    assert_false(key_has_scope(&key, "post:write"));
    assert_false(key_has_scope(&key, "post"));
    key.scopes = "all";
    assert_true(key_has_scope(&key, "team:write"));
    assert_string_equal(key_scope_list("media:write, post:read,post:read"),
                        "post:read media:write");
    assert_string_equal(key_scope_list("post:read,all"), "all");
    assert_string_equal(key_scope_list("write"), "post:write media:write");
    assert_string_equal(key_scope_list("ai,webhooks,post:read"),
                        "post:read webhook:read webhook:write ai:write");
    assert_string_equal(key_scope_list("read,all"), "all");
    assert_null(key_scope_list("reads"));
    assert_null(key_scope_list("post:delete"));
    assert_null(key_scope_list(" ,"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_key_names_its_profile_and_is_stored_hashed),
        cmocka_unit_test(a_strange_token_is_no_key),
        cmocka_unit_test(a_key_ends_with_its_time),
        cmocka_unit_test(a_revoked_key_is_no_key),
        cmocka_unit_test(a_user_without_the_api_is_told_so),
        cmocka_unit_test(a_key_ends_when_its_user_leaves_the_profile),
        cmocka_unit_test(a_limited_key_has_its_profiles_accounts_only),
        cmocka_unit_test(scopes_are_words_of_one_list),
    };
    const char *folder = instance_open("");
    int failed;

    instance_sql(config()->database,
        "INSERT INTO user (id, email, created_at, updated_at)"
        " VALUES ('u1', 'a@b', 1, 1), ('u2', 'b@b', 1, 1);"
        "INSERT INTO profile (id, name, created_at, updated_at)"
        " VALUES ('p1', 'One', 1, 1), ('p2', 'Two', 1, 1);"
        "INSERT INTO membership VALUES ('p1', 'u1', 'owner', 1),"
        " ('p1', 'u2', 'member', 1), ('p2', 'u2', 'owner', 1);"
        "INSERT INTO account (id, profile, network, server, remote_id,"
        "  handle, connected_at, updated_at)"
        " VALUES ('a1', 'p1', 'site', '', '1', 'h', 1, 1),"
        "  ('a2', 'p2', 'site', '', '1', 'h', 1, 1)");
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    instance_remove(folder);
    return failed;
}
