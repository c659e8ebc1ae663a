/* doctor_config.c: what crier.conf says, and who may read and change it. */
#include "admin/doctor.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/owner.h"
#include "base/text.h"
#include "core/catalogue.h"
#include "core/config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { AI_KEY_MOST = 4096 };

/* A network's secret that stands there for all to read, or that this key file
   does not open; NULL: neither. */
static const char *
secret_fault(const struct catalogue_row *row, int is_open)
{
    const char *secret = config_word("client_secret", row->name, NULL);

    if (secret == NULL)
        return NULL;
    if (text_begins(secret, "sealed:"))
        return config_app(row->name) ? NULL : memory_format(
            "client_secret.%s does not open with this key file: seal it anew"
            " (crier-admin seal)", row->name);
    return is_open ? memory_format("everybody here can read client_secret.%s:"
        " seal it (crier-admin seal)", row->name) : NULL;
}

/* Whoever can change it decides where everything goes. It is read by each
   program, and may be its installer's or the database's owner's. */
static void
check_file(const char *path)
{
    const struct catalogue_row *row;
    const char *fault = NULL;
    struct stat there;

    if (stat(path, &there) != 0) {
        doctor_say(DOCTOR_FAIL, "crier.conf", "%s: %s", path,
                   strerror(errno));
        return;
    }
    for (row = catalogue; row->name != NULL && fault == NULL; row++)
        fault = secret_fault(row, (there.st_mode & S_IROTH) != 0);
    if ((there.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        doctor_say(DOCTOR_FAIL, "crier.conf", "%s can be changed by others:"
                   " chmod go-w", path);
    else if (there.st_uid != 0
             && (long)there.st_uid != owner_of(config()->database))
        doctor_say(DOCTOR_FAIL, "crier.conf", "%s belongs to %s, the database"
                   " to %s", path, owner_name((long)there.st_uid),
                   owner_name(owner_of(config()->database)));
    else if (fault != NULL)
        doctor_say(DOCTOR_WARN, "crier.conf", "%s", fault);
    else
        doctor_say(DOCTOR_OK, "crier.conf", "%s", path);
}

static void
check_ai_key(const char *path)
{
    struct text key = { 0 };
    struct stat there;

    if (!file_read(path, AI_KEY_MOST, &key) || stat(path, &there) != 0)
        doctor_say(DOCTOR_FAIL, "AI key file", "%s: %s", path,
                   strerror(errno));
    else if (strspn(text_string(&key), " \t\r\n") == key.length)
        doctor_say(DOCTOR_FAIL, "AI key file", "%s is empty", path);
    else if ((there.st_mode & S_IRWXO) != 0)
        doctor_say(DOCTOR_FAIL, "AI key file", "%s is open to others: chmod"
                   " o=", path);
    else
        doctor_say(DOCTOR_OK, "AI key file", "%s", path);
}

void
doctor_config(void)
{
    check_file(config_path());
    if (config()->ai_url != NULL && config()->ai_key_file != NULL)
        check_ai_key(config()->ai_key_file);
    doctor_say(config_is_public() ? DOCTOR_OK : DOCTOR_WARN, "address",
               config_is_public() ? "%s" : "%s is no public https address:"
               " networks that fetch files from here, and people elsewhere,"
               " do not reach it", config()->base_url);
}
