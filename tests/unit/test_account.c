/* test_account.c: connecting, renewing, expiring and disconnecting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "instance.h"
#include "core/account.h"
#include "data/value.h"

#define SECRET "{\"access_token\":\"s3cr3t\"}"

static struct account_facts facts = {
    .profile = "p1", .network = "mastodon", .server = "https://m.example",
    .remote_id = "42", .handle = "ann@m.example", .name = "Ann",
    .credentials = SECRET, .limits = "{\"characters\":500}"
};

static enum fault_kind
connect_account(char *id)
{
    struct fault fault;

    db_begin();
    fault = account_connect(&facts, id);
    if (fault.kind)
        db_rollback();
    else
        db_commit();
    return fault.kind;
}

static int64_t
count(const char *table_and_condition)
{
    return db_integer(memory_format("SELECT count(*) FROM %s",
                                    table_and_condition), -1);
}

static int
forget(void **state)
{
    (void)state;
    db_rollback();
    instance_sql(config()->database,
        "PRAGMA foreign_keys = ON;"
        "DELETE FROM post; DELETE FROM account; DELETE FROM event");
    return 0;
}

static void
what_is_no_link_is_not_kept_as_one(void **state)
{
    char id[ID_ROOM];

    (void)state;
    facts.profile_url = "https://m.example/@ann";
    facts.avatar_url = "javascript:alert(1)";
    assert_int_equal(connect_account(id), FAULT_NONE);
    facts.profile_url = facts.avatar_url = NULL;
    assert_int_equal(count("account WHERE avatar_url IS NULL"
                           " AND profile_url = 'https://m.example/@ann'"), 1);
}

static void
credentials_are_sealed_for_their_account(void **state)
{
    char first[ID_ROOM], second[ID_ROOM];
    struct text plain = { 0 };
    int64_t version = 0;

    (void)state;
    assert_int_equal(connect_account(first), FAULT_NONE);
    assert_string_equal(account_credentials(first, &version), SECRET);
    assert_int_equal(version, 1);
    assert_int_equal(count("account WHERE instr(credentials, 's3cr3t')"), 0);
    facts.remote_id = "43";
    assert_int_equal(connect_account(second), FAULT_NONE);
    facts.remote_id = "42";
    value_set_text("id", first);
    db_run("SELECT credentials AS box FROM account WHERE id = :id");
    assert_false(secret_open(memory_format("account%s", second),
                             value_find("box")->bytes,
                             value_find("box")->length, &plain));
}

static void
connecting_again_updates_the_account(void **state)
{
    char first[ID_ROOM], again[ID_ROOM];
    int64_t version;

    (void)state;
    connect_account(first);
    db_begin();
    assert_true(account_expire(first, 1));
    db_commit();
    facts.handle = "ann2@m.example";
    assert_int_equal(connect_account(again), FAULT_NONE);
    facts.handle = "ann@m.example";
    assert_string_equal(first, again);
    assert_string_equal(account_credentials(first, &version), SECRET);
    assert_int_equal(version, 2);
    assert_int_equal(count("account WHERE status = 'active'"
                           " AND handle = 'ann2@m.example'"), 1);
    assert_int_equal(count("event WHERE type = 'account.connected'"), 2);
    assert_int_equal(count("event WHERE type = 'account.expired'"), 1);
}

static void
a_place_on_this_host_has_one_profile(void **state)
{
    struct account_facts before = facts;
    char first[ID_ROOM], again[ID_ROOM];

    (void)state;
    facts = (struct account_facts){ .profile = "p1", .network = "site",
                                    .remote_id = "ann", .handle = "ann" };
    assert_int_equal(connect_account(first), FAULT_NONE);
    assert_int_equal(connect_account(again), FAULT_NONE);
    assert_string_equal(first, again);
    facts.profile = "p2";
    assert_int_equal(connect_account(again), FAULT_CONFLICT);
    facts.remote_id = "bea";
    assert_int_equal(connect_account(again), FAULT_NONE);
    facts = before;
}

static void
what_names_no_account_is_refused(void **state)
{
    char id[ID_ROOM];

    (void)state;
    facts.network = "geocities";
    assert_int_equal(connect_account(id), FAULT_PLATFORM_UNSUPPORTED);
    facts.network = "mastodon";
    facts.remote_id = "";
    assert_int_equal(connect_account(id), FAULT_FIELD);
    facts.remote_id = "42";
    facts.profile = "nobody";
    assert_int_equal(connect_account(id), FAULT_FIELD);
    facts.profile = "p1";
    assert_int_equal(count("account"), 0);
}

static void
only_one_of_two_renewals_is_kept(void **state)
{
    char id[ID_ROOM];
    int64_t mine = 1, theirs = 1;

    (void)state;
    connect_account(id);
    db_begin();
    assert_true(account_renew(id, &mine, "{\"n\":1}", 99));
    assert_false(account_renew(id, &theirs, "{\"n\":2}", 99));
    db_commit();
    assert_int_equal(mine, 2);
    assert_string_equal(account_credentials(id, &theirs), "{\"n\":1}");
    assert_int_equal(theirs, 2);
}

static void
only_the_credentials_that_were_refused_expire(void **state)
{
    char id[ID_ROOM];
    int64_t version = 1;

    (void)state;
    connect_account(id);
    db_begin();
    account_renew(id, &version, SECRET, 0);
    assert_false(account_expire(id, 1));
    assert_true(account_expire(id, 2));
    assert_false(account_expire(id, 2));
    db_commit();
    assert_int_equal(count("event WHERE type = 'account.expired'"), 1);
}

/* Targets of the account in every state; a verifying one has an open attempt
   that was sent. */
