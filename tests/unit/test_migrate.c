/* test_migrate.c: an older schema and the steps from it are schema.sql. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "instance.h"
#include "base/text.h"
#include "data/migrate.h"
#include "data/snapshot.h"

static const char *folder;

/* A schema older than schema.sql, made by taking from it; its steps bring
   back what is missing in the ways that real ones would: a new column, a new
   index, a table rebuilt under its old name. */
#define OLDER \
    "DROP INDEX target_order;" \
    "ALTER TABLE attempt DROP COLUMN request_hash;" \
    "DROP TABLE network_app;" \
    "CREATE TABLE network_app (network TEXT NOT NULL, server TEXT NOT NULL," \
    "  credentials BLOB NOT NULL, PRIMARY KEY (network, server))" \
    "  STRICT, WITHOUT ROWID;" \
    "INSERT INTO network_app VALUES ('mastodon', 'https://m', x'01');"

static const struct migrate_step good[] = {
    { DB_VERSION + 1, "request-hash",
      "ALTER TABLE attempt ADD COLUMN request_hash BLOB;"
      "CREATE INDEX target_order ON target (account, due_at, id)"
      "  WHERE state IN ('scheduled', 'verifying') AND held_at IS NULL;" },
    { DB_VERSION + 2, "app-time",
      "CREATE TABLE network_app_new (network TEXT NOT NULL,"
      "  server TEXT NOT NULL, credentials BLOB NOT NULL,"
      "  created_at INTEGER NOT NULL, PRIMARY KEY (network, server))"
      "  STRICT, WITHOUT ROWID;"
      "INSERT INTO network_app_new"
      "  SELECT network, server, credentials, 7 FROM network_app;"
      "DROP TABLE network_app;"
      "ALTER TABLE network_app_new RENAME TO network_app" },
    {0}
};

static const char *
new_path(const char *name)
{
    return memory_format("%s/%s.db", folder, name);
}

static const char *
older(const char *name)
{
    const char *path = new_path(name);

    assert_int_equal(migrate_create(path, migrate_schema), 1);
    instance_sql(path, OLDER);
    return path;
}

/* One statement without comments, blanks and the quotes of plain names. */
static char *
normal(const char *sql)
{
    char *out = memory_get(strlen(sql) + 1), *end = out;
    const char *p = sql;

    for (; *p != '\0'; p++) {
        if (p[0] == '-' && p[1] == '-')
            p += strcspn(p, "\n");
        if (strchr(" \n\t\"", *p) == NULL)
            *end++ = *p;
        if (*p == '\0')
            break;
    }
    return out;
}

static int
add_object(void *context, int count, char **columns, char **names)
{
    (void)count, (void)names;
    text_add_format(context, "%s %s\n", columns[0], normal(columns[1]));
    return 0;
}

/* Every object of a database's schema, in a form that can be compared. */
static const char *
schema_of(const char *path)
{
    struct text text = { 0 };
    sqlite3 *handle;

    sqlite3_open(path, &handle);
    sqlite3_exec(handle, "SELECT type || ' ' || name, ifnull(sql, '')"
                 " FROM sqlite_schema ORDER BY type, name", add_object, &text,
                 NULL);
    sqlite3_close(handle);
    return text_string(&text);
}

static int
version_of(const char *path)
{
    int version;

    db_open_any(path);
    version = (int)db_integer("PRAGMA user_version", -1);
    db_close();
    return version;
}

static void
an_older_schema_and_its_steps_are_the_schema(void **state)
{
    const char *new = new_path("new"), *old = older("old");

    (void)state;
    migrate_create(new, migrate_schema);
    assert_true(strlen(schema_of(new)) > 5000);
    assert_string_not_equal(schema_of(old), schema_of(new));
    assert_int_equal(migrate_run(old, good, DB_VERSION + 2), 2);
    assert_string_equal(schema_of(old), schema_of(new));
    db_open_any(old);
    assert_int_equal(db_integer("SELECT created_at FROM network_app"
                                " WHERE network = 'mastodon'", 0), 7);
    db_close();
    assert_int_equal(migrate_run(old, good, DB_VERSION + 2), 0);
}

/* A post in a database of any version, with one ended attempt. */
#define A_POST \
    "INSERT INTO profile (id, name, created_at, updated_at)" \
    "  VALUES ('p', 'x', 1, 1);" \
    "INSERT INTO post (id, profile, created_at, updated_at)" \
    "  VALUES ('o', 'p', 1, 1);" \
    "INSERT INTO target (rowid, id, post, profile, network, state, text," \
    "  created_at, updated_at)" \
    "  VALUES (7, 't', 'o', 'p', 'site', 'draft', 'words', 1, 1);" \
    "INSERT INTO attempt (id, target, number, worker, claimed_at, ended_at," \
    "  outcome) VALUES ('a', 't', 1, 'w', 1, 2, 'retry');"

