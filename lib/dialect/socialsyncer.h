/* socialsyncer.h: the API at /socialsyncer/v1. Seed: 003.

   Its post is our post; its platforms[] are our targets. */
#ifndef SOCIALSYNCER_H
#define SOCIALSYNCER_H
#include "core/key.h"
#include "core/media_links.h"
#include "core/post_part.h"
#include "core/post_public.h"
#include "web/endpoint.h"

extern const struct dialect socialsyncer;

/* A column of milliseconds as ISO 8601 without them, or null. */
#define SYNCER_TIME(column) \
    "strftime('%Y-%m-%dT%H:%M:%SZ', " column " / 1000, 'unixepoch')"

/* A target's state in SocialSyncer's words; `t` is the table target. */
#define SYNCER_TARGET_STATUS \
    "CASE t.state WHEN 'verifying' THEN 'publishing'" \
    " WHEN 'posted' THEN 'published' WHEN 'uncertain' THEN 'failed'" \
    " WHEN 'cancelled' THEN 'failed' ELSE t.state END"

/* A post's state, from its targets (DECISIONS.md, section 1): publishing while
   any is, or while one still waits beside one that has started; partial when
   all have ended and differ; cancelled ones do not count. A part that follows
   a public one counts as one more, unless it waits for another. */
#define SYNCER_STATUS \
    "(SELECT CASE" \
    " WHEN count(*) = 0 THEN 'draft'" \
    " WHEN count(*) = sum(t.state = 'cancelled') THEN 'failed'" \
    " WHEN sum(t.state IN ('publishing', 'verifying')) > 0" \
    "  OR (sum(t.state = 'scheduled') > 0" \
    "   AND sum(t.state IN ('posted', 'failed', 'uncertain')) > 0)" \
    "  THEN 'publishing'" \
    " WHEN sum(t.state = 'scheduled') > 0 THEN 'scheduled'" \
    " WHEN sum(t.state = 'draft') > 0 THEN 'draft'" \
    " WHEN sum(t.state IN ('failed', 'uncertain')) = 0 THEN 'published'" \
    " WHEN sum(t.state = 'posted') = 0 THEN 'failed'" \
    " ELSE 'partial' END FROM (SELECT iif(c.part > 0 AND c.state" \
    "   = 'cancelled', 'failed', c.state) AS state FROM target c" \
    "  LEFT JOIN target r ON r.id = c.root WHERE c.post = p.id" \
    "   AND (c.part = 0 OR (r.state = 'posted' AND r.hidden_at IS NULL" \
    "    AND c.state <> 'draft'))) t)"

/* The media of a post, or a target's own: URLs as they came, uploads freshly
   signed (:media_urls). A kind that nobody said is the file's. */
#define SYNCER_MEDIA(of) \
    "(SELECT json_group_array(json_object('type', kind, 'url', url))" \
    " FROM (SELECT coalesce(x.kind, iif(m.type LIKE 'video/%', 'video'," \
    "   iif(m.type = 'image/gif', 'gif', 'image'))) AS kind," \
    "  coalesce(x.url, " MEDIA_URL("x.media") ") AS url FROM attachment x" \
    "  LEFT JOIN media m ON m.id = x.media" \
    "  WHERE x.post = p.id AND x.target IS " of " ORDER BY x.position))"

#define SYNCER_TARGET \
    "json_object('platform', t.network, 'accountId', t.account," \
    " 'status', " SYNCER_TARGET_STATUS "," \
    " 'platformPostId', t.remote_id, 'platformPostUrl', t.permalink," \
    " 'error', CASE WHEN t.held_at IS NOT NULL" \
    "   OR t.state IN ('failed', 'uncertain') THEN t.reason" \
    "  WHEN t.state = 'cancelled' THEN 'cancelled' END," \
    " 'customContent', t.text," \
    " 'customMedia', iif(t.own_media, " SYNCER_MEDIA("t.id") ", NULL)," \
    " 'platformSpecificData', json(t.settings)," \
    " 'publishedAt', " SYNCER_TIME("t.published_at") "," \
    " 'warning', " POST_PARTS_WARNING ")"

/* A post's members before its platforms and behind them; `p` is the table
   post. */
#define SYNCER_HEAD \
    "rtrim(json_object('id', 'post_' || p.id, 'content', p.text," \
    " 'status', " SYNCER_STATUS ", 'mediaItems', " SYNCER_MEDIA("NULL") ")," \
    " '}')"
