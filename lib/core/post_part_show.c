/* post_part_show.c: the parts that follow a post, for who reads the post. */
#include "core/post_part.h"
#include "data/db.h"
#include "data/value.h"

#define PARTS \
    "(SELECT json_group_array(json_object('index', s.part," \
    "  'text', s.text, 'status', CASE s.state" \
    "   WHEN 'verifying' THEN 'publishing'" \
    "   WHEN 'draft' THEN CASE s.stop WHEN 'draft' THEN 'draft'" \
    "    WHEN 'failed' THEN 'failed' WHEN 'cancelled' THEN 'failed'" \
    "    ELSE 'scheduled' END" \
    "   WHEN 'uncertain' THEN 'failed' WHEN 'cancelled' THEN 'failed'" \
    "   ELSE s.state END," \
    "  'permalink', s.permalink, 'reason', CASE s.state" \
    "   WHEN 'draft' THEN CASE" \
    "    WHEN s.stop IN ('failed', 'cancelled')" \
    "     THEN 'What is before it was not published.'" \
    "    WHEN s.stop = 'uncertain'" \
    "     THEN 'It waits: what is before it may be public.' END" \
    "   WHEN 'cancelled' THEN coalesce(s.reason, 'cancelled')" \
    "   ELSE iif(s.held_at IS NOT NULL OR s.state IN ('failed'," \
    "    'uncertain'), s.reason, NULL) END))" \
    " FROM (SELECT o.*, (SELECT b.state FROM target b" \
    "   WHERE (b.id = t.id OR b.root = t.id) AND b.part < o.part" \
    "    AND b.state <> 'posted' ORDER BY b.part LIMIT 1) AS stop" \
    "  FROM target o WHERE o.root = t.id ORDER BY o.part) s)"

void
post_parts_show(const char *root)
{
    value_set_null("thread");
    value_set_null("warning");
    value_set_text("part_root", root);
    if (db_run("SELECT 1 AS part_found FROM target WHERE root = :part_root"
               " LIMIT 1") == DB_ROW)
        db_run("SELECT " PARTS " AS thread, " POST_PARTS_WARNING " AS warning"
               " FROM target t WHERE t.id = :part_root");
}