static void
add_targets(const char *account)
{
    instance_sql(config()->database, memory_format(
        "INSERT INTO post (id, profile, created_at, updated_at)"
        " VALUES ('post', 'p1', 1, 1);"
        "INSERT INTO target (id, post, profile, account, network, state,"
        "  due_at, next_at, remote_id, held_at, created_at, updated_at)"
        " SELECT column1, 'post', 'p1', '%s', 'mastodon', column2, 1, 1,"
        "  'r', column3, 1, 1"
        "  FROM (VALUES ('draft', 'draft', NULL),"
        "   ('one', 'scheduled', NULL), ('held', 'scheduled', 5),"
        "   ('check', 'verifying', NULL), ('done', 'posted', NULL),"
        "   ('bad', 'failed', NULL));"
        "INSERT INTO attempt (id, target, number, worker, claimed_at,"
        "  sent_at) VALUES ('a', 'check', 1, 'w', 1, 2)", account));
}

static void
disconnecting_cancels_what_was_scheduled(void **state)
{
    char id[ID_ROOM];
    int64_t version;

    (void)state;
    connect_account(id);
    add_targets(id);
    db_begin();
    assert_int_equal(account_disconnect(id, "p2").kind,
                     FAULT_ACCOUNT_NOT_FOUND);
    assert_int_equal(account_disconnect(id, "p1").kind, FAULT_NONE);
    assert_int_equal(account_disconnect(id, "p1").kind,
                     FAULT_ACCOUNT_NOT_FOUND);
    db_commit();
    assert_null(account_credentials(id, &version));
    assert_int_equal(count("target WHERE id || ' ' || state IN"
        " ('draft draft', 'one cancelled', 'held cancelled',"
        "  'check uncertain', 'done posted', 'bad failed')"), 6);
    assert_int_equal(count("event WHERE type = 'post.cancelled'"), 2);
    assert_int_equal(count("event WHERE type = 'post.uncertain'"
                           " AND target = 'check' AND attempt = 'a'"), 1);
    assert_int_equal(count("attempt WHERE outcome = 'uncertain'"), 1);
    assert_int_equal(count("target WHERE reason LIKE 'uncertain: %'"), 1);
}

static void
a_disconnected_account_comes_back_by_connecting(void **state)
{
    char id[ID_ROOM], again[ID_ROOM];
    int64_t version = 2;

    (void)state;
    connect_account(id);
    db_begin();
    account_disconnect(id, NULL);
    assert_false(account_renew(id, &version, SECRET, 0));
    db_commit();
    connect_account(again);
    assert_string_equal(id, again);
    assert_string_equal(account_credentials(id, &version), SECRET);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(credentials_are_sealed_for_their_account,
                               forget),
        cmocka_unit_test_setup(what_is_no_link_is_not_kept_as_one, forget),
        cmocka_unit_test_setup(connecting_again_updates_the_account, forget),
        cmocka_unit_test_setup(a_place_on_this_host_has_one_profile, forget),
        cmocka_unit_test_setup(what_names_no_account_is_refused, forget),
        cmocka_unit_test_setup(only_one_of_two_renewals_is_kept, forget),
        cmocka_unit_test_setup(only_the_credentials_that_were_refused_expire,
                               forget),
        cmocka_unit_test_setup(disconnecting_cancels_what_was_scheduled,
                               forget),
        cmocka_unit_test_setup(a_disconnected_account_comes_back_by_connecting,
                               forget),
    };
    const char *folder = instance_open("");
    int failed;

    instance_sql(config()->database,
        "INSERT INTO user (id, email, created_at, updated_at)"
        " VALUES ('u1', 'a@b', 1, 1);"
        "INSERT INTO profile (id, name, created_at, updated_at)"
        " VALUES ('p1', 'One', 1, 1), ('p2', 'Two', 1, 1)");
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    instance_remove(folder);
    return failed;
}
