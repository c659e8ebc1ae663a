/* test_db.c: opening, values by name, refusals in words, transactions, the
   writer lock and the log's size. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/clock.h"
#include "data/value.h"
#include "dying.h"
#include "instance.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>

static const char *folder;

static void
write_one(const char *sql)
{
    db_begin();
    if (db_run(sql) == DB_REFUSED)
        fail_msg("%s: %s", sql, db_why());
    db_commit();
}

static int64_t
count(void)
{
    return db_integer("SELECT count(*) FROM meta WHERE name <> 'kept'", -1);
}

static void
columns_become_values(void **state)
{
    struct text reply = { 0 };

    (void)state;
    assert_int_equal(db_run("SELECT 5 AS n, 'x' AS t, NULL AS z,"
                            " x'00ff' AS b, 1.5 AS r"), DB_ROW);
    assert_int_equal(value_integer("n", 0), 5);
    assert_string_equal(value_text("t"), "x");
    assert_false(value_is_set("z"));
    assert_int_equal(value_find("b")->type, VALUE_BLOB);
    assert_memory_equal(value_find("b")->bytes, "\0\xff", 2);
    assert_string_equal(value_text("r"), "1.5");
    assert_int_equal(db_integer("SELECT :n + 1", 0), 6);
    assert_string_equal(db_text("SELECT :t || :t"), "xx");
    assert_int_equal(db_integer("SELECT :z IS NULL AND :b = x'00ff'", 0), 1);
    assert_int_equal(db_run("SELECT 1 AS n WHERE 0"), DB_NO_ROW);
    assert_int_equal(value_integer("n", 0), 5);
    assert_null(db_text("SELECT NULL"));
    assert_null(db_text("SELECT 1 WHERE 0"));
    assert_int_equal(db_integer("SELECT 'x'", 9), 9);
    assert_int_equal(db_run_reply("SELECT json_object('a', :n)", &reply, NULL),
                     DB_ROW);
    assert_string_equal(text_string(&reply), "{\"a\":5}");
    assert_int_equal(db_run_reply("SELECT 1 WHERE 0", &reply, NULL), DB_NO_ROW);
}

static void
append_number(void *list)
{
    text_add_format(list, "%s,", db_text("SELECT 'n' || :n"));
}

static void
rows_are_read_before_they_are_used(void **state)
{
    struct text list = { 0 };

    (void)state;
    assert_int_equal(db_each("WITH t(n) AS (VALUES (1), (2), (3))"
                             " SELECT n FROM t ORDER BY n DESC",
                             append_number, &list), 3);
    assert_string_equal(list.data, "n3,n2,n1,");
    assert_int_equal(db_each("SELECT 1 AS n WHERE 0", append_number, &list),
                     0);
}

static void
mistakes_in_statements_end_the_program(void **state)
{
    (void)state;
    value_reset();
    assert_dies("no value :nobody", db_run("SELECT :nobody"));
    assert_dies("no value ?", db_run("SELECT ?"));
    assert_dies("no such table", db_run("SELECT * FROM nowhere"));
    assert_dies("more than one statement", db_run("SELECT 1; SELECT 2"));
    assert_dies("more than one row", db_run("SELECT 1 UNION SELECT 2"));
    assert_dies("no such column", db_run("SELECT \"quoted\""));
    assert_dies("outside a transaction", db_batch("SELECT 1"));
    db_begin();
    assert_dies("held already", db_begin());
    db_rollback();
    assert_dies("outside a transaction", db_after_commit(append_number, NULL));
    assert_int_equal(db_run("SELECT 1 AS n; "), DB_ROW);
}

/* No SQL function reaches the file system, and the schema cannot be turned. */
static void
the_connection_is_hardened(void **state)
{
    (void)state;
    assert_dies("not authorized", db_run("SELECT load_extension('x')"));
    assert_dies("may not be modified",
                db_run("UPDATE sqlite_schema SET sql = ''"));
    assert_dies("too many attached", db_run("ATTACH ':memory:' AS other"));
    assert_int_equal(db_integer("PRAGMA foreign_keys", 0), 1);
    assert_int_equal(db_integer("PRAGMA synchronous", 0), 2);
    assert_int_equal(db_integer("PRAGMA trusted_schema", 1), 0);
    assert_string_equal(db_text("PRAGMA journal_mode"), "wal");
}

