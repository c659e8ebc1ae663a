/* native_posts.h: what the program posts does besides creating: statements
   and operations of its rows. */
#ifndef NATIVE_POSTS_H
#define NATIVE_POSTS_H
#include "core/post_part.h"
#include "core/post_public.h"
#include "dialect/metrics.h"
#include "dialect/native.h"

#define NATIVE_FROM \
    " FROM target t JOIN post p ON p.id = t.post" \
    " WHERE t.profile = :my_profile AND t.part = 0 AND t.hidden_at IS NULL" \
    " AND " ACCESS_SEES("t.account")

/* A page is what follows its cursor, an id: rows that come or go meanwhile
   move no other row to another page. One row more than the page is read, to
   know whether there is a next one. Each post is a row of the answer: so SQLite
   never has all of it in memory. */
#define NATIVE_FILTER \
    NATIVE_FROM \
    " AND t.id < coalesce(:cursor, '~')" \
    " AND (:status IS NULL OR " NATIVE_STATUS " = :status)" \
    " AND (:platform IS NULL OR t.network = :platform)" \
    " AND (:profileId IS NULL OR t.account = :profileId)" \
    " AND (:externalId IS NULL OR t.post IN (SELECT id FROM post" \
    "  WHERE profile = :my_profile AND external_id = :externalId))" \
    " AND (:category IS NULL OR p.category = :category)" \
    " AND (:from IS NULL OR t.due_at >= :from)" \
    " AND (:to IS NULL OR t.due_at <= :to)" \
    " ORDER BY t.id DESC"

#define NATIVE_PAGE \
    "WITH page AS MATERIALIZED (SELECT t.id, row_number() OVER" \
    "  (ORDER BY t.id DESC) AS place" NATIVE_FILTER " LIMIT :limit + 1)" \
    " SELECT '{\"posts\":[', ''" \
    " UNION ALL SELECT iif(place > 1, ',', ''), " NATIVE_POST \
    "  FROM (SELECT id, place FROM page WHERE place <= :limit" \
    "   ORDER BY place LIMIT :limit) x CROSS JOIN target t ON t.id = x.id" \
    "  JOIN post p ON p.id = t.post" \
    " UNION ALL SELECT '],\"nextCursor\":', coalesce((SELECT json_quote(" \
    "   'post_' || (SELECT id FROM page WHERE place = :limit))" \
    "  FROM page WHERE place > :limit), 'null') || '}'"

/* One post, by :id, after native_read_one(). */
#define NATIVE_ONE_MEMBERS NATIVE_POST_MEMBERS("json(:media_list)", ":warning")
#define NATIVE_ONE \
    "SELECT json_object(" NATIVE_ONE_MEMBERS "," \
    " 'thread', json(coalesce(:thread, '[]')))" NATIVE_FROM " AND t.id = :id"

/* A post after an edit of its public copy, and what became of that. */
#define NATIVE_EDITED \
    "SELECT json_object(" NATIVE_ONE_MEMBERS ", 'edit', json_object(" \
    " 'outcome', " POST_PUBLIC_OUTCOME("edit", "edited") "," \
    " 'reason', " POST_PUBLIC_REASON("edit") "))" NATIVE_FROM " AND t.id = :id"

/* What a deletion everywhere came to, of the post and of the parts of its
   thread. A post that is public is hidden here once it is gone there. */
#define NATIVE_GONE \
    "json(json_patch(json_object('id', 'post_' || r.id," \
    " 'platform', t.network, 'profileId', 'profile_' || t.account," \
    " 'permalink', t.permalink," \
    " 'outcome', CASE WHEN t.state = 'cancelled' THEN 'cancelled'" \
    "  WHEN t.state <> 'posted' THEN 'never_published'" \
    "  ELSE " POST_PUBLIC_OUTCOME("delete", "deleted") " END," \
    " 'reason', iif(t.state = 'posted', " POST_PUBLIC_REASON("delete") "," \
    "  NULL)), iif(t.part = 0, '{}', json_object('part', t.part))))"
#define NATIVE_DELETED \
    "SELECT json_object('id', 'post_' || r.id," \
    " 'cancelled', json(iif(r.state = 'cancelled' AND r.hidden_at IS NULL," \
    "  'true', 'false'))," \
    " 'deleted', json(iif(r.hidden_at IS NULL, 'false', 'true'))," \
    " 'targets', (SELECT json_group_array(" NATIVE_GONE ")" \
    "  FROM (SELECT * FROM target WHERE id = r.id OR root = r.id" \
    "   ORDER BY part) t))" \
    " FROM target r WHERE r.profile = :my_profile AND r.part = 0" \
    " AND " ACCESS_SEES("r.account") " AND r.id = :id"

#define NATIVE_ATTEMPTS \
    "SELECT json_object('attempts', (SELECT json_group_array(json_object(" \
    " 'part', part, 'number', number, 'kind', kind," \
    " 'claimedAt', " NATIVE_TIME("claimed_at") "," \
    " 'sentAt', " NATIVE_TIME("sent_at") "," \
    " 'endedAt', " NATIVE_TIME("ended_at") "," \
    " 'outcome', outcome, 'category', category, 'httpStatus', http_status," \
    " 'detail', detail)) FROM (SELECT a.*, o.part FROM (" \
    "   SELECT t.id AS id, 0 AS part UNION ALL" \
    "   SELECT id, part FROM target WHERE root = t.id) o" \
    "  JOIN attempt a ON a.target = o.id ORDER BY o.part, a.number)))" \
    NATIVE_FROM " AND t.id = :id"

#define NATIVE_METRICS \
    "SELECT json_object('id', 'post_' || t.id, 'platform', t.network," \
    " 'publishedAt', " NATIVE_TIME("t.published_at") "," \
    " 'nextSnapshotAt', " NATIVE_TIME("t.measure_at") "," \
    " 'latest', (SELECT json_object('takenAt', " NATIVE_TIME("m.taken_at") \
    "," METRICS_OF_ONE ") FROM metric m WHERE " METRICS_LATEST("t.id") ")," \
    " 'snapshots', (SELECT json_group_array(json_object('takenAt', " \
    NATIVE_TIME("m.taken_at") "," METRICS_OF_ONE ")) FROM (SELECT *" \
    "  FROM metric WHERE target = t.id ORDER BY taken_at) m))" \
    NATIVE_FROM " AND t.id = :id"

extern const struct field native_filter_fields[];
extern const struct field native_change_fields[];
extern const struct field native_resolve_fields[];
extern const struct field native_edit_fields[];
extern const struct field native_delete_fields[];

/* Before a page: sign the URLs of the uploads in it. */
void native_sign_page(void);

/* Before one post: sets :media_list, and :thread and :warning where it has
   parts. Most have none, and a statement that looks for them is dear. */
void native_read_one(void);

/* The operations; each ends in an answer. */
void native_schedule(void);
void native_validate(void);
void native_change(void);
void native_edit(void);
void native_delete(void);
void native_retry(void);
void native_resolve(void);
#endif
