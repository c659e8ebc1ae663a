/* x_lookup.c: after a send without an answer: is the post there?

   X knows no idempotency keys. The account's own timeline tells; it may lag,
   and where it does not show the post that proves nothing. */
#include "network/x.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"

enum {
    SKEW = 1 * MINUTE,          /* between X's clock and ours */
    NEWEST = 20,                /* posts, each of which costs credits */
    NEWEST_SINCE = 100,
    LOOKS = 5                   /* times settle_seconds: the last look */
};

static const char *
timeline_path(const struct job *job, int64_t since)
{
    char room[CLOCK_ROOM];
    struct text path = { 0 };

    text_add(&path, "/2/users/");
    text_add_url_part(&path, job->remote_account);
    text_add_format(&path, "/tweets?max_results=%d&exclude=retweets"
                    "&tweet.fields=created_at,referenced_tweets,entities,"
                    "attachments,note_tweet", since ? NEWEST_SINCE : NEWEST);
    if (since != 0)
        text_add_format(&path, "&start_time=%s",
                        clock_print(since, CLOCK_SECONDS, room));
    return text_string(&path);
}

static int
has_our_media(const struct job *job, const char *post)
{
    struct json_member *keys;
    int i, count = json_members(post, "$.attachments.media_keys", &keys);

    if (count == 0 || count != job->media_count)
        return 0;
    for (i = 0; i < count; i++) {
        struct x_entry entry = x_entry_of(job, i);

        if (entry.key == NULL || !text_same(keys[i].text, entry.key))
            return 0;
    }
    return 1;
}

/* Does it answer what the job answers, and quote nothing? */
static int
is_in_place(const struct job *job, const char *post)
{
    int count = json_count(post, "$.referenced_tweets");

    if (job->reply_to == NULL)
        return count == 0;
    return count == 1
        && text_same(json_text(post, "$.referenced_tweets[0].type"),
                     "replied_to")
        && text_same(json_text(post, "$.referenced_tweets[0].id"),
                     job->reply_to);
}

static int
is_ours(const struct job *job, const char *post)
{
    if (!is_in_place(job, post))
        return 0;
    if (has_our_media(job, post))
        return 1;
    return job->text[0] != '\0'
           && json_count(post, "$.attachments.media_keys") == job->media_count
           && text_same(x_text_normal(job->text),
                        x_text_normal(x_text_of(post)));
}

struct result
x_lookup_find(struct job *job, int64_t since, int64_t *created_at)
{
    struct oauth_answer answer = x_get(job, timeline_path(job, since));
    struct result found = { .kind = RESULT_POSTED };
    struct json_member *posts;
    int i, count;

    if (!x_is_good(&answer))
        return x_refusal(&answer, 0);
    count = json_members(text_string(&answer.http.body), "$.data", &posts);
    for (i = 0; i < count; i++)
        if (is_ours(job, posts[i].json))
            break;
    if (i == count)
        return told_result(RESULT_ABSENT, NULL, NULL);
    found.remote_id = json_text(posts[i].json, "$.id");
    if (found.remote_id == NULL || found.remote_id[0] == '\0')
        return told_result(RESULT_UNKNOWN, "platform_5xx",
                        "X's answer cannot be read.");
    found.permalink = x_post_permalink(found.remote_id);
    *created_at = 0;
    if (json_text(posts[i].json, "$.created_at") != NULL)
        clock_read(json_text(posts[i].json, "$.created_at"), NULL,
                   created_at);
    return found;
}

/* Asked once the send has settled, and again when five times as long has
   passed: a request may still be on its way, and timelines lag. */
struct result
x_lookup(struct job *job)
{
    int64_t last = job->first_sent_at
                   + LOOKS * config()->settle_seconds * (int64_t)SECOND;
    int64_t made_at;
    struct result result = x_lookup_find(job, job->first_sent_at - SKEW,
                                         &made_at);

    if (result.kind == RESULT_ABSENT && clock_now() < last) {
        result = told_result(RESULT_WAIT, "network_error",
                          "X does not show the post yet.");
        result.retry_at = last;
    } else if (result.kind == RESULT_ABSENT) {
        result = told_result(RESULT_UNKNOWN, "network_error",
            "It is not among the account's newest posts on X, which proves"
            " nothing.");
    }
    return result;
}
