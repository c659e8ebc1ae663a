/* lock.c: flock on files, with the three ways we ask for it. */
#include "base/lock.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static int
lock_open(const char *path, int how)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int got;

    if (file < 0)
        return -1;
    do
        got = flock(file, how);
    while (got != 0 && errno == EINTR);
    if (got != 0) {
        int why = errno;

        close(file);
        errno = why;
        return -1;
    }
    return file;
}

int
lock_try(const char *path)
{
    return lock_open(path, LOCK_EX | LOCK_NB);
}

int
lock_wait(const char *path)
{
    return lock_open(path, LOCK_EX);
}

int
lock_slot(const char *prefix, int count)
{
    int i, start = (int)(getpid() % count);

    for (i = 0; i < count; i++) {
        int file = lock_try(memory_format("%s%d", prefix,
                                          (start + i) % count));

        if (file >= 0)
            return file;
    }
    return -1;
}

int
lock_is_held(const char *path)
{
    int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    int held;

    if (file < 0)
        return 0;
    held = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(file);
    return held;
}

void
lock_release(int file)
{
    if (file >= 0)
        close(file);
}
