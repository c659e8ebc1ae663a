/* test_lock.c: locks that go when their holder goes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/lock.h"
#include "base/memory.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/crier-lock-XXXXXX";

static const char *
in_folder(const char *name)
{
    return memory_format("%s/%s", folder, name);
}

/* A child that holds a lock; it has it when this returns. */
static pid_t
holder(const char *path)
{
    int told[2];
    pid_t child;
    char c;

    assert_int_equal(pipe(told), 0);
    child = fork();
    if (child == 0) {
        if (lock_try(path) >= 0 && write(told[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    close(told[1]);
    assert_int_equal(read(told[0], &c, 1), 1);
    close(told[0]);
    return child;
}

static void
end(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void
one_holds_it(void **state)
{
    const char *path = in_folder("one");
    struct stat what;
    int file;

    (void)state;
    assert_false(lock_is_held(path));
    file = lock_try(path);
    assert_true(file >= 0);
    assert_int_equal(stat(path, &what), 0);
    assert_int_equal(what.st_mode & 0777, 0600);
    assert_true(lock_is_held(path));
    assert_int_equal(lock_try(path), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    lock_release(file);
    assert_false(lock_is_held(path));
    file = lock_try(path);
    assert_true(file >= 0);
    lock_release(file);
    lock_release(-1);
    assert_int_equal(lock_try("/nowhere/lock"), -1);
    assert_int_equal(errno, ENOENT);
}

static void
a_killed_holder_lets_go(void **state)
{
    const char *path = in_folder("killed");
    pid_t child = holder(path);
    int file;

    (void)state;
    assert_true(lock_is_held(path));
    assert_int_equal(lock_try(path), -1);
    end(child);
    assert_false(lock_is_held(path));
    file = lock_try(path);
    assert_true(file >= 0);
    lock_release(file);
}

static void
waiting_ends_when_it_is_free(void **state)
{
    const char *path = in_folder("wait");
    pid_t child = holder(path);
    int64_t start = clock_steady();
    int file;

    (void)state;
    if (fork() == 0) {
        usleep(150000);
        kill(child, SIGKILL);
        _exit(0);
    }
    file = lock_wait(path);
    assert_true(file >= 0);
    assert_in_range(clock_steady() - start, 100, 5000);
    lock_release(file);
    while (wait(NULL) > 0)
        continue;
}

/* A child that was forked after the lock was taken keeps it alive. */
static void
a_lock_passes_to_a_child(void **state)
{
    const char *path = in_folder("passed");
    int file = lock_try(path), go[2];
    pid_t child;

    (void)state;
    assert_int_equal(pipe(go), 0);
    child = fork();
    if (child == 0) {
        char c;

        close(go[1]);
        _exit(read(go[0], &c, 1) != 0);
    }
    lock_release(file);
    assert_true(lock_is_held(path));
    close(go[1]);
    waitpid(child, NULL, 0);
    close(go[0]);
    assert_false(lock_is_held(path));
}

static void
slots_are_counted(void **state)
{
    const char *prefix = in_folder("slot-");
    int first = lock_slot(prefix, 2), second = lock_slot(prefix, 2);

    (void)state;
    assert_true(first >= 0 && second >= 0);
    assert_int_equal(lock_slot(prefix, 2), -1);
    lock_release(first);
    first = lock_slot(prefix, 2);
    assert_true(first >= 0);
    lock_release(first);
    lock_release(second);
}

static void
links_are_not_followed(void **state)
{
    (void)state;
    assert_int_equal(symlink(in_folder("one"), in_folder("link")), 0);
    assert_int_equal(lock_try(in_folder("link")), -1);
    assert_int_equal(errno, ELOOP);
}

static int
make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int
remove_folder(void **state)
{
    static const char *const names[] = { "one", "killed", "wait", "passed",
                                         "slot-0", "slot-1", "link" };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(in_folder(names[i]));
    return rmdir(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_holds_it),
        cmocka_unit_test(a_killed_holder_lets_go),
        cmocka_unit_test(waiting_ends_when_it_is_free),
        cmocka_unit_test(a_lock_passes_to_a_child),
        cmocka_unit_test(slots_are_counted),
        cmocka_unit_test(links_are_not_followed),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