/* tests/unit/schema/NNNN*.sql is schema.sql as a release had it. */
static void
every_released_schema_becomes_the_present_one(void **state)
{
    static const char *const released[] = { "0001", "0002", "0002-parts" };
    const char *new = new_path("present"), *file = new_path("file");
    size_t i;

    (void)state;
    migrate_create(new, migrate_schema);
    migrate_create(file, instance_read("schema.sql"));
    assert_string_equal(schema_of(file), schema_of(new));
    assert_null(strstr(migrate_schema, "--"));  /* each request would read it */
    assert_int_equal(version_of(new), DB_VERSION);
    for (i = 0; i < sizeof released / sizeof *released; i++) {
        const char *old = new_path(memory_format("from-%s", released[i]));

        migrate_create(old, instance_read(memory_format(
            "tests/unit/schema/%s.sql", released[i])));
        instance_sql(old, A_POST);
        migrate_run(old, migrate_steps, DB_VERSION);
        assert_string_equal(schema_of(old), schema_of(new));
        db_open_any(old);
        assert_int_equal(db_integer("SELECT count(*) FROM target t"
            "  JOIN attempt a ON a.target = t.id WHERE t.rowid = 7"
            " AND t.text = 'words' AND t.root IS NULL AND t.part = 0", 0), 1);
        db_close();
    }
}

static void
a_copy_is_kept_before_the_first_step(void **state)
{
    const char *old = older("copied");
    const char *copy = memory_format("%s.version-%d", old, DB_VERSION);

    (void)state;
    migrate_run(old, good, DB_VERSION + 2);
    assert_int_equal(version_of(copy), DB_VERSION);
    assert_int_equal(access(memory_format("%s.part", copy), F_OK), -1);
}

/* Run the steps in a child, since a failure ends the program. */
static int
run_apart(const char *path, const struct migrate_step *steps, int version,
          const char *kill_at)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(99);
        if (kill_at != NULL)
            setenv("CRIER_KILL_AT", kill_at, 1);
        migrate_run(path, steps, version);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return status;
}

static void
a_step_that_fails_leaves_nothing_behind(void **state)
{
    static const struct migrate_step bad[] = {
        { DB_VERSION + 1, "breaks-references",
          "CREATE TABLE left_over (id TEXT);"
          "INSERT INTO membership VALUES ('nobody', 'none', 'member', 1)" },
        {0}
    };
    const char *old = older("failing"), *before = schema_of(old);

    (void)state;
    assert_int_equal(WEXITSTATUS(run_apart(old, bad, DB_VERSION + 1, NULL)),
                     70);
    assert_string_equal(schema_of(old), before);
    assert_int_equal(version_of(old), DB_VERSION);
}

static void
a_newer_schema_is_refused(void **state)
{
    const char *path = new_path("newer");

    (void)state;
    migrate_create(path, migrate_schema);
    instance_sql(path, memory_format("PRAGMA user_version = %d",
                                     DB_VERSION + 2));
    assert_int_equal(WEXITSTATUS(run_apart(path, good, DB_VERSION, NULL)),
                     70);
    assert_int_equal(version_of(path), DB_VERSION + 2);
    assert_string_equal(snapshot_fault(path), memory_format("it has schema"
        " version %d, newer than this program's %d", DB_VERSION + 2,
        DB_VERSION));
}

static void
a_database_is_never_overwritten(void **state)
{
    const char *path = older("there");

    (void)state;
    assert_int_equal(migrate_create(path, migrate_schema), 0);
    assert_int_equal(version_of(path), DB_VERSION);
}

#ifdef CRIER_TEST
/* Killed at any statement, the database is the old one, the new one or one
   between, and the next run ends the work. */
static void
a_migration_may_die_anywhere(void **state)
{
    const char *new = new_path("whole");
    int kill_at, status = SIGKILL;

    (void)state;
    migrate_create(new, migrate_schema);
    for (kill_at = 1; WIFSIGNALED(status); kill_at++) {
        const char *old = older(memory_format("killed-%d", kill_at));

        status = run_apart(old, good, DB_VERSION + 2,
                           memory_format("%d", kill_at));
        assert_int_equal(run_apart(old, good, DB_VERSION + 2, NULL), 0);
        assert_string_equal(schema_of(old), schema_of(new));
    }
    assert_true(kill_at > 20);
}
#endif

int
main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef CRIER_TEST
        cmocka_unit_test(a_migration_may_die_anywhere),
#endif
        cmocka_unit_test(an_older_schema_and_its_steps_are_the_schema),
        cmocka_unit_test(every_released_schema_becomes_the_present_one),
        cmocka_unit_test(a_copy_is_kept_before_the_first_step),
        cmocka_unit_test(a_step_that_fails_leaves_nothing_behind),
        cmocka_unit_test(a_newer_schema_is_refused),
        cmocka_unit_test(a_database_is_never_overwritten),
    };
    int failed;

    folder = instance_folder("");
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    instance_remove(folder);
    return failed;
}
