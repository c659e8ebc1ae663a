/* test_invariants.c: each statement finds what breaks its promise, and
   nothing else, once the schema no longer holds it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "instance.h"
#include "base/text.h"
#include "core/invariants.h"
#include "data/migrate.h"

/* A database without the indexes, checks and triggers that hold the
   promises, and with three targets that keep them all: one has failed after a
   doubt, when its owner had said that it is not there and the clock had gone
   back. */
#define LAX \
    "PRAGMA ignore_check_constraints = ON;" \
    "DROP INDEX \"an account has one post in flight\";" \
    "DROP INDEX \"a target has one open attempt\";" \
    "DROP INDEX \"a delivery has one open attempt\";"

#define SOUND \
    "INSERT INTO profile (id, name, created_at, updated_at)" \
    " VALUES ('p', 'One', 1, 1);" \
    "INSERT INTO account (id, profile, network, server, remote_id, handle," \
    "  connected_at, updated_at)" \
    " VALUES ('a', 'p', 'site', '', '1', 'h', 1, 1);" \
    "INSERT INTO post (id, profile, created_at, updated_at)" \
    " VALUES ('post', 'p', 1, 1);" \
    "INSERT INTO target (id, post, profile, account, network, state," \
    "  due_at, next_at, worker, remote_id, created_at, updated_at)" \
    " VALUES ('busy', 'post', 'p', 'a', 'site', 'publishing', 1, 1, 'w'," \
    "  NULL, 1, 1)," \
    "  ('done', 'post', 'p', 'a', 'site', 'posted', 1, 1, NULL, 'r', 1, 1);" \
    "INSERT INTO attempt (id, target, number, worker, claimed_at, sent_at," \
    "  ended_at, outcome) VALUES ('b1', 'busy', 1, 'w', 1, 2, NULL, NULL)," \
    "  ('d1', 'done', 1, 'w', 1, 2, 3, 'posted');" \
    "INSERT INTO event (id, profile, type, target, attempt, data," \
    "  created_at) VALUES ('e', 'p', 'post.published', 'done', 'd1', '{}'," \
    "  1);" \
    "INSERT INTO target (id, post, profile, account, network, state," \
    "  created_at, updated_at)" \
    " VALUES ('sent again', 'post', 'p', 'a', 'site', 'failed', 1, 1);" \
    "INSERT INTO attempt (id, target, number, worker, claimed_at, sent_at," \
    "  ended_at, outcome)" \
    " VALUES ('s1', 'sent again', 1, 'w', 1, 80, 90, 'uncertain')," \
    "  ('s2', 'sent again', 2, 'w', 4, 5, 6, 'failed');" \
    "INSERT INTO event (id, profile, type, target, attempt, data," \
    "  created_at) VALUES ('s1', 'p', 'post.uncertain', 'sent again', 's1'," \
    "  '{}', 90), ('s2', 'p', 'post.scheduled', 'sent again', NULL, '{}', 3)," \
    "  ('s3', 'p', 'post.failed', 'sent again', 's2', '{}', 6);" \
    "INSERT INTO change (target, kind, next_at, created_at)" \
    " VALUES ('done', 'delete', 1, 1);" \
    "INSERT INTO webhook (id, profile, url, host, events, secret," \
    "  created_at, updated_at)" \
    " VALUES ('w', 'p', 'u', 'h', '[]', x'', 1, 1)," \
    "  ('v', 'p', 'u', 'h', '[]', x'', 1, 1);" \
    "INSERT INTO delivery (id, event, webhook, state, next_at, body," \
    "  created_at, updated_at) VALUES" \
    "  ('told', 'e', 'w', 'delivered', NULL, '{}', 1, 1)," \
    "  ('telling', 'e', 'v', 'pending', 1, '{}', 1, 1);" \
    "INSERT INTO delivery_attempt (id, delivery, number, started_at," \
    "  ended_at, status) VALUES ('t1', 'told', 1, 1, 2, 204)," \
    "  ('g1', 'telling', 1, 1, NULL, NULL);"

#define PART(state, root) \
    "INSERT INTO target (id, post, profile, account, network, state," \
    "  created_at, updated_at, root, part) VALUES ('x', 'post', 'p', 'a'," \
    "  'site', '" state "', 1, 1, '" root "', 1);"

