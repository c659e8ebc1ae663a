/* doctor_web.c: does the web server answer, and does it hand out what it must
   not? */
#include "admin/doctor.h"
#include "base/memory.h"
#include "base/text.h"
#include "core/config.h"
#include "network/http.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The document root, as far as it can be told: site_dir without the path that
   site_url has below base_url. NULL without a site_dir. */
static const char *
document_root(void)
{
    const char *base = config()->base_url, *url = config()->site_url;
    const char *folder = config()->site_dir;

    if (folder != NULL && text_begins(url, base)
        && text_ends(folder, url + strlen(base)))
        return memory_copy_bytes(folder, strlen(folder) - strlen(url)
                                         + strlen(base));
    return folder;
}

/* Is path inside folder, links resolved? Returns what follows, or NULL. */
static const char *
path_inside(const char *path, const char *folder)
{
    char path_room[PATH_MAX], folder_room[PATH_MAX];
    size_t length;

    if (realpath(path, path_room) == NULL
        || realpath(folder, folder_room) == NULL)
        return NULL;
    length = strlen(folder_room);
    if (!text_begins(path_room, folder_room)
        || (path_room[length] != '/' && path_room[length] != '\0'))
        return NULL;
    return memory_copy(path_room + length);
}

static void
check_place(void)
{
    const char *root = document_root();

    if (root == NULL)
        doctor_say(DOCTOR_WARN, "data apart", "site_dir is not set: nobody"
                   " knows the document root");
    else if (path_inside(config()->data_dir, root) != NULL)
        doctor_say(DOCTOR_FAIL, "data apart", "%s is inside the document root"
                   " %s: move it", config()->data_dir, root);
    else if (path_inside(config()->key_file, root) != NULL
             || path_inside(config_path(), root) != NULL)
        doctor_say(DOCTOR_FAIL, "data apart", "the key file or crier.conf is"
                   " inside the document root %s: move it", root);
    else
        doctor_say(DOCTOR_OK, "data apart", "%s is outside %s",
                   config()->data_dir, root);
}

static struct http_answer
fetch(const char *path)
{
    struct http_request request = {
        .url = memory_format("%s%s", config()->base_url, path),
        .seconds = 10
    };

    return http_send(&request);
}

/* Ask for the database at the places where it would be found by trying. */
static void
check_database_hidden(void)
{
    const char *data = strrchr(config()->data_dir, '/');
    const char *const paths[] = { "/crier.db", "/data/crier.db",
        memory_format("%s/crier.db", data), "/../data/crier.db" };
    size_t i;

    for (i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct http_answer answer = fetch(paths[i]);

        if (answer.status == 200
            && text_begins(text_string(&answer.body), "SQLite format 3")) {
            doctor_say(DOCTOR_FAIL, "database hidden", "%s%s hands it out",
                       config()->base_url, paths[i]);
            return;
        }
    }
    doctor_say(DOCTOR_OK, "database hidden", "not found by its usual names");
}

void
doctor_web(void)
{
    struct http_answer answer;

    check_place();
    answer = fetch("/");
    if (answer.result == HTTP_REFUSED) {
        doctor_say(DOCTOR_WARN, "web server", "%s was not asked: %s",
                   config()->base_url, answer.words);
        return;
    }
    if (answer.status == 0) {
        doctor_say(DOCTOR_WARN, "web server", "%s does not answer from here:"
                   " %s", config()->base_url, answer.words);
        return;
    }
    doctor_say(answer.status < 500 ? DOCTOR_OK : DOCTOR_WARN, "web server",
               "%s/ answers %ld", config()->base_url, answer.status);
    check_database_hidden();
}
