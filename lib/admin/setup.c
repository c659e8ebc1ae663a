/* setup.c: folders, key file and database of an instance. */
#include "admin/setup.h"
#include "admin/command.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/owner.h"
#include "base/secret.h"
#include "core/config.h"
#include "data/db.h"
#include "data/migrate.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder with this mode; one that is there keeps its content and owner. */
static void
make_folder(const char *path, mode_t mode)
{
    if (mkdir(path, mode) == 0)
        printf("made %s\n", path);
    else if (errno != EEXIST)
        die("%s: %s", path, strerror(errno));
    if (chmod(path, mode) != 0)
        die("%s: %s", path, strerror(errno));
}

/* As root: make what the owner could not make itself, a folder inside one
   that is root's, and give it to the owner. */
static void
make_for(const char *owner, const char *path, mode_t mode)
{
    const struct passwd *person = getpwnam(owner);

    if (person == NULL)
        command_refuse("there is no user %s", owner);
    if (mkdir(path, mode) == 0) {
        if (lchown(path, person->pw_uid, person->pw_gid) != 0
            || chmod(path, mode) != 0)
            die("%s: %s", path, strerror(errno));
        printf("made %s for %s\n", path, owner);
    } else if (errno != EEXIST) {
        die("%s: %s", path, strerror(errno));
    }
}

static void
become_owner(void)
{
    const char *owner = command_option("owner");
    struct stat there;

    if (owner != NULL && geteuid() != 0)
        command_refuse("only root can make an instance for somebody else");
    if (owner != NULL) {
        make_for(owner, config()->data_dir, 0700);
        if (config()->site_dir != NULL)
            make_for(owner, config()->site_dir, 0755);
        owner_become_user(owner);
    } else if (geteuid() == 0 && stat(config()->data_dir, &there) != 0) {
        command_refuse("%s is absent: as root, --owner USER says whose it"
                       " shall be (the web server's user)",
                       config()->data_dir);
    } else {
        owner_become(config()->database);
    }
}

int
setup_init(void)
{
    become_owner();
    make_folder(config()->data_dir, 0700);
    make_folder(config()->run_dir, 0700);
    make_folder(config()->media_dir, 0700);
    if (config()->site_dir != NULL && mkdir(config()->site_dir, 0755) == 0) {
        chmod(config()->site_dir, 0755);
        printf("made %s\n", config()->site_dir);
    }
    if (secret_new_key(config()->key_file) == 0)
        printf("made %s: keep a copy of it apart from backups\n",
               config()->key_file);
    else if (errno != EEXIST)
        die("%s: %s", config()->key_file, strerror(errno));
    if (migrate_create(config()->database, migrate_schema))
        printf("made %s\n", config()->database);
    return 0;
}

int
setup_migrate(void)
{
    int steps = migrate_run(config()->database, migrate_steps, DB_VERSION);

    printf("schema version %d: %d steps run\n", DB_VERSION, steps);
    return 0;
}

int
setup_seal(void)
{
    printf("%s\n", config_seal(command_secret("value")));
    return 0;
}
