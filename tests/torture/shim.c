/* shim.c: makes the k-th call of a kind fail, in whatever it is preloaded to.

   CRIER_FAULT="KIND K HOW FILE": calls of KIND (see kinds) number K fails;
   HOW is once, or sticky: all from there on. FILE has room for three counters
   that all processes share: how many calls of KIND there were, how many of
   them failed, and the signal of the last crash of a process. sleep() takes
   no time, but the steady clock goes on as if it had: patience with a disk
   that stays full need not be waited for. Built by tests/torture/faults:
   cc -shared -fPIC -o shim.so shim.c */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE          /* else open() would be defined already */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind {
    MALLOC, WRITE, FSYNC, FTRUNCATE, OPEN, FORK, GETRANDOM, FLOCK, RENAME
};

static const struct {
    const char *name;
    enum kind kind;
    int error;                  /* 0: a short write */
} kinds[] = {
    { "malloc", MALLOC, ENOMEM }, { "write-full", WRITE, ENOSPC },
    { "write-error", WRITE, EIO }, { "write-short", WRITE, 0 },
    { "fsync", FSYNC, EIO }, { "ftruncate", FTRUNCATE, EIO },
    { "open", OPEN, EMFILE }, { "fork", FORK, EAGAIN },
    { "getrandom", GETRANDOM, EIO }, { "flock", FLOCK, ENOLCK },
    { "rename", RENAME, ENOSPC },
};

static enum kind chosen;
static int error, sticky;
static long at;
static _Atomic long *counters;  /* NULL: no fault is wanted */

#define REAL(type, name, ...) \
    ((type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

/* Say where a program fell over what failed; its parent may not live to. */
static void
say_where(int signal_number)
{
    void *frames[32];

    if (counters != NULL)
        atomic_store(&counters[2], signal_number);
    backtrace_symbols_fd(frames, backtrace(frames, 32), STDERR_FILENO);
    raise(signal_number);       /* it is not caught twice */
}

static void
catch_crashes(void)
{
    struct sigaction action = {
        .sa_handler = say_where, .sa_flags = (int)SA_RESETHAND
    };
    static const int crashes[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
    void *frame[1];
    size_t i;

    backtrace(frame, 1);        /* it loads a library when first called */
    for (i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        sigaction(crashes[i], &action, NULL);
}

__attribute__((constructor)) static void
begin(void)
{
    const char *wanted = getenv("CRIER_FAULT");
    char kind[32], how[32], path[512];
    void *room;
    size_t i;
    int file;

    if (wanted == NULL || sscanf(wanted, "%31s %ld %31s %511s", kind, &at, how,
                                 path) != 4)
        return;
    file = REAL(int, "open", const char *, int, ...)(path, O_RDWR | O_CLOEXEC);
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, kind) == 0) {
            chosen = kinds[i].kind;
            error = kinds[i].error;
        }
    sticky = strcmp(how, "sticky") == 0;
    room = mmap(NULL, 3 * sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED,
                file, 0);
    close(file);
    catch_crashes();
    if (room != MAP_FAILED)
        counters = room;
}

/* Is this the call that fails? Then errno says how. */
static int
fails(enum kind kind)
{
    long number;

    if (counters == NULL || kind != chosen)
        return 0;
    number = atomic_fetch_add(&counters[0], 1) + 1;
    if (sticky ? number < at : number != at)
        return 0;
    atomic_fetch_add(&counters[1], 1);
    errno = error;
    return 1;
}

/* glibc's own, or those of AddressSanitizer; looking them up allocates
   nothing as long as they are there. */
void *
malloc(size_t size)
{
    static void *(*real)(size_t);

    if (real == NULL)
        real = REAL(void *, "malloc", size_t);
    return fails(MALLOC) ? NULL : real(size);
}

void *
calloc(size_t count, size_t size)
{
    static void *(*real)(size_t, size_t);

    if (real == NULL)
        real = REAL(void *, "calloc", size_t, size_t);
    return fails(MALLOC) ? NULL : real(count, size);
}

void *
realloc(void *old, size_t size)
{
    static void *(*real)(void *, size_t);

    if (real == NULL)
        real = REAL(void *, "realloc", void *, size_t);
    return fails(MALLOC) ? NULL : real(old, size);
}

/* How much of a write is made: -1 where none is. */
static ssize_t
writable(size_t length)
{
    if (!fails(WRITE))
        return (ssize_t)length;
    if (error != 0)
        return -1;
    return (ssize_t)(length > 1 ? length / 2 : length);
}

ssize_t
write(int file, const void *bytes, size_t length)
{
    ssize_t most = writable(length);

    return most < 0 ? -1 : REAL(ssize_t, "write", int, const void *, size_t)
        (file, bytes, (size_t)most);
}

ssize_t
pwrite(int file, const void *bytes, size_t length, off_t where)
{
    ssize_t most = writable(length);

    return most < 0 ? -1
        : REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t)
        (file, bytes, (size_t)most, where);
}

ssize_t
pwrite64(int file, const void *bytes, size_t length, off64_t where)
{
    return pwrite(file, bytes, length, where);
}

ssize_t
writev(int file, const struct iovec *parts, int count)
{
    ssize_t most = writable(1);

    return most < 0 ? -1
        : REAL(ssize_t, "writev", int, const struct iovec *, int)
        (file, parts, count);
}

int
posix_fallocate(int file, off_t where, off_t length)
{
    if (fails(WRITE) && error != 0)
        return error;
    return REAL(int, "posix_fallocate", int, off_t, off_t)
        (file, where, length);
}

int
fsync(int file)
{
    return fails(FSYNC) ? -1 : REAL(int, "fsync", int)(file);
}

int
fdatasync(int file)
{
    return fails(FSYNC) ? -1 : REAL(int, "fdatasync", int)(file);
}

int
ftruncate(int file, off_t length)
{
    return fails(FTRUNCATE) ? -1
        : REAL(int, "ftruncate", int, off_t)(file, length);
}

int
ftruncate64(int file, off64_t length)
{
    return ftruncate(file, length);
}

static int
mode_of(int flags, va_list list)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(list, int) : 0;
}