static void
refusals_are_words(void **state)
{
    static const struct { const char *sql, *words; } rows[] = {
        { "INSERT INTO user (id, email, created_at, updated_at)"
          " VALUES ('u', 'nonsense', 0, 0)", "email must look like name@host" },
        { "INSERT INTO profile (id, name, created_at, updated_at)"
          " VALUES ('p', '', 0, 0)",
          "a profile's name has 1 to 100 characters" },
        { "INSERT INTO meta (name) VALUES ('x')", "meta.value" },
        { "INSERT INTO meta VALUES ('kept', 'again')", "meta.name" },
        { "INSERT INTO api_key_account VALUES ('nobody', 'nobody')",
          "FOREIGN KEY" },
        { "INSERT INTO user (id, email, created_at, updated_at)"
          " VALUES ('u', 'a@b', 'soon', 0)", "user.created_at" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        db_begin();
        if (db_run(rows[i].sql) != DB_REFUSED
            || strstr(db_why(), rows[i].words) == NULL)
            fail_msg("%s: %s", rows[i].sql, db_why());
        db_rollback();
    }
}

static void
a_batch_is_all_or_nothing(void **state)
{
    (void)state;
    db_begin();
    assert_int_equal(db_batch("INSERT INTO meta VALUES ('a', '1'), ('b', '2');"
                              " UPDATE meta SET value = '3'"
                              " WHERE name = 'a';\n"), DB_ROW);
    assert_int_equal(db_changes(), 3);
    db_commit();
    assert_int_equal(count(), 2);
    db_begin();
    assert_int_equal(db_batch("DELETE FROM meta WHERE name <> 'kept';"
                              "INSERT INTO meta VALUES ('kept', 'again');"
                              "INSERT INTO meta VALUES ('c', '1')"),
                     DB_REFUSED);
    db_rollback();
    assert_int_equal(count(), 2);
    write_one("DELETE FROM meta WHERE name <> 'kept'");
    assert_int_equal(db_changes(), 2);
    write_one("UPDATE meta SET value = 1 WHERE 0");
    assert_int_equal(db_changes(), 0);
}

static void
a_rollback_forgets(void **state)
{
    (void)state;
    db_rollback();                      /* none is open: right too */
    db_begin();
    assert_true(db_in_transaction());
    db_run("INSERT INTO meta VALUES ('a', '1')");
    assert_int_equal(count(), 1);
    db_rollback();
    assert_false(db_in_transaction());
    assert_int_equal(count(), 0);
}

static void
work_waits_for_its_commit(void **state)
{
    struct text list = { 0 };

    (void)state;
    value_set_integer("n", 7);
    db_begin();
    db_after_commit(append_number, &list);
    db_rollback();
    db_begin();
    db_commit();
    assert_int_equal(list.length, 0);
    db_begin();
    db_after_commit(append_number, &list);
    db_after_commit(append_number, &list);
    assert_int_equal(list.length, 0);
    db_commit();
    assert_string_equal(text_string(&list), "n7,n7,");
    db_begin();
    db_commit();
    assert_string_equal(text_string(&list), "n7,n7,");
}

/* Another process; 1 is what it answers when all went well. */
static pid_t
child(int (*job)(void))
{
    pid_t process;

    db_close();
    process = fork();
    if (process == 0) {
        db_open(config()->database);
        _exit(job() == 1 ? 0 : 1);
    }
    db_open(config()->database);
    return process;
}

static int
add_hundred(void)
{
    int i;

    for (i = 0; i < 100; i++) {
        db_begin();
        db_run("UPDATE meta SET value = value + 1 WHERE name = 'kept'");
        db_commit();
    }
    return 1;
}

static void
writers_are_served_in_turn(void **state)
{
    pid_t children[4];
    int i, status;

    (void)state;
    write_one("UPDATE meta SET value = '0' WHERE name = 'kept'");
    for (i = 0; i < 4; i++)
        children[i] = child(add_hundred);
    add_hundred();
    for (i = 0; i < 4; i++) {
        waitpid(children[i], &status, 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(db_integer("SELECT CAST(value AS INTEGER) FROM meta"
                                " WHERE name = 'kept'", 0), 500);
}

static int told[2];

/* Hold the writer lock and an open transaction until killed. */
static int
hold(void)
{
    db_begin();
    db_run("INSERT INTO meta VALUES ('held', '1')");
    if (write(told[1], "x", 1) == 1)
        pause();
    return 0;
}

static void
a_killed_writer_lets_the_next_on(void **state)
{
    int64_t start;
    pid_t holder, killer;
    char c;

    (void)state;
    assert_int_equal(pipe(told), 0);
    holder = child(hold);
    assert_int_equal(read(told[0], &c, 1), 1);
    assert_int_equal(count(), 0);       /* readers do not wait */
    killer = fork();
    if (killer == 0) {
        usleep(200000);
        kill(holder, SIGKILL);
        _exit(0);
    }
    start = clock_steady();
    write_one("INSERT INTO meta VALUES ('mine', '1')");
    assert_true(clock_steady() - start >= 150);
    assert_int_equal(count(), 1);       /* and not the held one */
    write_one("DELETE FROM meta WHERE name = 'mine'");
    waitpid(holder, NULL, 0);
    waitpid(killer, NULL, 0);
    close(told[0]);
    close(told[1]);
}

/* A program that knows nothing of the lock, such as sqlite3, is waited for. */
static void
a_busy_database_is_waited_for(void **state)
{
    pid_t stranger;
    char c;

    (void)state;
    assert_int_equal(pipe(told), 0);
    db_close();
    stranger = fork();
    if (stranger == 0) {
        sqlite3 *handle;

        sqlite3_open(config()->database, &handle);
        sqlite3_exec(handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        if (write(told[1], "x", 1) == 1)
            usleep(200000);
        sqlite3_exec(handle, "COMMIT", NULL, NULL, NULL);
        _exit(0);
    }
    db_open(config()->database);
    assert_int_equal(read(told[0], &c, 1), 1);
    write_one("INSERT INTO meta VALUES ('a', '1')");
    write_one("DELETE FROM meta WHERE name = 'a'");
    waitpid(stranger, NULL, 0);
    close(told[0]);
    close(told[1]);
}

static long long
bytes_of(const char *ending)
{
    struct stat what;

    return stat(memory_format("%s%s", config()->database, ending), &what) == 0
           ? (long long)what.st_size : -1;
}

/* The log is emptied by the writer that makes it pass 250 pages; closing
   leaves it, so that no reader pays for it. */
static void
the_log_stays_short(void **state)
{
    long long most = 0;
    int i;

    (void)state;
    for (i = 0; i < 400; i++) {
        write_one("INSERT OR REPLACE INTO meta"
                  " VALUES ('big', hex(zeroblob(4000)))");
        if (bytes_of("-wal") > most)
            most = bytes_of("-wal");
    }
    assert_in_range(most, 250 * 4096, 300 * 4120);
    db_close();
    assert_true(bytes_of("-wal") >= 0);
    db_open(config()->database);
    write_one("DELETE FROM meta WHERE name = 'big'");
}

static void
only_our_database_is_opened(void **state)
{
    const char *other = memory_format("%s/other.db", folder);
    const char *link = memory_format("%s/link.db", folder);

    (void)state;
    db_close();
    assert_dies("no database is open", db_run("SELECT 1"));
    assert_dies("cannot be opened", db_open(other));
    db_close();
    assert_dies("absolute", db_open("crier.db"));
    assert_dies("folder", db_open("/nowhere/crier.db"));
    instance_sql(other, "CREATE TABLE t (x)");
    assert_dies("is not a Crier database", db_open(other));
    db_close();
    instance_sql(other, "PRAGMA application_id = 0x43726972;"
                 "PRAGMA user_version = 999");
    assert_dies("schema version 999", db_open(other));
    db_close();
    assert_int_equal(symlink(config()->database, link), 0);
    assert_dies("cannot be opened", db_open(link));
    db_close();
    db_open(config()->database);
    assert_int_equal(db_integer("SELECT 1", 0), 1);
}

static void
check_names_what_is_wrong(void **state)
{
    (void)state;
    value_reset();
    assert_null(db_check("SELECT value FROM meta WHERE name = :a", "b a"));
    assert_non_null(strstr(db_check("SELECT :a, :c", "b a"), ":c"));
    assert_non_null(strstr(db_check("SELECT x FROM meta", ""), "x"));
    assert_non_null(strstr(db_check("SELECT ?", ""), "?"));
    value_set_integer("c", 1);
    assert_null(db_check("SELECT :c", ""));
}

static int
open_instance(void **state)
{
    (void)state;
    folder = instance_open("");
    write_one("INSERT INTO meta VALUES ('kept', '0')");
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
        cmocka_unit_test(columns_become_values),
        cmocka_unit_test(rows_are_read_before_they_are_used),
        cmocka_unit_test(mistakes_in_statements_end_the_program),
        cmocka_unit_test(the_connection_is_hardened),
        cmocka_unit_test(refusals_are_words),
        cmocka_unit_test(a_batch_is_all_or_nothing),
        cmocka_unit_test(a_rollback_forgets),
        cmocka_unit_test(work_waits_for_its_commit),
        cmocka_unit_test(writers_are_served_in_turn),
        cmocka_unit_test(a_killed_writer_lets_the_next_on),
        cmocka_unit_test(a_busy_database_is_waited_for),
        cmocka_unit_test(the_log_stays_short),
        cmocka_unit_test(only_our_database_is_opened),
        cmocka_unit_test(check_names_what_is_wrong),
    };

    return cmocka_run_group_tests(tests, open_instance, close_instance);
}
