/* at_once.c: a child for each target of one post, or for each change. */
#include "publish/at_once.h"
#include "publish/worker.h"
#include "base/log.h"
#include "base/memory.h"
#include "core/config.h"
#include "data/db.h"
#include "data/value.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TARGETS_MOST = 100 };

struct targets {
    const char *ids[TARGETS_MOST];
    int count;
};

static void
add_target(void *context)
{
    struct targets *targets = context;

    if (targets->count < TARGETS_MOST)
        targets->ids[targets->count++] = memory_copy(value_text("once_target"));
}

static struct targets *
find_targets(const char *post, const char *sql)
{
    struct targets *targets = memory_get(sizeof *targets);

    db_open(config()->database);
    value_set_text("once_post", post);
    db_each(sql, add_target, targets);
    db_close();
    return targets;
}

/* Wait for one child; 1 where its target did not go out. */
static int
collect(void)
{
    int status;

    while (wait(&status) < 0)
        if (errno != EINTR)
            return 1;
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static int
run_all(const struct targets *targets, int (*run)(const char *target))
{
    int i, running = 0, failed = 0;

    for (i = 0; i < targets->count; i++) {
        pid_t child;

        if (running == config()->workers) {
            failed |= collect();
            running--;
        }
        child = fork();
        if (child == 0)
            program_end(run(targets->ids[i]));
        if (child < 0)
            die("no process for target %s: %s", targets->ids[i],
                strerror(errno));
        running++;
    }
    while (running-- > 0)
        failed |= collect();
    return failed;
}

/* What is posted makes the part that follows it due, if one does: those that
   have not been tried yet. */
static struct targets *
find_parts(const char *post)
{
    return find_targets(post,
        "SELECT id AS once_target FROM target t WHERE t.post = :once_post"
        " AND t.part > 0 AND t.state = 'scheduled' AND t.held_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM attempt WHERE target = t.id)"
        " ORDER BY t.rowid");
}

int
at_once(const char *post)
{
    struct targets *targets = find_targets(post,
        "SELECT id AS once_target FROM target WHERE post = :once_post"
        " AND state = 'scheduled' AND held_at IS NULL ORDER BY rowid");
    int failed = run_all(targets, worker_run_target);

    while (!failed && (targets = find_parts(post))->count > 0)
        failed = run_all(targets, worker_run_target);
    return failed;
}

#define CHANGES \
    "SELECT t.id AS once_target FROM target t JOIN change c" \
    "  ON c.target = t.id WHERE t.post = :once_post AND c.worker IS NULL"

int
at_once_changes(const char *post)
{
    int failed = run_all(find_targets(post, CHANGES " AND t.part > 0"
                                      " ORDER BY t.rowid DESC"),
                         worker_run_change);

    return run_all(find_targets(post, CHANGES " AND t.part = 0"
                                " ORDER BY t.rowid"), worker_run_change)
           || failed;
}