int
open(const char *path, int flags, ...)
{
    va_list list;
    int mode;

    va_start(list, flags);
    mode = mode_of(flags, list);
    va_end(list);
    return fails(OPEN) ? -1
        : REAL(int, "open", const char *, int, ...)(path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
    va_list list;
    int mode;

    va_start(list, flags);
    mode = mode_of(flags, list);
    va_end(list);
    return open(path, flags, mode);
}

int
openat(int folder, const char *path, int flags, ...)
{
    va_list list;
    int mode;

    va_start(list, flags);
    mode = mode_of(flags, list);
    va_end(list);
    return fails(OPEN) ? -1
        : REAL(int, "openat", int, const char *, int, ...)
        (folder, path, flags, mode);
}

FILE *
fopen(const char *path, const char *how)
{
    return fails(OPEN) ? NULL
        : REAL(FILE *, "fopen", const char *, const char *)(path, how);
}

DIR *
opendir(const char *path)
{
    return fails(OPEN) ? NULL : REAL(DIR *, "opendir", const char *)(path);
}

int
mkostemp(char *path, int flags)
{
    return fails(OPEN) ? -1
        : REAL(int, "mkostemp", char *, int)(path, flags);
}

pid_t
fork(void)
{
    return fails(FORK) ? -1 : REAL(pid_t, "fork", void)();
}

ssize_t
getrandom(void *bytes, size_t length, unsigned flags)
{
    return fails(GETRANDOM) ? -1
        : REAL(ssize_t, "getrandom", void *, size_t, unsigned)
        (bytes, length, flags);
}

int
flock(int file, int how)
{
    return fails(FLOCK) ? -1 : REAL(int, "flock", int, int)(file, how);
}

int
rename(const char *from, const char *to)
{
    return fails(RENAME) ? -1
        : REAL(int, "rename", const char *, const char *)(from, to);
}

int
linkat(int from, const char *path, int to, const char *name, int flags)
{
    return fails(RENAME) ? -1
        : REAL(int, "linkat", int, const char *, int, const char *, int)
        (from, path, to, name, flags);
}

static time_t slept;            /* seconds */

unsigned
sleep(unsigned seconds)
{
    if (counters == NULL)
        return REAL(unsigned, "sleep", unsigned)(seconds);
    slept += seconds;
    return 0;
}

int
clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    int got;

    if (real == NULL)
        real = REAL(int, "clock_gettime", clockid_t, struct timespec *);
    got = real(clock, now);
    if (got == 0 && clock == CLOCK_MONOTONIC)
        now->tv_sec += slept;
    return got;
}
