/* doctor_files.c: modes and owners of what an instance keeps on disk. */
#include "admin/doctor.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/owner.h"
#include "base/text.h"
#include "core/config.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* Nobody but the owner may touch path; it is the database owner's. */
static void
check_private(const char *what, const char *path)
{
    long owner = owner_of(config()->database);
    struct stat there;

    if (lstat(path, &there) != 0)
        doctor_say(DOCTOR_FAIL, what, "%s: %s", path, strerror(errno));
    else if (S_ISLNK(there.st_mode))
        doctor_say(DOCTOR_FAIL, what, "%s is a link", path);
    else if ((there.st_mode & 077) != 0)
        doctor_say(DOCTOR_FAIL, what, "%s is open to others: chmod %s", path,
                   S_ISDIR(there.st_mode) ? "700" : "go=");
    else if ((long)there.st_uid != owner)
        doctor_say(DOCTOR_FAIL, what, "%s belongs to %s, the database to %s",
                   path, owner_name((long)there.st_uid), owner_name(owner));
    else
        doctor_say(DOCTOR_OK, what, "%s", path);
}

/* A stranger's file in a folder: who made it ran as somebody else. */
static const char *
strangers_file(const char *folder, long owner)
{
    DIR *open = opendir(folder);
    const struct dirent *entry;
    const char *found = NULL;

    while (open != NULL && found == NULL && (entry = readdir(open)) != NULL) {
        const char *path = memory_format("%s/%s", folder, entry->d_name);

        if (!text_same(entry->d_name, "..") && owner_of(path) >= 0
            && owner_of(path) != owner)
            found = path;
    }
    if (open != NULL)
        closedir(open);
    return found;
}

/* Requests and ticks leave run files; all must be one user's. */
static void
check_users(void)
{
    const char *const folders[] = { config()->data_dir, config()->run_dir,
                                    config()->media_dir };
    long owner = owner_of(config()->database);
    size_t i;

    for (i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        const char *file = strangers_file(folders[i], owner);

        if (file != NULL) {
            doctor_say(DOCTOR_FAIL, "one user", "%s belongs to %s, the"
                       " database to %s: a request or a tick ran as somebody"
                       " else", file, owner_name(owner_of(file)),
                       owner_name(owner));
            return;
        }
    }
    doctor_say(DOCTOR_OK, "one user", "all files belong to %s",
               owner_name(owner));
}

/* The newest run file that a request left: its limiter's or its slot's. */
static void
check_last_request(void)
{
    DIR *open = opendir(config()->run_dir);
    const struct dirent *entry;
    struct stat there, newest = { 0 };
    char room[CLOCK_ROOM];

    while (open != NULL && (entry = readdir(open)) != NULL)
        if ((text_begins(entry->d_name, "rate-")
             || text_begins(entry->d_name, "request-"))
            && stat(memory_format("%s/%s", config()->run_dir, entry->d_name),
                    &there) == 0 && there.st_mtime >= newest.st_mtime)
            newest = there;
    if (open != NULL)
        closedir(open);
    if (newest.st_mtime == 0)
        doctor_say(DOCTOR_OK, "last request", "none yet");
    else
        doctor_say(DOCTOR_OK, "last request", "%s, as %s",
                   clock_print((int64_t)newest.st_mtime * SECOND,
                               CLOCK_SECONDS, room),
                   owner_name((long)newest.st_uid));
}

static void
check_space(void)
{
    struct statvfs disk;
    unsigned long long free_mb;

    if (statvfs(config()->data_dir, &disk) != 0)
        return;
    free_mb = (unsigned long long)disk.f_bavail * disk.f_frsize >> 20;
    doctor_say(free_mb < (unsigned long long)config()->minimum_free_mb
               ? DOCTOR_FAIL : DOCTOR_OK, "disk", "%llu MB free,"
               " minimum_free_mb is %d", free_mb, config()->minimum_free_mb);
}

void
doctor_files(void)
{
    check_private("data folder", config()->data_dir);
    check_private("run folder", config()->run_dir);
    check_private("media folder", config()->media_dir);
    check_private("database file", config()->database);
    check_private("key file", config()->key_file);
    check_users();
    check_last_request();
    check_space();
}
