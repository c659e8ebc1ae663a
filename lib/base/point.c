/* point.c: the crash test's hand inside a test build. */
#include "base/point.h"

#ifdef CRIER_TEST
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_SHOWN = 80 };

static void
write_down(const char *list, long number, const char *name)
{
    int file = open(list, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    char line[2 * NAME_SHOWN + 64];
    int length = snprintf(line, sizeof line, "%d %ld %s\n", (int)getpid(),
                          number, name);

    if (file >= 0 && write(file, line, (size_t)length) != length)
        abort();
    if (file >= 0)
        close(file);
}

/* Is it one of the lines? */
static int
is_among(const char *lines, const char *name)
{
    size_t length = strlen(name);

    for (; lines != NULL; lines = strchr(lines, '\n')) {
        lines += *lines == '\n';
        if (strncmp(lines, name, length) == 0
            && (lines[length] == '\n' || lines[length] == '\0'))
            return 1;
    }
    return 0;
}

void
point(const char *name)
{
    static char before[NAME_SHOWN + 1];
    static long passed;
    const char *kill_at = getenv("CRIER_KILL_AT");
    const char *list = getenv("CRIER_POINTS");
    char both[2 * NAME_SHOWN + 8];
    int kept = errno;

    snprintf(both, sizeof both, "%s / %.*s", before, NAME_SHOWN, name);
    snprintf(before, sizeof before, "%s", name);
    passed++;
    if (list != NULL)
        write_down(list, passed, both);
    if (kill_at != NULL && (strtol(kill_at, NULL, 10) == passed
                            || is_among(kill_at, both))) {
        if (list != NULL)
            write_down(list, passed, "KILLED");
        raise(SIGKILL);
    }
    errno = kept;
}
#endif
