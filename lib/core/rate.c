/* rate.c: one small file per name, under its own lock. */
#include "core/rate.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/text.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STALE_MS = 2 * HOUR };   /* no window is longer than an hour */

struct window {
    int64_t begins_at, used;
};

struct rate
rate_take(const char *name, int64_t amount, int64_t limit, int64_t window_ms)
{
    int64_t now = clock_now(), begins_at = now - now % window_ms;
    struct rate rate = { 1, limit, limit, begins_at + window_ms };
    struct window window = { 0, 0 };
    int file = lock_wait(memory_format("%s/rate-%s", config()->run_dir, name));

    if (file < 0)
        return rate;            /* no run folder: doctor says so */
    if (pread(file, &window, sizeof window, 0) != (ssize_t)sizeof window
        || window.begins_at != begins_at) {
        window.begins_at = begins_at;
        window.used = 0;
    }
    if (limit > 0 && window.used + amount > limit)
        rate.allowed = 0;
    else
        window.used += amount;
    rate.remaining = limit > window.used ? limit - window.used : 0;
    if (pwrite(file, &window, sizeof window, 0) != (ssize_t)sizeof window)
        rate.remaining = 0;
    lock_release(file);
    return rate;
}

/* Under its lock: a file that is being counted in stays. One that is opened
   just now may lose a count. */
static void
sweep_file(const char *path)
{
    struct stat file;
    int lock;

    if (stat(path, &file) != 0
        || file.st_mtime >= (clock_now() - STALE_MS) / SECOND)
        return;
    lock = lock_try(path);
    if (lock >= 0)
        unlink(path);
    lock_release(lock);
}

void
rate_sweep(const char *prefix)
{
    const char *start = memory_format("rate-%s", prefix);
    DIR *folder = opendir(config()->run_dir);
    struct dirent *entry;

    if (folder == NULL)
        return;                 /* as above */
    while ((entry = readdir(folder)) != NULL)
        if (text_begins(entry->d_name, start))
            sweep_file(memory_format("%s/%s", config()->run_dir,
                                     entry->d_name));
    closedir(folder);
}
