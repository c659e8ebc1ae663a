/* socialrails.h: the API at /socialrails/api/v1. Seed: 002 (SocialRails).

   Its post is one of our targets; what it calls a batch is our post. */
#ifndef SOCIALRAILS_H
#define SOCIALRAILS_H
#include "core/post_part.h"
#include "web/access.h"
#include "web/endpoint.h"

enum {
    SOCIALRAILS_CONTENT = 5000,         /* "max 5,000 chars" */
    SOCIALRAILS_REQUESTS = 300          /* "api_requests_per_hour" */
};

extern const struct dialect socialrails;

/* Set :platform, where it is set, to the network's name; for filters. */
void socialrails_take_platform(void);

/* A column of milliseconds as ISO 8601 with Z and without them, or null. */
#define RAILS_TIME(column) \
    "strftime('%Y-%m-%dT%H:%M:%SZ', " column " / 1000, 'unixepoch')"

/* A target's state in SocialRails' words; `t` is the table target. */
#define RAILS_STATUS \
    "CASE t.state WHEN 'publishing' THEN 'scheduled'" \
    " WHEN 'verifying' THEN 'scheduled' WHEN 'uncertain' THEN 'failed'" \
    " ELSE t.state END"

/* What stands: cancelled targets are deleted here. */
#define RAILS_FROM \
    " FROM target t JOIN post p ON p.id = t.post" \
    " WHERE t.profile = :my_profile AND t.part = 0 AND t.hidden_at IS NULL" \
    " AND t.state <> 'cancelled' AND " ACCESS_SEES("t.account")

/* A post; beside the documented members why it failed, or may have been
   sent, where it is, and what of what follows it did not go out. */
#define RAILS_POST \
    "json_object('id', t.id, 'content', coalesce(t.text, p.text)," \
    " 'platform', t.network, 'status', " RAILS_STATUS "," \
    " 'scheduled_for', " RAILS_TIME("t.due_at") "," \
    " 'posted_at', " RAILS_TIME("t.published_at") "," \
    " 'created_at', " RAILS_TIME("t.created_at") "," \
    " 'failed_reason', CASE WHEN t.held_at IS NOT NULL" \
    "   OR t.state IN ('failed', 'uncertain') THEN t.reason END," \
    " 'permalink', t.permalink, 'warning', " POST_PARTS_WARNING ")"
#endif
