/* test_user.c: making users and profiles, passwords, and what each may use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "instance.h"
#include "base/clock.h"
#include "core/profile.h"
#include "core/user.h"
#include "data/value.h"

static const char *hash;

static enum fault_kind
add(const char *email, char *id)
{
    struct fault fault;

    db_begin();
    fault = user_add(email, hash, id);
    if (fault.kind)
        db_rollback();
    else
        db_commit();
    return fault.kind;
}

static struct fault
set(const char *id, struct user_change change)
{
    struct fault fault;

    db_begin();
    fault = user_set(id, &change);
    if (fault.kind)
        db_rollback();
    else
        db_commit();
    return fault;
}

/* A column of the user, as text. */
static const char *
column(const char *id, const char *name)
{
    const char *text;

    value_set_text("id", id);
    text = db_text(memory_format("SELECT ifnull(%s, 'null') FROM user"
                                 " WHERE id = :id", name));
    return text ? text : "absent";
}

static void
a_user_comes_with_a_profile(void **state)
{
    char id[ID_ROOM];
    const char *profile;

    (void)state;
    assert_int_equal(add("ann@example.org", id), FAULT_NONE);
    profile = profile_of(id, NULL);
    assert_non_null(profile);
    value_set_text("id", profile);
    assert_string_equal(db_text("SELECT name || ' ' || timezone"
                                " FROM profile WHERE id = :id"), "ann UTC");
    assert_string_equal(user_find("ANN@example.org"), id);
}

static void
an_email_is_taken_once_and_has_a_form(void **state)
{
    static const char *const bad[] = { "", "ann", "@b", "a@", "a b@c",
                                       "a@b@c", "a@b\n", "a@\xff" };
    char id[ID_ROOM];
    size_t i;

    (void)state;
    assert_int_equal(add("two@example.org", id), FAULT_NONE);
    assert_int_equal(add("TWO@example.org", id), FAULT_CONFLICT);
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(add(bad[i], id), FAULT_FIELD);
    assert_int_equal(db_integer("SELECT count(*) FROM user"
                                " WHERE email LIKE 'two@%'", 0), 1);
}

static void
only_the_password_lets_in(void **state)
{
    char id[ID_ROOM];

    (void)state;
    add("three@example.org", id);
    assert_string_equal(user_check("three@example.org", "long enough"), id);
    assert_null(user_check("three@example.org", "long enougH"));
    assert_null(user_check("nobody@example.org", "long enough"));
    db_begin();
    user_disable(id, 1);
    db_commit();
    assert_null(user_check("three@example.org", "long enough"));
    db_begin();
    user_disable(id, 0);
    db_commit();
    assert_string_equal(user_check("three@example.org", "long enough"), id);
}

static int64_t
time_of_check(const char *email)
{
    int64_t start = clock_steady();

    user_check(email, "some password");
    return clock_steady() - start;
}

/* An unknown email costs a hash like a known one; without it the answer would
   come in well under a millisecond. */
static void
an_unknown_email_takes_as_long(void **state)
{
    char id[ID_ROOM];
    int64_t known, unknown;

    (void)state;
    add("four@example.org", id);
    known = time_of_check("four@example.org");
    unknown = time_of_check("who@example.org");
    assert_true(unknown * 5 > known);
}

static void
a_password_is_not_too_short_or_long(void **state)
{
    const char *made;
    char *long_one = memory_get(PASSWORD_MOST + 2);

    (void)state;
    memset(long_one, 'x', PASSWORD_MOST + 1);
    assert_int_equal(user_password_hash("seven77", &made).kind, FAULT_FIELD);
    assert_int_equal(user_password_hash(long_one, &made).kind, FAULT_FIELD);
    assert_int_equal(user_password_hash("bad \xc3\x28 utf8", &made).kind,
                     FAULT_FIELD);
}

static void
a_new_password_ends_the_sessions(void **state)
{
    char id[ID_ROOM];

    (void)state;
    add("five@example.org", id);
    value_set_text("id", id);
    db_begin();
    db_run("INSERT INTO session (hash, user, created_at, expires_at)"
           " VALUES (x'01', :id, 1, 2)");
    user_set_password(id, hash);
    db_commit();
    assert_int_equal(db_integer("SELECT count(*) FROM session", 9), 0);
}

static void
a_change_leaves_what_it_does_not_name(void **state)
{
    struct user_change change = USER_SAME;
    char id[ID_ROOM];

    (void)state;
    add("six@example.org", id);
    change.posts_a_month = 10;
    change.storage_bytes = 0;
    assert_int_equal(set(id, change).kind, FAULT_NONE);
    change = USER_SAME;
    change.posts_a_month = WITHOUT_LIMIT;
    change.api = 0;
    assert_int_equal(set(id, change).kind, FAULT_NONE);
    assert_string_equal(column(id, "posts_a_month"), "null");
    assert_string_equal(column(id, "storage_bytes || ''"), "0");
    assert_string_equal(column(id, "api_enabled || ''"), "0");
    assert_string_equal(column(id, "uploads_enabled || ''"), "1");
    assert_string_equal(column(id, "plan"), "unlimited");
}

static void
a_free_plan_has_no_uploads_unless_said(void **state)
{
    struct user_change change = USER_SAME;
    char id[ID_ROOM];

    (void)state;
    add("seven@example.org", id);
    change.plan = "free";
    set(id, change);
    assert_string_equal(column(id, "uploads_enabled || ''"), "0");
    change.uploads = 1;
    set(id, change);
    assert_string_equal(column(id, "uploads_enabled || ''"), "1");
    change.plan = "golden";
    assert_int_equal(set(id, change).kind, FAULT_FIELD);
    assert_string_equal(column(id, "plan"), "free");
}

static void
a_profile_has_a_name_a_zone_and_members(void **state)
{
    char ann[ID_ROOM], bob[ID_ROOM], id[ID_ROOM];

    (void)state;
    add("eight@example.org", ann);
    add("nine@example.org", bob);
    db_begin();
    assert_int_equal(profile_add(ann, "", NULL, id).kind, FAULT_FIELD);
    db_rollback();
    db_begin();
    assert_int_equal(profile_add(ann, "Shop", "Mars/Phobos", id).kind,
                     FAULT_ZONE);
    assert_int_equal(profile_add(ann, "Shop", "Europe/Berlin", id).kind,
                     FAULT_NONE);
    db_commit();
    assert_string_equal(profile_of(ann, id), id);
    assert_string_not_equal(profile_of(ann, NULL), id);
    assert_null(profile_of(bob, id));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_user_comes_with_a_profile),
        cmocka_unit_test(an_email_is_taken_once_and_has_a_form),
        cmocka_unit_test(only_the_password_lets_in),
        cmocka_unit_test(an_unknown_email_takes_as_long),
        cmocka_unit_test(a_password_is_not_too_short_or_long),
        cmocka_unit_test(a_new_password_ends_the_sessions),
        cmocka_unit_test(a_change_leaves_what_it_does_not_name),
        cmocka_unit_test(a_free_plan_has_no_uploads_unless_said),
        cmocka_unit_test(a_profile_has_a_name_a_zone_and_members),
    };
    const char *folder = instance_open("");
    int failed;

    user_password_hash("long enough", &hash);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    instance_remove(folder);
    return failed;
}
