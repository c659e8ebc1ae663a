/* measure.c: one post's metrics, read and kept. */
#include "publish/measure.h"
#include "publish/discard.h"
#include "publish/ending.h"
#include "publish/errand.h"
#include "publish/renew.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/text.h"
#include "core/account.h"
#include "core/pause.h"
#include "data/db.h"
#include "data/value.h"

enum {
    LAST_DAY = 30, REST_MS = 10 * MINUTE,
    SPARE_MS = 30 * MINUTE      /* before a post goes by itself */
};

/* A public post that is due. */
struct due {
    const char *target, *account, *network;
    int64_t published_at, wait_until;
    int stands;                 /* it is public, not hidden, and we know its
                                   id there */
    int active;                 /* its account */
};

/* When the snapshot after now is due; 0 where there is none any more. */
static int64_t
snapshot_after(int64_t published_at, int64_t now)
{
    static const int hours[] = { 1, 6, 24, 72 };
    int64_t day = DAY;
    size_t i;

    for (i = 0; i < sizeof hours / sizeof hours[0]; i++)
        if (published_at + hours[i] * (int64_t)HOUR > now)
            return published_at + hours[i] * (int64_t)HOUR;
    day = (now - published_at) / DAY + 1;
    return day <= LAST_DAY ? published_at + day * DAY : 0;
}

/* The same of a post that goes by itself: the last one is just before. */
static int64_t
snapshot_before(const struct due *due, int64_t now, int64_t lives_ms)
{
    int64_t at = snapshot_after(due->published_at, now);
    int64_t last = due->published_at + lives_ms - SPARE_MS;

    if (lives_ms == 0 || (at != 0 && at <= last))
        return at;
    return last > now ? last : 0;
}

/* When to try again what failed: sooner for a young post. */
static int64_t
later(int64_t published_at, int64_t now)
{
    int64_t wait = (now - published_at) / 8;
    int64_t at = now + (wait < REST_MS ? REST_MS : wait > DAY ? DAY : wait);

    return at <= published_at + LAST_DAY * (int64_t)DAY ? at : 0;
}

static void
look_again(const char *target, int64_t at)
{
    value_set_text("measure_target", target);
    value_set_integer("measure_at", at);
    db_run("UPDATE target SET measure_at = nullif(:measure_at, 0)"
           " WHERE id = :measure_target");
}

static int
find(struct due *due)
{
    value_set_integer("measure_now", clock_now());
    if (db_run(
        "SELECT t.id AS measure_target, t.account AS measure_account,"
        "  t.network AS measure_network, t.published_at AS measure_published,"
        "  max(c.not_before, c.measure_after, ifnull((SELECT w.until_at"
        "    FROM network_pause w WHERE w.network = t.network"
        "     AND w.extent = 'all'), 0)) AS measure_wait,"
        "  c.status = 'active' AS measure_active, t.state = 'posted'"
        "   AND t.hidden_at IS NULL AND t.remote_id IS NOT t.permalink"
        "   AS measure_stands"
        " FROM target t JOIN account c ON c.id = t.account"
        " WHERE t.measure_at IS NOT NULL AND t.measure_at <= :measure_now"
        " ORDER BY t.measure_at, t.id LIMIT 1") != DB_ROW)
        return 0;
    *due = (struct due){
        .target = memory_copy(value_text("measure_target")),
        .account = memory_copy(value_text("measure_account")),
        .network = memory_copy(value_text("measure_network")),
        .published_at = value_integer("measure_published", 0),
        .wait_until = value_integer("measure_wait", 0),
        .stands = value_integer("measure_stands", 0) != 0,
        .active = value_integer("measure_active", 0) != 0
    };
    return 1;
}

/* Decide when the post is looked at next, whatever comes of it. Returns 1
   where it is to be measured now, 0 where it is not, -1 where none is due. */
