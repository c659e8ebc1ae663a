/* publish_now.c: the publisher in a process of its own, and a patient look. */
#include "core/publish_now.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/db.h"
#include "data/value.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 50 };

/* What a request lowered for itself does not bind the publisher. */
static void
lift_limits(void)
{
    static const int kinds[] = { RLIMIT_CPU, RLIMIT_AS, RLIMIT_NOFILE };
    struct rlimit limit;
    size_t i;

    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (getrlimit(kinds[i], &limit) == 0) {
            limit.rlim_cur = limit.rlim_max;
            setrlimit(kinds[i], &limit);
        }
}

/* Of the request's environment the publisher gets what says where things are
   and, in a test build, what time it is. */
static char **
fresh_environment(void)
{
    static const char *const names[] = {
        "CRIER_CONF", "PATH",
#ifdef CRIER_TEST
        "CRIER_CLOCK", "ASAN_OPTIONS", "UBSAN_OPTIONS",
#endif
    };
    char **variables = memory_get(sizeof names / sizeof names[0]
                                  * sizeof *variables + sizeof *variables);
    size_t i, count = 0;

    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        if (getenv(names[i]) != NULL)
            variables[count++] = memory_format("%s=%s", names[i],
                                               getenv(names[i]));
    return variables;
}

_Noreturn static void
become_publisher(const char *option, const char *post)
{
    char *words[] = { memory_copy("publisher"), memory_copy(option),
                      memory_copy(post), NULL };
    int nothing = open("/dev/null", O_RDWR);

    if (fork() != 0)
        _exit(0);               /* nobody waits for the grandchild */
    setsid();
    lift_limits();
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    execve(config()->publisher, words, fresh_environment());
    note("%s: %s", config()->publisher, strerror(errno));
    _exit(127);
}

/* Start it, and look patiently until the statement counts nothing more. */
static void
start(const char *option, const char *post, const char *unfinished)
{
    int64_t until = clock_steady() + config()->publish_wait * SECOND;
    struct timespec pause = { 0, LOOK_MS * 1000000 };
    pid_t child = fork();

    if (child == 0)
        become_publisher(option, post);
    if (child < 0)
        note("publisher: %s", strerror(errno));
    value_set_text("now_post", post);
    while (clock_steady() < until && db_integer(unfinished, 0) > 0)
        nanosleep(&pause, NULL);
}

void
publish_now(const char *post)
{
    start("--post", post, "SELECT count(*) FROM target"
          " WHERE post = :now_post"
          "  AND state IN ('scheduled', 'publishing', 'verifying')");
}

void
change_now(const char *post)
{
    start("--changes", post, "SELECT count(*) FROM target t"
          "  JOIN change c ON c.target = t.id WHERE t.post = :now_post"
          "  AND (c.worker IS NOT NULL OR (c.failures + c.crashes = 0"
          "   AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'halted')))");
}

/* Not before its network has answered, or nobody will ask it now. */
void
sync_now(const char *account)
{
    value_set_integer("now_at", clock_now());
    start("--sync", account, "SELECT count(*) FROM account a"
          " WHERE a.id = :now_post AND a.status = 'active'"
          "  AND ifnull(a.limits_at, 0) < :now_at"
          "  AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'halted')"
          "  AND NOT EXISTS (SELECT 1 FROM network_pause w"
          "   WHERE w.network = a.network AND w.extent = 'all'"
          "    AND w.until_at > :now_at)");
}
