/* media_store.c: temporary files, and their way to a lasting name. */
#include "core/media_store.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PIECE = 64 * 1024, MEGABYTE = 1024 * 1024 };

/* Is there room to accept anything? Sets errno where there is not. */
static int
has_room(void)
{
    struct statvfs disk;

    if (statvfs(config()->media_dir, &disk) != 0)
        return 0;
    if ((uint64_t)disk.f_bavail * disk.f_frsize
        >= (uint64_t)config()->minimum_free_mb * MEGABYTE)
        return 1;
    errno = ENOSPC;
    return 0;
}

int
media_store_begin_named(struct media_temp *temp)
{
    char *path = memory_format("%s/new-XXXXXX", config()->media_dir);

    *temp = (struct media_temp){ .file = -1 };
    hash_begin(&temp->state);
    if (!has_room())
        return 0;
    temp->file = mkostemp(path, O_CLOEXEC);     /* mode 0600 */
    temp->path = temp->file >= 0 ? path : NULL;
    return temp->file >= 0;
}

int
media_store_begin(struct media_temp *temp)
{
    *temp = (struct media_temp){ .file = -1 };
    hash_begin(&temp->state);
    if (!has_room())
        return 0;
    temp->file = open(config()->media_dir, O_TMPFILE | O_RDWR | O_CLOEXEC,
                      0600);
    if (temp->file >= 0)
        return 1;
    /* A file system that has no nameless files, or a kernel before 3.11. */
    if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)
        return media_store_begin_named(temp);
    return 0;
}

int
media_store_begin_nameless(struct media_temp *temp)
{
    if (!media_store_begin(temp))
        return 0;
    if (temp->path != NULL)
        unlink(temp->path);
    temp->path = NULL;
    return 1;
}

int
media_store_add(struct media_temp *temp, const void *bytes, size_t length)
{
    const char *p = bytes;

    while (length > 0) {
        ssize_t wrote = write(temp->file, p, length);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return 0;
        p += wrote;
        length -= (size_t)wrote;
        temp->bytes += wrote;
    }
    return 1;
}

int
media_store_measure(struct media_temp *temp)
{
    static char piece[PIECE];
    ssize_t got;

    temp->bytes = 0;
    hash_begin(&temp->state);
    while ((got = pread(temp->file, piece, sizeof piece, temp->bytes)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return 0;
        hash_add(&temp->state, piece, (size_t)got);
        temp->bytes += got;
    }
    return 1;
}

void
media_store_hash(struct media_temp *temp, uint8_t hash[HASH_BYTES])
{
    hash_end(&temp->state, hash);
}

static int
sync_folder(void)
{
    int folder = open(config()->media_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int synced = folder >= 0 && fsync(folder) == 0;

    if (folder >= 0)
        close(folder);
    return synced;
}

static int
give_name(struct media_temp *temp, const char *path)
{
    char nameless[64];

    if (temp->path != NULL && rename(temp->path, path) != 0)
        return 0;
    if (temp->path != NULL) {
        temp->path = NULL;
        return 1;
    }
    snprintf(nameless, sizeof nameless, "/proc/self/fd/%d", temp->file);
    return linkat(AT_FDCWD, nameless, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

int
media_store_sync(struct media_temp *temp)
{
    return fsync(temp->file) == 0;
}

int
media_store_finish(struct media_temp *temp, const char *id,
                   const char *extension)
{
    int why, good = media_store_sync(temp);

    point("media synced");
    good = good && give_name(temp, media_store_path(id, extension));
    point("media named");
    good = good && sync_folder();
    why = errno;
    media_store_abandon(temp);
    errno = why;
    return good;
}

void
media_store_abandon(struct media_temp *temp)
{
    if (temp->path != NULL && unlink(temp->path) != 0)
        note("%s: %s", temp->path, strerror(errno));
    if (temp->file >= 0)
        close(temp->file);
    temp->path = NULL;
    temp->file = -1;
}

const char *
media_store_path(const char *id, const char *extension)
{
    return memory_format("%s/%s.%s", config()->media_dir, id, extension);
}

void
media_store_delete(const char *id, const char *extension)
{
    const char *path = media_store_path(id, extension);

    if (unlink(path) != 0 && errno != ENOENT)
        note("%s: %s", path, strerror(errno));
}

/* May this file of the store go? */
static int
is_litter(const char *name, int64_t written_at,
          int (*is_needed)(const char *, const char *, int64_t))
{
    const char *id;

    if (text_begins(name, "new-"))
        return written_at < clock_now() - DAY;
    if (strlen(name) <= ID_ROOM || name[ID_ROOM - 1] != '.')
        return 0;
    id = memory_copy_bytes(name, ID_ROOM - 1);
    return id_is_valid(id) && !is_needed(id, name + ID_ROOM, written_at);
}

int
media_store_sweep(int (*is_needed)(const char *, const char *, int64_t))
{
    DIR *folder = opendir(config()->media_dir);
    struct dirent *entry;
    struct stat file;
    int removed = 0;

    if (folder == NULL) {
        note("%s: %s", config()->media_dir, strerror(errno));
        return 0;
    }
    while ((entry = readdir(folder)) != NULL) {
        if (fstatat(dirfd(folder), entry->d_name, &file, AT_SYMLINK_NOFOLLOW)
            != 0 || !S_ISREG(file.st_mode)
            || !is_litter(entry->d_name, (int64_t)file.st_mtime * SECOND,
                          is_needed))
            continue;
        point("sweep media");
        if (unlinkat(dirfd(folder), entry->d_name, 0) == 0)
            removed++;
        else
            note("%s/%s: %s", config()->media_dir, entry->d_name,
                 strerror(errno));
    }
    closedir(folder);
    return removed;
}
