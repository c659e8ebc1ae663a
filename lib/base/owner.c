/* owner.c: leaving root behind. */
#include "base/owner.h"
#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
become(uid_t user, gid_t group)
{
    const struct passwd *person = getpwuid(user);
    int groups = person ? initgroups(person->pw_name, group)
                        : setgroups(1, &group);

    if (groups != 0 || setgid(group) != 0 || setuid(user) != 0)
        die("becoming user %ld: %s", (long)user, strerror(errno));
    if (user != 0 && setuid(0) == 0)
        die("root could not be left");
}

void
owner_become(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct stat there;

    umask(077);
    if (geteuid() != 0)
        return;
    if (lstat(path, &there) != 0
        && (slash == NULL
            || stat(memory_copy_bytes(path, (size_t)(slash - path)), &there)
               != 0))
        die("%s: %s", path, strerror(errno));
    become(there.st_uid, there.st_gid);
}

void
owner_become_user(const char *name)
{
    const struct passwd *person = getpwnam(name);

    if (person == NULL)
        die("there is no user %s", name);
    umask(077);
    become(person->pw_uid, person->pw_gid);
}

long
owner_of(const char *path)
{
    struct stat there;

    return lstat(path, &there) == 0 ? (long)there.st_uid : -1;
}

const char *
owner_name(long user)
{
    const struct passwd *person = getpwuid((uid_t)user);

    return person ? memory_copy(person->pw_name)
                  : memory_format("%ld", user);
}
