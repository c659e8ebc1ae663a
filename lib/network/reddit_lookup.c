/* reddit_lookup.c: is the post there? After a send without an answer, and
   after one whose picture or video was taken to be processed: then Reddit
   names no id.

   Reddit knows no idempotency keys. A person's page shows texts and links at
   once, what is processed within seconds to minutes. That it does not show a
   post is no proof that there is none: such a post is never sent again by
   itself. */
#include "network/reddit.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

enum {
    SKEW = 1 * MINUTE,          /* between Reddit's clock and ours */
    LOOKS = 5,                  /* times settle_seconds: a text's last look */
    LEAST = 5 * SECOND,         /* between two looks for media */
    MOST = 1 * MINUTE
};

/* Are two texts the same apart from white space around them, and from the
   carriage returns within that Reddit takes out (UNVERIFIED)? */
static int
is_same(const char *theirs, const char *ours)
{
    static const char blank[] = " \t\r\n";

    if (theirs == NULL)
        theirs = "";
    theirs += strspn(theirs, blank);
    ours += strspn(ours, blank);
    while (*theirs != '\0' && *ours != '\0') {
        if (*theirs == *ours)
            theirs++, ours++;
        else if (*ours == '\r')
            ours++;
        else
            break;
    }
    return theirs[strspn(theirs, blank)] == '\0'
           && ours[strspn(ours, blank)] == '\0';
}

/* Links may come back with a slash behind the host. */
static int
is_same_link(const char *theirs, const char *ours)
{
    size_t length = strlen(ours);

    return theirs != NULL && strncmp(theirs, ours, length) == 0
           && (theirs[length] == '\0' || text_same(theirs + length, "/"));
}

/* created_utc is seconds, with a fraction: 1795255200.0 */
int64_t
reddit_made_at(const char *post)
{
    const char *text = json_text(post, "$.created_utc");
    size_t whole = text ? strspn(text, "0123456789") : 0;
    long long seconds;

    if (whole == 0 || !text_number(memory_copy_bytes(text, whole), 0,
                                   INT32_MAX * 2LL, &seconds))
        return 0;
    return seconds * SECOND;
}

static int
is_ours(const struct job *job, const char *post, int64_t since)
{
    enum reddit_kind kind = reddit_kind(job);
    const char *place = json_text(post, "$.subreddit");

    if (place == NULL || !text_same_nocase(place, reddit_place(job))
        || reddit_made_at(post) < since
        || !is_same(json_text(post, "$.title"), job->title)
        || json_is_true(post, "$.is_self") != (kind == REDDIT_SELF))
        return 0;
    if (kind == REDDIT_SELF)
        return is_same(json_text(post, "$.selftext"), job->text);
    return kind != REDDIT_LINK
           || is_same_link(json_text(post, "$.url"),
                           json_text(job->settings, "$.url"));
}

const char *
reddit_name(struct job *job, struct result *fault)
{
    const char *name = reddit_person(job);
    struct oauth_answer answer;

    if (name != NULL)
        return name;
    answer = reddit_get(job, "/api/v1/me");
    if (reddit_is_good(&answer))
        name = json_text(reddit_body(&answer), "$.name");
    if (name == NULL)
        *fault = reddit_refusal(&answer, 0);
    return name;
}

static struct result
found(const char *post)
{
    const char *name = json_text(post, "$.name");
    const char *path = json_text(post, "$.permalink");

    if (name == NULL || !text_begins(name, "t3_") || name[3] == '\0')
        return told_result(RESULT_UNKNOWN, "platform_5xx",
                           "Reddit's answer cannot be read.");
    return reddit_posted(name, path && path[0] == '/'
        ? memory_format("https://www.reddit.com%s", path) : NULL, post);
}

struct result
reddit_find(struct job *job, int64_t since)
{
    struct result fault;
    const char *name = reddit_name(job, &fault);
    struct text path = { 0 };
    struct oauth_answer answer;
    struct json_member *posts;
    int i, count;

    if (name == NULL)
        return fault;
    text_add(&path, "/user/");
    text_add_url_part(&path, name);
    text_add(&path, "/submitted?sort=new&limit=25");
    answer = reddit_get(job, text_string(&path));
    if (!reddit_is_good(&answer))
        return reddit_refusal(&answer, 0);
    count = json_members(reddit_body(&answer), "$.data.children", &posts);
    for (i = 0; i < count; i++) {
        const char *post = json_raw(posts[i].json, "$.data");

        if (post != NULL && is_ours(job, post, since))
            return found(post);
    }
    return told_result(RESULT_ABSENT, NULL, NULL);
}

/* When to look again for a post that is not there; 0: no more. */
static int64_t
next_look(const struct job *job)
{
    int64_t now = clock_now(), age = now - job->first_sent_at;
    int64_t last = job->first_sent_at
                   + LOOKS * config()->settle_seconds * (int64_t)SECOND;

    if (job->media_count == 0)
        return now < last ? last : 0;
    age = age / 4 < LEAST ? LEAST : age / 4;
    return now + (age < MOST ? age : MOST);
}

/* Media are looked for until the publisher gives up, half an hour after the
   send. */
struct result
reddit_look_up(struct job *job)
{
    struct result result = reddit_find(job, job->first_sent_at - SKEW);

    if (result.kind != RESULT_ABSENT)
        return result;
    result = told_result(RESULT_UNKNOWN, "network_error",
        "It is not among the account's newest posts on Reddit, which proves"
        " nothing.");
    result.retry_at = next_look(job);
    if (result.retry_at != 0) {
        result.kind = RESULT_WAIT;
        result.words = "Reddit does not show the post yet.";
    }
    return result;
}
