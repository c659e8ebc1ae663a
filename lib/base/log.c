/* log.c: notes, and the way a program gives up. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void (*die_hook)(void);
void (*program_end_hook)(int status);

static const char *program = "crier";

void
log_program(const char *name)
{
    program = name;
}

static void
write_line(const char *pattern, va_list list)
{
    char line[1024], stamp[32];
    time_t now = time(NULL);
    struct tm parts;
    char *p;

    gmtime_r(&now, &parts);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &parts);
    vsnprintf(line, sizeof line, pattern, list);
    for (p = line; *p != '\0'; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    fprintf(stderr, "%s %s: %s\n", stamp, program, line);
}

void
note(const char *pattern, ...)
{
    va_list list;

    va_start(list, pattern);
    write_line(pattern, list);
    va_end(list);
}

void
program_end(int status)
{
    if (program_end_hook != NULL)
        program_end_hook(status);
    exit(status);
}

void
die(const char *pattern, ...)
{
    void (*hook)(void) = die_hook;
    va_list list;

    va_start(list, pattern);
    write_line(pattern, list);
    va_end(list);
    die_hook = NULL;
    if (hook != NULL)
        hook();
    program_end(70);
}
