/* follow.c: what a part of a thread follows on its network. */
#include "publish/follow.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/db.h"
#include "data/value.h"

static const char *
text_or_null(const char *name)
{
    return value_is_set(name) ? memory_copy(value_text(name)) : NULL;
}

void
follow_load(struct job *job)
{
    value_set_text("follow_part", job->target);
    if (db_run(
        "SELECT r.settings AS follow_settings,"
        "  iif(r.remote_id NOT IN ('unknown', ifnull(r.permalink, '')),"
        "   r.remote_id, NULL) AS follow_root,"
        "  iif(b.remote_id NOT IN ('unknown', ifnull(b.permalink, '')),"
        "   b.remote_id, NULL) AS follow_before"
        " FROM target t JOIN target r ON r.id = t.root"
        "  JOIN target b ON b.id = ifnull((SELECT id FROM target"
        "   WHERE root = t.root AND part = t.part - 1), t.root)"
        " WHERE t.id = :follow_part") != DB_ROW)
        die("target %s follows nothing", job->target);
    job->settings = memory_copy(value_text("follow_settings"));
    job->reply_root = text_or_null("follow_root");
    job->reply_to = text_or_null("follow_before");
}
