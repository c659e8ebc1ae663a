/* worker.c: a worker's run file, its claims, its end. */
#include "publish/worker.h"
#include "publish/change.h"
#include "publish/spool.h"
#include "publish/stop.h"
#include "publish/timekeeper.h"
#include "publish/work.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/secret.h"
#include "core/config.h"
#include "data/db.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* A worker's memory goes when it ends: after so many targets, or once answers
   have filled so much of it, the tick starts another for what is left. */
enum { TARGETS_MOST = 20, MEMORY_MOST = 4 * 1024 * 1024, NAMES_TRIED = 5 };

static const char *name;
static int lock = -1;

const char *
worker_path(const char *worker)
{
    return memory_format("%s/%s", config()->run_dir, worker);
}

/* Recovery removes run files that nobody holds. Between our making the file
   and our locking it that may hit ours: then it is not where we made it. */
static int
is_in_place(const char *path)
{
    struct stat ours, there;

    return fstat(lock, &ours) == 0 && stat(path, &there) == 0
           && ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

static int
take_name(void)
{
    char id[ID_ROOM];
    int tries;

    for (tries = 0; tries < NAMES_TRIED; tries++) {
        const char *path;

        name = memory_format("worker-%d-%s", (int)getpid(),
                             id_new(id) + ID_ROOM - 13);
        path = worker_path(name);
        point("lock");
        lock = lock_try(path);
        point("locked");
        if (lock >= 0 && is_in_place(path))
            return 1;
        lock_release(lock);
        lock = -1;
    }
    note("no run file can be made in %s: %s", config()->run_dir,
         strerror(errno));
    return 0;
}

/* A worker ready to claim: signals, run file, spool, database. Returns 0, or
   the exit status that says why not. */
static int
begin(void)
{
    stop_install();
    if (!take_name())
        return EX_OSERR;
    if (!spool_prepare(name)) {
        unlink(worker_path(name));
        return EX_TEMPFAIL;
    }
    db_open(config()->database);
    return 0;
}

/* Nothing is held any more: the files go, the lock last. */
static void
leave(void)
{
    db_close();
    spool_remove(name);
    point("unlink worker");
    unlink(worker_path(name));
    lock_release(lock);
    lock = -1;
}

static int
may_go_on(int64_t deadline)
{
    return !stop_asked() && clock_steady() < deadline && spool_has_room()
           && memory_held() < MEMORY_MOST && !timekeeper_moved();
}

int
worker_run(const char *account, int64_t deadline)
{
    struct claim claim;
    int status = begin(), done = 0, claimed = 0;

    if (status != 0)
        return status;
    while (done++ < TARGETS_MOST && may_go_on(deadline)
           && (claimed = claim_next(account, name, &claim)) == 1)
        work(&claim);
    leave();
    return claimed < 0 ? EX_TEMPFAIL : 0;
}

int
worker_run_target(const char *target)
{
    struct claim claim;
    int status = begin(), claimed;

    if (status != 0)
        return status;
    claimed = claim_target(target, name, &claim);
    if (claimed == 1)
        work(&claim);
    leave();
    return claimed == 1 ? 0 : claimed == 0 ? 1 : EX_TEMPFAIL;
}

int
worker_run_change(const char *target)
{
    struct change change;
    int status = begin(), claimed;

    if (status != 0)
        return status;
    claimed = change_claim(target, name, &change);
    if (claimed == 1)
        change_work(&change);
    leave();
    return claimed == 1 ? 0 : claimed == 0 ? 1 : EX_TEMPFAIL;
}
