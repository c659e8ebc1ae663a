/* copies.c: writing a copy of the database, and keeping the newest few. */
#include "admin/copies.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/owner.h"
#include "base/point.h"
#include "base/text.h"
#include "data/db.h"
#include "data/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS "[0-9][0-9]"
#define NIGHTLY "crier-" DIGITS DIGITS "-" DIGITS "-" DIGITS ".db"

const char *
copies_fault(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL ? "."
        : memory_copy_bytes(path, (size_t)(slash - path) + 1);
    const char *why;

    if (access(folder, W_OK) == 0)
        return NULL;
    why = strerror(errno);
    return memory_format("%s: %s for user %s, who owns the database", folder,
                         why, owner_name((long)geteuid()));
}

void
copies_write(const char *path)
{
    struct stat written = { 0 };

    snapshot_write(path);
    stat(path, &written);
    printf("%s: %lld bytes, %lld posts, %lld accounts; checked\n", path,
           (long long)written.st_size,
           (long long)db_integer("SELECT count(*) FROM target", 0),
           (long long)db_integer("SELECT count(*) FROM account", 0));
}

static int
is_copy(const struct dirent *entry)
{
    return fnmatch(NIGHTLY, entry->d_name, 0) == 0;
}

static int
is_part(const struct dirent *entry)
{
    return fnmatch(NIGHTLY ".part*", entry->d_name, 0) == 0;
}

/* Remove what a choice of the folder's names gives, but for the newest keep
   of them and tonight's. */
static void
thin(const char *folder, int (*choice)(const struct dirent *), int keep,
     const char *tonight)
{
    struct dirent **names;
    int i, count = scandir(folder, &names, choice, alphasort);

    for (i = 0; i < count - keep; i++) {
        const char *path = memory_format("%s/%s", folder, names[i]->d_name);

        if (text_same(path, tonight))
            continue;
        point("remove copy");
        if (unlink(path) == 0)
            printf("%s: removed\n", path);
        else
            note("%s: %s", path, strerror(errno));
    }
}

void
copies_rotate(const char *folder, int keep)
{
    char day[CLOCK_ROOM];
    const char *path, *fault;

    clock_print(clock_now(), CLOCK_SECONDS, day);
    path = memory_format("%s/crier-%.10s.db", folder, day);
    fault = copies_fault(path);
    if (fault != NULL)
        die("%s", fault);
    thin(folder, is_part, 0, NULL);
    copies_write(path);
    thin(folder, is_copy, keep, path);
}
