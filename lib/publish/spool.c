/* spool.c: one file a worker, written once, as JSON of the ending's values. */
#include "publish/spool.h"
#include "publish/finish.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/text.h"
#include "core/config.h"
#include "data/json.h"
#include "data/value.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { SPOOL_BYTES = 64 * 1024 };

static const char *
spool_path(const char *worker)
{
    return memory_format("%s/spool-%s", config()->run_dir, worker);
}

int
spool_has_room(void)
{
    struct statvfs space;
    unsigned long long need = (unsigned long long)config()->minimum_free_mb
                              * 1024 * 1024;

    return statvfs(config()->data_dir, &space) == 0
           && (unsigned long long)space.f_bavail * space.f_frsize >= need;
}

int
spool_prepare(const char *worker)
{
    const char *path = spool_path(worker);
    int file, fault;

    if (!spool_has_room()) {
        note("less than %d MB are free: nothing is published",
             config()->minimum_free_mb);
        return 0;
    }
    file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                0600);
    point("spool made");
    fault = file < 0 ? errno : posix_fallocate(file, 0, SPOOL_BYTES);
    if (file >= 0)
        close(file);
    if (fault != 0) {
        note("%s: %s: nothing is published", path, strerror(fault));
        unlink(path);
    }
    return fault == 0;
}

void
spool_write(void)
{
    const char *path = spool_path(value_text("end_worker"));
    const char *json = json_make(
        "json_object('end_target', :end_target, 'end_attempt', :end_attempt,"
        " 'end_account', :end_account, 'end_worker', :end_worker,"
        " 'end_outcome', :end_outcome, 'end_state', :end_state,"
        " 'end_next_at', :end_next_at, 'end_failures', :end_failures,"
        " 'end_crashes', :end_crashes, 'end_category', :end_category,"
        " 'end_words', substr(:end_words, 1, 2000),"
        " 'end_http_status', :end_http_status,"
        " 'end_remote_id', :end_remote_id, 'end_permalink', :end_permalink,"
        " 'end_not_before', :end_not_before, 'end_pause', :end_pause,"
        " 'end_pause_until', :end_pause_until,"
        " 'end_expired_version', :end_expired_version, 'end_now', :end_now)");
    size_t length = strlen(json);
    int file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

    point("spool");
    if (file < 0 || length >= SPOOL_BYTES
        || write(file, json, length) != (ssize_t)length || fsync(file) != 0)
        note("attempt %s: its ending cannot be kept: %s",
             value_text("end_attempt"), strerror(errno));
    else
        note("attempt %s: its ending waits in %s", value_text("end_attempt"),
             path);
    point("spooled");
    if (file >= 0)
        close(file);
}

/* The JSON in the worker's file; NULL where it holds none. */
static const char *
spool_read(const char *worker)
{
    char *bytes = memory_get(SPOOL_BYTES + 1);
    int file = open(spool_path(worker), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t length = file < 0 ? 0 : read(file, bytes, SPOOL_BYTES);

    if (file >= 0)
        close(file);
    if (length <= 0 || bytes[0] == '\0')
        return NULL;
    if (json_fault(bytes, strlen(bytes)) != NULL) {
        note("%s is torn; what it says does not count", spool_path(worker));
        return NULL;
    }
    return bytes;
}

int
spool_import(const char *worker)
{
    const char *json = spool_read(worker);
    struct json_member *members;
    int i, count;
    long long number;

    if (json == NULL)
        return 0;
    count = json_members(json, "$", &members);
    for (i = 0; i < count; i++)
        if (text_same(members[i].type, "integer")
            && text_number(members[i].text, INT64_MIN, INT64_MAX, &number))
            value_set_integer(members[i].key, number);
        else
            value_set_text(members[i].key, members[i].text);
    point("import");
    return finish_write() == FINISH_FAILED ? -1 : 1;
}

void
spool_remove(const char *worker)
{
    point("unlink spool");
    unlink(spool_path(worker));
}
