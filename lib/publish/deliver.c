/* deliver.c: one loop that takes, sends and records deliveries. */
#include "publish/deliver.h"
#include "publish/outgoing.h"
#include "publish/stop.h"
#include "publish/timekeeper.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "core/config.h"
#include "data/db.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>

/* A deliverer's memory goes when it ends: after so many deliveries the tick
   starts another for what is left. */
enum { DELIVERIES_MOST = 200, LOOK_MS = 250 };

static const char *
lock_path(void)
{
    return memory_format("%s/deliver", config()->run_dir);
}

int
deliver_is_running(void)
{
    return lock_is_held(lock_path());
}

/* Begin what is due. Returns how many were begun. */
static int
begin(struct http_group *group, int in_flight)
{
    struct outgoing *taken[OUTGOING_MOST];
    int i, count = outgoing_take(taken, in_flight);

    for (i = 0; i < count; i++) {
        struct http_request request = webhook_request(&taken[i]->message);

        http_group_add(group, &request, taken[i]);
    }
    return count;
}

/* Wait a little for answers, and write down all that came. Returns how many
   there were. */
static int
hear(struct http_group *group)
{
    struct http_answer answers[OUTGOING_MOST];
    const struct outgoing *whose[OUTGOING_MOST];
    int i, count = 0;

    while (count < OUTGOING_MOST
           && (whose[count] = http_group_next(group, count ? 0 : LOOK_MS,
                                              &answers[count])) != NULL)
        count++;
    if (count == 0)
        return 0;
    point("answered");
    db_begin();
    for (i = 0; i < count; i++)
        outgoing_record(whose[i], &answers[i]);
    db_commit();
    point("recorded");
    return count;
}

static void
deliver(int64_t deadline)
{
    struct http_group *group = http_group_new();
    int64_t look_at = 0;
    int in_flight = 0, begun = 0, heard = 1;

    for (;;) {
        if ((heard > 0 || clock_steady() >= look_at)
            && begun < DELIVERIES_MOST && !stop_asked()
            && clock_steady() < deadline && !timekeeper_moved()) {
            int more = begin(group, in_flight);

            in_flight += more;
            begun += more;
            look_at = clock_steady() + LOOK_MS;
        }
        if (in_flight == 0)
            return;
        heard = hear(group);
        in_flight -= heard;
        stop_progress();
    }
}

int
deliver_run(int64_t deadline)
{
    int lock;

    stop_install();
    lock = lock_try(lock_path());
    if (lock < 0 && errno == EWOULDBLOCK)
        return 0;
    if (lock < 0) {
        note("%s: %s", lock_path(), strerror(errno));
        return EX_OSERR;
    }
    db_open(config()->database);
    outgoing_recover();
    deliver(deadline);
    db_close();
    lock_release(lock);
    return 0;
}