#define SYNCER_TAIL(more) \
    "ltrim(json_object('scheduledFor', (SELECT " \
    SYNCER_TIME("min(d.due_at)") " FROM target d WHERE d.post = p.id" \
    "  AND d.part = 0), 'tags', json(p.tags)," \
    " 'createdAt', " SYNCER_TIME("p.created_at") "," \
    " 'updatedAt', " SYNCER_TIME("p.updated_at") more "), '{')"

/* The posts of a table of ids and places, in the order of these, a comma
   between them; more goes behind each one's members. A post may hold 1,000 URLs
   of media: so each of its platforms is a row of the answer. */
#define SYNCER_POSTS(table, more) \
    "SELECT iif(place > 1 AND number = 1, ',', '')," \
    "  iif(number = 1, " SYNCER_HEAD ", ',')," \
    "  iif(number = 1, ',\"platforms\":[', '')," \
    "  iif(t.id IS NULL, '', " SYNCER_TARGET ")," \
    "  iif(number = numbers, '],', '')," \
    "  iif(number = numbers, " SYNCER_TAIL(more) ", '')" \
    " FROM (SELECT x.id, place, o.rowid AS target," \
    "   row_number() OVER (PARTITION BY x.id ORDER BY o.rowid) AS number," \
    "   count(*) OVER (PARTITION BY x.id) AS numbers" \
    "  FROM " table " x LEFT JOIN target o ON o.post = x.id AND o.part = 0" \
    "   AND o.hidden_at IS NULL ORDER BY place, number LIMIT -1) y" \
    " CROSS JOIN post p ON p.id = y.id" \
    " LEFT JOIN target t ON t.rowid = y.target"

/* A post stands for a viewer while it is not deleted and all its accounts are
   the key's. */
#define SYNCER_FROM \
    " FROM post p WHERE p.profile = :my_profile AND p.hidden_at IS NULL" \
    " AND " KEY_SEES_WHOLE("my", "p.id")

/* A page is what follows its cursor, an id; one row more is read, to know
   whether there is more. */
#define SYNCER_FILTER \
    SYNCER_FROM \
    " AND p.id < coalesce(:cursor, '~')" \
    " AND (:status IS NULL OR " SYNCER_STATUS " = :status)" \
    " AND (:platform IS NULL OR EXISTS (SELECT 1 FROM target v" \
    "  WHERE v.post = p.id AND v.network = :platform))" \
    " AND (:fromDate IS NULL OR p.created_at >= :fromDate)" \
    " AND (:toDate IS NULL OR p.created_at <= :toDate)" \
    " ORDER BY p.id DESC"

#define SYNCER_PAGE \
    "WITH page AS MATERIALIZED (SELECT id, row_number() OVER" \
    "  (ORDER BY id DESC) AS place FROM (SELECT p.id" SYNCER_FILTER \
    "   LIMIT :limit + 1))" \
    " SELECT '{\"posts\":[', '', '', '', '', ''" \
    " UNION ALL " SYNCER_POSTS("(SELECT * FROM page WHERE place <= :limit)", \
                              "") \
    " UNION ALL SELECT '],\"cursor\":', coalesce((SELECT json_quote(" \
    "   'post_' || (SELECT id FROM page WHERE place = :limit))" \
    "  FROM page WHERE place > :limit), 'null'), ',\"hasMore\":'," \
    "  iif((SELECT count(*) > :limit FROM page), 'true', 'false'), '}', ''"

#define SYNCER_THIS(more) \
    "WITH this AS MATERIALIZED (SELECT p.id, 1 AS place" SYNCER_FROM \
    "  AND p.id = :id) " SYNCER_POSTS("this", more)
#define SYNCER_ONE SYNCER_THIS("")

/* A post after an edit, and what became of it on each platform that the post
   was published to. :edit_kept is an object: of targets that cannot be edited,
   why. */
#define SYNCER_KEPT \
    "(SELECT value FROM json_each(:edit_kept) WHERE key = t.id)"
#define SYNCER_EDITED \
    SYNCER_THIS(", 'edits', (SELECT json_group_array(json_object(" \
    "  'platform', t.network, 'accountId', t.account," \
    "  'status', iif(" SYNCER_KEPT " IS NOT NULL, 'unchanged', " \
        POST_PUBLIC_OUTCOME("edit", "edited") ")," \
    "  'error', coalesce(" SYNCER_KEPT ", " POST_PUBLIC_REASON("edit") ")))" \
    " FROM (SELECT * FROM target WHERE post = p.id AND state = 'posted'" \
    "  AND part = 0 AND hidden_at IS NULL ORDER BY rowid) t)")
#endif
