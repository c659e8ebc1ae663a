/* fetch.c: one GET into a file, and its row. */
#include "publish/fetch.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "core/media.h"
#include "data/db.h"
#include "data/value.h"

#include <errno.h>
#include <string.h>

/* As long as the longest video that X takes, at 1 MB a second or so. */
enum { FETCH_SECONDS = 600, FETCH_MOST = 512 * 1000 * 1000 };

static struct result
failed(enum result_kind kind, long status, const char *words)
{
    return (struct result){
        .kind = kind, .category = "media_error", .http_status = status,
        .words = words
    };
}

/* What the server's answer means; RESULT_READY where the file is there. */
static struct result
download(const char *url, const char *path)
{
    struct http_answer answer;

    point("fetch");
    answer = http_send(&(struct http_request){
        .url = url, .save_path = path, .seconds = FETCH_SECONDS,
        .answer_limit = FETCH_MOST
    });
    point("fetched");
    if (answer.result == HTTP_REFUSED || answer.result == HTTP_TOO_LARGE)
        return failed(RESULT_REJECTED, answer.status, memory_format(
            "The media's URL cannot be fetched: %s.", answer.words));
    if (answer.result != HTTP_ANSWERED)
        return failed(RESULT_RETRY, 0, memory_format(
            "The media's server gave no answer: %s.", answer.words));
    if (answer.status == 200)
        return (struct result){ .kind = RESULT_READY };
    if (answer.status == 408 || answer.status == 429 || answer.status >= 500) {
        struct result later = failed(RESULT_RETRY, answer.status,
            memory_format("The media's server answered %ld.", answer.status));

        later.retry_at = http_retry_at(&answer);
        return later;
    }
    return failed(RESULT_REJECTED, answer.status, memory_format(
        "The media's URL answered %ld; it must lead to the file itself.",
        answer.status));
}

/* Make the file media of the attachment's, unless another target of the post
   was faster: then the file is not needed. */
static void
adopt(struct media_new *new, const char *attachment)
{
    value_set_text("fetch_attachment", attachment);
    value_set_text("fetch_media", new->id);
    db_begin();
    if (db_text("SELECT media FROM attachment WHERE id = :fetch_attachment")
        != NULL) {
        db_rollback();
        media_discard(new);
        return;
    }
    new->profile = db_text("SELECT p.profile FROM attachment x"
                           " JOIN post p ON p.id = x.post"
                           " WHERE x.id = :fetch_attachment");
    if (new->profile == NULL)
        die("attachment %s is gone", attachment);
    media_adopt(new);
    db_run("UPDATE attachment SET media = :fetch_media"
           " WHERE id = :fetch_attachment");
    db_commit();
}

static void
read_back(const char *attachment, struct job_media *media)
{
    value_set_text("fetch_attachment", attachment);
    if (db_run("SELECT m.id AS fetch_id, m.type AS fetch_type,"
               "  m.extension AS fetch_extension, m.bytes AS fetch_bytes,"
               "  m.width AS fetch_width, m.height AS fetch_height,"
               "  m.duration_ms AS fetch_duration_ms"
               " FROM attachment x JOIN media m ON m.id = x.media"
               " WHERE x.id = :fetch_attachment") != DB_ROW)
        die("attachment %s is gone", attachment);
    media->id = memory_copy(value_text("fetch_id"));
    media->type = memory_copy(value_text("fetch_type"));
    media->extension = memory_copy(value_text("fetch_extension"));
    media->path = media_store_path(media->id, media->extension);
    media->bytes = value_integer("fetch_bytes", 0);
    media->width = (int)value_integer("fetch_width", 0);
    media->height = (int)value_integer("fetch_height", 0);
    media->duration_ms = value_integer("fetch_duration_ms", 0);
}

struct result
fetch_media(const char *url, const char *attachment, struct job_media *media)
{
    struct media_new new = { .source_url = url };
    struct media_temp temp;
    struct result result;
    struct fault fault;

    if (!media_store_begin_named(&temp))
        return failed(RESULT_RETRY, 0, memory_format(
            "The media cannot be stored: %s.", strerror(errno)));
    result = download(url, temp.path);
    if (result.kind != RESULT_READY || !media_store_measure(&temp)) {
        media_store_abandon(&temp);
        return result.kind != RESULT_READY ? result
            : failed(RESULT_RETRY, 0, "The media cannot be read back.");
    }
    fault = media_keep(&temp, &new);
    if (fault.kind == FAULT_FILE_TYPE || fault.kind == FAULT_FILE_MISSING)
        return failed(RESULT_REJECTED, 200, fault.detail);
    if (fault.kind)
        return failed(RESULT_RETRY, 0, "The media cannot be stored.");
    adopt(&new, attachment);
    read_back(attachment, media);
    return result;
}
