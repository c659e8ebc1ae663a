/* file.c: replacing files atomically and durably. */
#include "base/file.h"
#include "base/memory.h"
#include "base/point.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024 };

/* Close a file, keeping the errno of what failed before. */
static void
close_quietly(int file)
{
    int why = errno;

    close(file);
    errno = why;
}

/* Make what was done to the entry of path durable. */
static int
sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL ? "."
        : memory_copy_bytes(path, (size_t)(slash - path));
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), done;

    if (file < 0)
        return 0;
    done = fsync(file) == 0;
    close_quietly(file);
    return done;
}

int
file_make_folder(const char *path)
{
    struct stat state;

    if (mkdir(path, 0755) == 0)
        return chmod(path, 0755) == 0 && sync_folder_of(path);
    if (errno != EEXIST || stat(path, &state) != 0)
        return 0;
    errno = ENOTDIR;
    return S_ISDIR(state.st_mode);
}

static int
write_all(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t wrote = write(file, bytes, length);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return 0;
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return 1;
}

/* The next bytes of a file; 0 at its end, -1 with errno. */
static ssize_t
read_some(int file, char *room, size_t length)
{
    ssize_t got;

    do
        got = read(file, room, length);
    while (got < 0 && errno == EINTR);
    return got;
}

static int
copy_all(int to, int from)
{
    char *block = memory_get(BLOCK);
    ssize_t got;

    while ((got = read_some(from, block, BLOCK)) > 0)
        if (!write_all(to, block, (size_t)got))
            return 0;
    return got == 0;
}

/* Open the file that will take path's place; its name goes to *fresh. */
static int
open_fresh(const char *path, const char **fresh)
{
    int file;

    *fresh = memory_format("%s.new", path);
    file = open(*fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                0644);
    point("file begun");
    return file;
}

/* A fresh file is whole: give it its name. Closes it. */
static int
put_in_place(int file, const char *fresh, const char *path)
{
    int synced = fchmod(file, 0644) == 0 && fsync(file) == 0;

    close_quietly(file);
    point("file written");
    if (!synced || rename(fresh, path) != 0)
        return 0;
    point("file renamed");
    return sync_folder_of(path);
}

/* Does path hold exactly these bytes? */
static int
holds(const char *path, const void *bytes, size_t length)
{
    struct text old = { .limit = length };
    struct stat state;

    return stat(path, &state) == 0 && (size_t)state.st_size == length
           && file_read(path, length, &old) && old.length == length
           && memcmp(text_string(&old), bytes, length) == 0;
}

int
file_replace(const char *path, const void *bytes, size_t length)
{
    const char *fresh;
    int file;

    if (holds(path, bytes, length))
        return sync_folder_of(path);
    file = open_fresh(path, &fresh);
    if (file < 0)
        return 0;
    if (!write_all(file, bytes, length)) {
        close_quietly(file);
        return 0;
    }
    return put_in_place(file, fresh, path);
}

int
file_copy(const char *from, const char *path)
{
    int source = open(from, O_RDONLY | O_CLOEXEC), file = -1, done;
    const char *fresh;

    if (source < 0)
        return 0;
    file = open_fresh(path, &fresh);
    done = file >= 0 && copy_all(file, source);
    close_quietly(source);
    if (file >= 0 && !done)
        close_quietly(file);
    return done && put_in_place(file, fresh, path);
}

int
file_read(const char *path, size_t limit, struct text *text)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    char *block = memory_get(BLOCK);
    size_t total = 0;
    ssize_t got;

    if (file < 0)
        return 0;
    while ((got = read_some(file, block, BLOCK)) > 0) {
        total += (size_t)got;
        if (total > limit) {
            close(file);
            errno = EFBIG;
            return 0;
        }
        text_add_bytes(text, block, (size_t)got);
    }
    close_quietly(file);
    return got == 0;
}

int
file_remove(const char *path)
{
    if (unlink(path) == 0)
        return sync_folder_of(path);
    return errno == ENOENT || errno == ENOTDIR;
}
