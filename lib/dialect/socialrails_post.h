/* socialrails_post.h: what the program posts does besides its statements. */
#ifndef SOCIALRAILS_POST_H
#define SOCIALRAILS_POST_H
#include "dialect/socialrails.h"

/* A page, newest first, and how many there are in all, of one moment. */
#define RAILS_PAGE \
    "WITH found AS MATERIALIZED (SELECT t.id, iif(:sort = 'scheduled_for'," \
    "  t.due_at, NULL) AS place" RAILS_FROM \
    " AND (:status IS NULL OR " RAILS_STATUS \
    "  = iif(:status = 'published', 'posted', :status))" \
    " AND (:platform IS NULL OR t.network = :platform)" \
    " AND (:from IS NULL OR t.created_at >= :from)" \
    " AND (:to IS NULL OR t.created_at <= :to))" \
    " SELECT '{\"data\":[', ''" \
    " UNION ALL SELECT iif(row > 1, ',', ''), " RAILS_POST \
    "  FROM (SELECT id, row_number() OVER () AS row FROM (SELECT id" \
    "    FROM found ORDER BY place DESC, id DESC" \
    "    LIMIT :limit OFFSET :offset)) x CROSS JOIN target t ON t.id = x.id" \
    "  JOIN post p ON p.id = t.post" \
    " UNION ALL SELECT '],\"pagination\":', json_object('total'," \
    "  (SELECT count(*) FROM found), 'limit', :limit, 'offset', :offset)" \
    "  || '}'"

#define RAILS_ONE \
    "SELECT json_object('data', " RAILS_POST ")" RAILS_FROM " AND t.id = :id"

extern const struct field socialrails_filter_fields[];
extern const struct field socialrails_new_fields[];
extern const struct field socialrails_batch_fields[];
extern const struct field socialrails_change_fields[];

/* The operations; each ends in an answer. */
void socialrails_create(void);
void socialrails_create_batch(void);
void socialrails_change(void);
void socialrails_delete(void);
#endif