static const struct breach {
    const char *name, *sql;
} breaches[] = {
    { "I1", "INSERT INTO attempt (id, target, number, worker, claimed_at)"
            " VALUES ('b2', 'busy', 2, 'w', 1)" },
    { "I2", "INSERT INTO target (id, post, profile, account, network, state,"
            "  due_at, next_at, worker, created_at, updated_at)"
            " VALUES ('too', 'post', 'p', 'a', 'site', 'publishing', 1, 1,"
            "  'w', 1, 1)" },
    { "I3", "UPDATE target SET worker = NULL WHERE id = 'busy'" },
    { "I4", "INSERT INTO target (id, post, profile, account, network, state,"
            "  remote_id, created_at, updated_at)"
            " VALUES ('x', 'post', 'p', 'a', 'site', 'posted', 'r', 1, 1);"
            "INSERT INTO attempt (id, target, number, worker, claimed_at,"
            "  ended_at, outcome) VALUES ('x1', 'x', 1, 'w', 1, 3, 'posted');"
            "INSERT INTO event (id, profile, type, target, attempt, data,"
            "  created_at) VALUES ('ex', 'p', 'post.published', 'x', 'x1',"
            "  '{}', 1)" },
    { "I5", "UPDATE attempt SET ended_at = 5, outcome = 'crashed'"
            " WHERE id = 'b1'" },
    { "I6", "UPDATE target SET remote_id = NULL WHERE id = 'done'" },
    { "I7", "DELETE FROM event WHERE target = 'done'" },
    { "I7", "INSERT INTO event (id, profile, type, target, data, created_at)"
            " VALUES ('e2', 'p', 'post.published', 'done', '{}', 1)" },
    { "I8", "UPDATE attempt SET number = 2 WHERE id = 'b1'" },
    { "I8", "DROP TRIGGER attempt_ended" },
    { "I11", "INSERT INTO target (id, post, profile, account, network, state,"
             "  created_at, updated_at)"
             " VALUES ('x', 'post', 'p', 'a', 'site', 'failed', 1, 1);"
             "INSERT INTO attempt (id, target, number, worker, claimed_at,"
             "  sent_at, ended_at, outcome)"
             " VALUES ('x1', 'x', 1, 'w', 1, 2, 3, 'uncertain'),"
             "  ('x2', 'x', 2, 'w', 4, 5, 6, 'failed');"
             "INSERT INTO event (id, profile, type, target, attempt, data,"
             "  created_at) VALUES ('ex', 'p', 'post.failed', 'x', 'x2', '{}',"
             "  6)" },
    { "I11", "UPDATE event SET rowid = 0 WHERE id = 's2'" },
    { "I13", "INSERT INTO delivery_attempt (id, delivery, number, started_at)"
            " VALUES ('g2', 'telling', 2, 1)" },
    { "I13", "UPDATE delivery SET body = NULL WHERE id = 'told'" },
    { "I13", "UPDATE delivery_attempt SET status = 500"
             " WHERE id = 't1'" },
    { "I14", PART("draft", "done") },
    { "I14", PART("cancelled", "busy") "INSERT INTO event (id, profile, type,"
             "  target, data, created_at) VALUES ('ex', 'p',"
             "  'post.cancelled', 'x', '{}', 1)" },
    { "I12", "UPDATE change SET worker = 'w'" },
    { "I12", "INSERT INTO attempt (id, target, number, kind, worker,"
             "  claimed_at) VALUES ('d2', 'done', 2, 'delete', 'w', 1);"
             "UPDATE change SET worker = 'another'" },
    { "I12", "DELETE FROM change; INSERT INTO attempt (id, target, number,"
             "  kind, worker, claimed_at)"
             " VALUES ('d2', 'done', 2, 'delete', 'w', 1)" },
};

static const char *folder;

static void
check(const char *sql, const char *broken)
{
    static int checks;
    const char *path = memory_format("%s/%d.db", folder, ++checks);
    const struct invariant *invariant;

    migrate_create(path, migrate_schema);
    instance_sql(path, memory_format("%s%s%s", LAX, SOUND, sql));
    db_open(path);
    for (invariant = invariants; invariant->name != NULL; invariant++) {
        const char *first;

        assert_int_equal(invariants_check(invariant, &first) > 0,
                         text_same(invariant->name, broken));
        assert_int_equal(first != NULL, text_same(invariant->name, broken));
    }
    db_close();
}

static void
a_sound_database_breaks_none(void **state)
{
    (void)state;
    check("", "none");
}

static void
each_breach_is_found_by_its_own_statement(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof breaches / sizeof breaches[0]; i++)
        check(breaches[i].sql, breaches[i].name);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_database_breaks_none),
        cmocka_unit_test(each_breach_is_found_by_its_own_statement),
    };
    int failed;

    folder = instance_folder("");
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    instance_remove(folder);
    return failed;
}
