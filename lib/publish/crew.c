/* crew.c: forking workers, and hearing of their end. */
#include "publish/crew.h"
#include "publish/deliver.h"
#include "publish/holder.h"
#include "publish/worker.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/secret.h"
#include "base/text.h"
#include "core/config.h"
#include "network/http.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum { CREW_MOST = 128, REST_MS = 10 * SECOND, GRACE_MS = 25 * SECOND };

/* A worker; or, pid 0, what rests since its worker failed. */
static struct member {
    pid_t pid;
    char work[ID_ROOM + 8];     /* "account ID", "change ID", ... */
    int64_t rests_until;
} crew[CREW_MOST];

#define HOLDER "the open database"

static int asked;
static sigset_t watched;

void
crew_begin(void)
{
    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGHUP);
    sigprocmask(SIG_BLOCK, &watched, NULL);
}

int
crew_asked_to_stop(void)
{
    return asked;
}

static int
is_taken(const struct member *member)
{
    return member->pid != 0 || member->rests_until > clock_steady();
}

/* A free place for this work; NULL where one is taken by it already, or none
   is free. */
static struct member *
place_for(const char *work)
{
    struct member *free_place = NULL;
    int i;

    for (i = 0; i < CREW_MOST; i++)
        if (!is_taken(&crew[i]))
            free_place = &crew[i];
        else if (text_same(crew[i].work, work))
            return NULL;
    return free_place;
}

/* Fork. 0 in the child; in the parent 1, or -1 where it failed. */
static int
enlist(struct member *member, const char *work)
{
    point("fork");
    member->pid = fork();
    if (member->pid == 0) {
        point("child");
        return 0;
    }
    if (member->pid < 0) {
        note("fork: %s", strerror(errno));
        member->pid = 0;
        return -1;
    }
    snprintf(member->work, sizeof member->work, "%s", work);
    point("forked");
    return 1;
}

/* Start a worker in one of the slots that all ticks share. */
static int
start(const char *work, const char *id, int64_t deadline,
      int (*run)(const char *id, int64_t deadline))
{
    struct member *member = place_for(work);
    int slot, enlisted;

    if (member == NULL)
        return 1;
    slot = lock_slot(memory_format("%s/slot-", config()->run_dir),
                     config()->workers);
    if (slot < 0)
        return 0;
    http_prepare();             /* or the worker does it for itself */
    enlisted = enlist(member, work);
    if (enlisted == 0)
        program_end(run(id, deadline));
    lock_release(slot);         /* the child holds it as long as it lives */
    return enlisted > 0;
}

int
crew_start(const char *account, int64_t deadline)
{
    return start(memory_format("account %s", account), account, deadline,
                 worker_run);
}

static int
run_change(const char *target, int64_t deadline)
{
    (void)deadline;
    return worker_run_change(target) == EX_TEMPFAIL ? EX_TEMPFAIL : 0;
}

int
crew_start_change(const char *target)
{
    return start(memory_format("change %s", target), target, 0, run_change);
}

void
crew_start_deliverer(int64_t deadline)
{
    struct member *member = place_for("webhooks");

    if (member != NULL && !deliver_is_running()
        && enlist(member, "webhooks") == 0)
        program_end(deliver_run(deadline));
}

void
crew_start_holder(int64_t deadline)
{
    struct member *member = place_for(HOLDER);

    if (member != NULL && enlist(member, HOLDER) == 0)
        program_end(holder_run(deadline));
}

static void
note_end(struct member *member, int status)
{
    member->pid = 0;
    member->rests_until = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return;
    member->rests_until = clock_steady() + REST_MS;
    if (WIFSIGNALED(status))
        note("the worker for %s was ended by signal %d",
             member->work, WTERMSIG(status));
    else
        note("the worker for %s ended with status %d",
             member->work, WEXITSTATUS(status));
}

/* Hear of all that ended. Returns how many still work. */
static int
collect(void)
{
    int i, working = 0;

    for (i = 0; i < CREW_MOST; i++) {
        int status;

        if (crew[i].pid == 0)
            continue;
        if (waitpid(crew[i].pid, &status, WNOHANG) == crew[i].pid)
            note_end(&crew[i], status);
        else
            working++;
    }
    return working;
}

/* To those at this work, or, NULL, to all. */
static void
ask_to_stop(const char *work)
{
    int i;

    for (i = 0; i < CREW_MOST; i++)
        if (crew[i].pid != 0
            && (work == NULL || text_same(crew[i].work, work)))
            kill(crew[i].pid, SIGTERM);
}

void
crew_wait(int64_t milliseconds)
{
    struct timespec pause = {
        .tv_sec = milliseconds / SECOND,
        .tv_nsec = milliseconds % SECOND * 1000000
    };
    int got = sigtimedwait(&watched, NULL, &pause);

    if (got > 0 && got != SIGCHLD && !asked) {
        asked = 1;
        note("asked to stop");
        ask_to_stop(NULL);
    }
    collect();
}

void
crew_end(void)
{
    int64_t give_up = clock_steady() + GRACE_MS;

    ask_to_stop(HOLDER);
    while (collect() > 0 && (!asked || clock_steady() < give_up)) {
        int was_asked = asked;

        crew_wait(SECOND);
        if (asked && !was_asked)
            give_up = clock_steady() + GRACE_MS;
    }
}
