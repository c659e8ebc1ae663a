/* follow.c: what a part of a thread follows on its network. */
#include "publish/follow.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

static const char *
copy_of(const char *name)
{
    return value_is_set(name) ? memory_copy(value_text(name)) : NULL;
}

/* An owner who settled a post gave its link for its id, too. */
static const char *
id_of(const struct job *job, const struct network *network, const char *id,
      const char *link)
{
    if (id == NULL || text_same(id, "unknown"))
        return NULL;
    if (!text_same(id, link))
        return id;
    return network != NULL && network->id_in_link != NULL
        ? network->id_in_link(job, link) : NULL;
}

void
follow_load(struct job *job, const struct network *network)
{
    value_set_text("follow_part", job->target);
    if (db_run(
        "SELECT r.settings AS follow_settings,"
        "  r.remote_id AS follow_root, r.permalink AS follow_root_link,"
        "  b.remote_id AS follow_before, b.permalink AS follow_before_link"
        " FROM target t JOIN target r ON r.id = t.root"
        "  JOIN target b ON b.id = ifnull((SELECT id FROM target"
        "   WHERE root = t.root AND part = t.part - 1), t.root)"
        " WHERE t.id = :follow_part") != DB_ROW)
        die("target %s follows nothing", job->target);
    job->settings = memory_copy(value_text("follow_settings"));
    job->reply_root = id_of(job, network, copy_of("follow_root"),
                            copy_of("follow_root_link"));
    job->reply_to = id_of(job, network, copy_of("follow_before"),
                          copy_of("follow_before_link"));
}