static int
take(struct due *due)
{
    const struct network *network;
    int64_t now = clock_now(), at = 0;
    int may;

    if (!find(due))
        return -1;
    network = network_find(due->network);
    may = network != NULL && network->measure != NULL && due->stands;
    if (may && !due->active)
        at = snapshot_after(due->published_at, now);
    else if (may && due->wait_until > now)
        at = due->wait_until;
    else if (may)
        at = later(due->published_at, now);
    db_begin();
    look_again(due->target, at);
    db_commit();
    return may && due->active && due->wait_until <= now;
}

static void
set_count(const char *name, int64_t count)
{
    value_set_null(name);
    if (count >= 0)
        value_set_integer(name, count);
}

static void
keep(const struct due *due, const struct metrics *metrics, int64_t lives_ms)
{
    int64_t now = clock_now();

    set_count("measure_likes", metrics->likes);
    set_count("measure_comments", metrics->comments);
    set_count("measure_shares", metrics->shares);
    set_count("measure_views", metrics->views);
    set_count("measure_impressions", metrics->impressions);
    set_count("measure_clicks", metrics->clicks);
    set_count("measure_saves", metrics->saves);
    value_set_integer("measure_now", now);
    look_again(due->target, snapshot_before(due, now, lives_ms));
    db_run("INSERT OR REPLACE INTO metric (target, taken_at, likes, comments,"
           "  shares, views, impressions, clicks, saves)"
           " SELECT id, :measure_now, :measure_likes, :measure_comments,"
           "  :measure_shares, :measure_views, :measure_impressions,"
           "  :measure_clicks, :measure_saves"
           " FROM target WHERE id = :measure_target");
}

/* What the network told later than it took the post. */
static void
keep_id(const struct due *due, const struct result *result)
{
    value_set_text("measure_target", due->target);
    value_set_text("measure_remote_id", result->remote_id);
    value_set_text("measure_permalink", result->permalink);
    db_run("UPDATE target SET"
           "  remote_id = coalesce(:measure_remote_id, remote_id),"
           "  permalink = coalesce(:measure_permalink, permalink)"
           " WHERE id = :measure_target");
}

/* Leave the account's posts alone until a time. */
static void
rest(const struct due *due, int64_t until)
{
    value_set_text("measure_account", due->account);
    value_set_integer("measure_until", until);
    db_run("UPDATE account SET measure_after = max(measure_after,"
           " :measure_until) WHERE id = :measure_account");
}

static void
conclude(const struct due *due, const struct job *job,
         const struct metrics *metrics, const struct result *result)
{
    int64_t rested = clock_now() + REST_MS;

    db_begin();
    switch (result->kind) {
    case RESULT_READY:
        keep(due, metrics, result->lives_ms);
        keep_id(due, result);
        if (result->retry_at > rested)
            rest(due, result->retry_at);
        break;
    case RESULT_DISCARDED:
        discard(due->target, result->category, result->words);
        break;
    case RESULT_REJECTED:
        look_again(due->target, 0);
        break;
    case RESULT_AUTH:
        account_expire(due->account, errand_version(job));
        break;
    default:
        rest(due, result->retry_at > rested ? result->retry_at : rested);
        if (ending_extent(result) != NULL)
            pause_begin(due->network, ending_extent(result),
                        ending_pause_until(result, clock_now()),
                        result->category, result->words);
    }
    db_commit();
    if (result->kind != RESULT_READY)
        note("post %s is not measured: %s", due->target,
             result->words ? result->words : "");
}

int
measure_next(void)
{
    struct metrics metrics = { -1, -1, -1, -1, -1, -1, -1 };
    struct result result;
    struct due due;
    struct job *job = NULL;
    int now = take(&due);

    if (now == 1)
        job = errand_of_post(due.target);
    if (job == NULL)
        return now >= 0;
    point("measure");
    result = network_find(due.network)->measure(job, &metrics);
    point("measured");
    conclude(&due, job, &metrics, &result);
    renew_release();
    return 1;
}
