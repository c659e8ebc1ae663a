/* /socialrails/api/v1/analytics: what was published, by platform, and what
   its networks last told of it. */
#include "dialect/metrics.h"
#include "dialect/socialrails.h"
#include "base/clock.h"

static const struct field filter[] = {
    { "platform", TEXT, 0, 40, .words = "Only posts to this platform" },
    { "period", TEXT, .one_of = "7d 30d 90d 365d", .otherwise = "7d",
      .words = "How far back" },
    { "post_id", ID, .wrong = FAULT_POST_NOT_FOUND, .words = "Only this post" },
    {0}
};

#define WITHIN "t.state = 'posted' AND t.published_at >= :since"

#define AGGREGATE \
    "WITH found AS MATERIALIZED (SELECT t.id, t.network" RAILS_FROM \
    "  AND " WITHIN " AND (:platform IS NULL OR t.network = :platform))" \
    " SELECT json_object('data', json_object('period', :period," \
    " 'since', " RAILS_TIME(":since") "," \
    " 'total_posts_published', (SELECT count(*) FROM found)," \
    " 'by_platform', (SELECT json_group_array(json_object(" \
    "   'platform', network, 'posts_published', n)) FROM (SELECT network," \
    "   count(*) AS n FROM found GROUP BY network ORDER BY n DESC, 1))," \
    " 'metrics', (SELECT json_object(" METRICS_OF_ALL ") FROM found f" \
    "   JOIN metric m ON " METRICS_LATEST("f.id") ")))"

#define ONE_POST \
    "SELECT json_object('data', json_object('period', :period," \
    " 'since', " RAILS_TIME(":since") ", 'post_id', t.id," \
    " 'platform', t.network, 'status', " RAILS_STATUS "," \
    " 'posted_at', " RAILS_TIME("t.published_at") "," \
    " 'permalink', t.permalink," \
    " 'metrics', (SELECT json_object('measured_at', " \
    RAILS_TIME("m.taken_at") "," METRICS_OF_ONE ") FROM metric m" \
    "  WHERE " METRICS_LATEST("t.id") ")," \
    " 'total_posts_published', ifnull(" WITHIN ", 0)))" RAILS_FROM \
    " AND t.id = :post_id AND (:platform IS NULL OR t.network = :platform)"

/* A period begins with the day that many days ago. */
static void
analyse(void)
{
    const char *period = value_text("period");
    int64_t days = text_same(period, "7d") ? 7 : text_same(period, "30d") ? 30
                   : text_same(period, "90d") ? 90 : 365;

    socialrails_take_platform();
    value_set_integer("since", (clock_now() / DAY - days) * DAY);
    if (value_is_set("post_id"))
        serve_sql(200, ONE_POST, FAULT_POST_NOT_FOUND);
    serve_sql(200, AGGREGATE, FAULT_NONE);
}

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "analytics:read", .status = 200,
      .fields = filter, .run = analyse,
      .words = "How many posts were published, by platform; or one post" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &socialrails, operations);
}
