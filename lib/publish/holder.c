/* holder.c: an open database, and sleep. */
#include "publish/holder.h"
#include "base/clock.h"
#include "core/config.h"
#include "data/db.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

int
holder_run(int64_t deadline)
{
    struct timespec second = { .tv_sec = 1 };
    pid_t tick = getppid();
    sigset_t asking;

    sigemptyset(&asking);
    sigaddset(&asking, SIGTERM);
    db_open(config()->database);
    while (clock_steady() < deadline && getppid() == tick
           && sigtimedwait(&asking, NULL, &second) != SIGTERM)
        continue;
    db_close();
    return 0;
}
