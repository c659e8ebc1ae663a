/* recover.c: dead workers, hopeless doubts, files of the dead. */
#include "publish/recover.h"
#include "publish/change.h"
#include "publish/finish.h"
#include "publish/spool.h"
#include "publish/worker.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/text.h"
#include "core/config.h"
#include "data/db.h"
#include "data/value.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

static void
recover_worker(void *nothing)
{
    const char *worker = memory_copy(value_text("recover_worker"));
    struct claim claim;
    struct ending ending;

    (void)nothing;
    if (lock_is_held(worker_path(worker)))
        return;
    point("dead");
    if (spool_import(worker) != 0 || !claim_of_worker(worker, &claim))
        return;
    ending = ending_of_crash(&claim, clock_now());
    note("target %s: its worker died %s it was sent: %s", claim.target,
         claim.sent_at ? "after" : "before", ending.state);
    finish_once(&claim, &ending);
}

static void
give_up(void *nothing)
{
    const char *target = memory_copy(value_text("recover_target"));
    struct claim claim;
    struct ending ending;

    (void)nothing;
    if (!claim_of_verifying(target, &claim))
        return;
    ending = ending_of_doubt(&claim, "its account cannot be asked");
    finish_once(&claim, &ending);
}

/* Run files whose lock is free and that no target or change names are
   removed under their own lock, so that none is taken from a worker that is
   just making it. */
static void
sweep_file(const char *worker)
{
    int lock = lock_try(worker_path(worker));

    if (lock < 0)
        return;
    value_set_text("recover_worker", worker);
    if (db_text("SELECT id FROM target WHERE worker = :recover_worker"
                " UNION ALL SELECT target FROM change"
                "  WHERE worker = :recover_worker LIMIT 1") == NULL) {
        spool_remove(worker);
        point("unlink dead worker");
        unlink(worker_path(worker));
    }
    lock_release(lock);
}

static void
sweep(void)
{
    DIR *folder = opendir(config()->run_dir);
    struct dirent *entry;

    if (folder == NULL) {
        note("%s: %s", config()->run_dir, strerror(errno));
        return;
    }
    while ((entry = readdir(folder)) != NULL)
        if (text_begins(entry->d_name, "worker-"))
            sweep_file(entry->d_name);
    closedir(folder);
}

void
recover(void)
{
    db_each("SELECT DISTINCT worker AS recover_worker FROM target"
            " WHERE worker IS NOT NULL", recover_worker, NULL);
    value_set_integer("recover_before", clock_now() - 30 * MINUTE);
    db_each("SELECT t.id AS recover_target FROM target t"
            "  JOIN account c ON c.id = t.account"
            "  LEFT JOIN attempt a ON a.target = t.id AND a.ended_at IS NULL"
            " WHERE t.state IN ('publishing', 'verifying')"
            "  AND t.state = 'verifying' AND a.sent_at IS NOT NULL"
            "  AND (c.status = 'disconnected' OR (c.status = 'expired'"
            "   AND a.sent_at < :recover_before))", give_up, NULL);
    change_recover();
    sweep();
}
