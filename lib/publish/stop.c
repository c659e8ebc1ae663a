/* stop.c: signals that ask, and a timer that does not. */
#include "publish/stop.h"
#include "base/log.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

enum { HANG_SECONDS = 900, GRACE_SECONDS = 25 };

static volatile sig_atomic_t asked;
static timer_t timer;

static void
set_timer(int seconds)
{
    struct itimerspec in = { .it_value.tv_sec = seconds };

    timer_settime(timer, 0, &in, NULL);
}

static void
ask(int signal_number)
{
    int kept = errno;

    (void)signal_number;
    asked = 1;
    set_timer(GRACE_SECONDS);
    errno = kept;
}

static void
asking_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
}

void
stop_install(void)
{
    struct sigevent kill = {
        .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL
    };
    struct sigaction action = { .sa_handler = ask, .sa_flags = SA_RESTART };
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    sigset_t none;

    if (timer_create(CLOCK_MONOTONIC, &kill, &timer) != 0)
        die("timer: %s", strerror(errno));
    set_timer(HANG_SECONDS);
    asking_signals(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);  /* a full quota is an error to read */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int
stop_asked(void)
{
    return asked;
}

void
stop_progress(void)
{
    if (!asked)
        set_timer(HANG_SECONDS);
}

void
stop_defer(void)
{
    sigset_t set;

    asking_signals(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

void
stop_allow(void)
{
    sigset_t set;

    asking_signals(&set);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}
