/* doctor.c: the order of the checks, and their lines. */
#include "admin/doctor.h"
#include "base/owner.h"
#include "base/secret.h"
#include "core/config.h"
#include "data/db.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static int failed;

void
doctor_say(enum doctor_level level, const char *what, const char *pattern,
           ...)
{
    static const char *const words[] = { "ok", "warn", "FAIL" };
    va_list list;

    failed |= level == DOCTOR_FAIL;
    printf("%-5s %-15s ", words[level], what);
    va_start(list, pattern);
    vprintf(pattern, list);
    va_end(list);
    printf("\n");
}

/* The file's owner is known from outside; what is inside needs him. */
static int
may_look_inside(void)
{
    long owner = owner_of(config()->database);

    if (owner < 0) {
        doctor_say(DOCTOR_FAIL, "database", "%s is absent: crier-admin init",
                   config()->database);
        return 0;
    }
    if (owner == (long)geteuid())
        return 1;
    doctor_say(DOCTOR_FAIL, "database", "belongs to %s: run doctor as root or"
               " as %s", owner_name(owner), owner_name(owner));
    return 0;
}

int
doctor_run(void)
{
    doctor_say(DOCTOR_OK, "configuration", "%s", config_path());
    if (may_look_inside()) {
        doctor_files();
        doctor_config();
        fflush(stdout);
        secret_load_key(config()->key_file);
        db_open(config()->database);
        doctor_state();
    }
    doctor_web();
    return failed;
}
