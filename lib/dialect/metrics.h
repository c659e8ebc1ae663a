/* metrics.h: how every API shows what networks told of posts.

   A count that a network does not give is null. `m` is the table metric. */
#ifndef METRICS_H
#define METRICS_H

/* Of one snapshot. */
#define METRICS_OF_ONE \
    "'likes', m.likes, 'comments', m.comments, 'shares', m.shares," \
    " 'views', m.views, 'impressions', m.impressions," \
    " 'clicks', m.clicks, 'saves', m.saves"

/* Of several posts together. */
#define METRICS_OF_ALL \
    "'likes', sum(m.likes), 'comments', sum(m.comments)," \
    " 'shares', sum(m.shares), 'views', sum(m.views)," \
    " 'impressions', sum(m.impressions), 'clicks', sum(m.clicks)," \
    " 'saves', sum(m.saves)"

/* The latest snapshot of a target, as a condition over m. */
#define METRICS_LATEST(target) \
    "m.target = " target " AND m.taken_at = (SELECT max(taken_at)" \
    " FROM metric WHERE target = " target ")"
#endif
