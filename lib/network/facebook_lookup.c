/* facebook_lookup.c: after a send without an answer: is the post there?

   Facebook knows no idempotency keys, and the list of a Page's posts may leave
   some out: that a post is not in it proves nothing. A reel can be asked. */
#include "network/facebook.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

enum {
    LOOK_AGAIN = 5 * MINUTE,    /* after the send: the second look */
    REEL_SURE = 5 * MINUTE,     /* nothing of the send is on its way */
    REEL_POLL = 30 * SECOND,
    CLOCKS_APART = 1 * MINUTE
};

static struct result
later(const char *words, int64_t at)
{
    struct result result = told_result(RESULT_WAIT, "network_error", words);

    result.retry_at = at;
    return result;
}

static struct result
unreadable(const struct http_answer *answer)
{
    struct result result = facebook_refusal(answer, 0);

    if (result.kind == RESULT_RETRY)
        result.kind = RESULT_WAIT;
    else if (result.kind != RESULT_AUTH)
        result.kind = RESULT_UNKNOWN;
    return result;
}

/* ------------------------------------------------------------ the list */

/* The end of a text without the blanks there and the CR of a CRLF. */
static const char *
plain(const char *text)
{
    struct text plain_text = { 0 };

    for (; *text != '\0'; text++)
        if (*text != '\r' || text[1] != '\n')
            text_add_char(&plain_text, *text);
    while (plain_text.length > 0
           && strchr(" \t\n", plain_text.data[plain_text.length - 1]))
        plain_text.data[--plain_text.length] = '\0';
    return text_string(&plain_text);
}

static int
is_our_photo(const struct job *job, const char *id)
{
    int i;

    for (i = 0; id != NULL && i < job->media_count; i++)
        if (text_same(facebook_photo(job, i), id))
            return 1;
    return 0;
}

/* Does a post show one of our pictures? Several may stand one level lower
   (UNVERIFIED). */
static int
shows_our_photo(const struct job *job, const char *attachments,
                const char *path)
{
    struct json_member *shown;
    int i, count = json_members(attachments, path, &shown);

    for (i = 0; i < count; i++)
        if (is_our_photo(job, json_text(shown[i].json, "$.target.id"))
            || (json_raw(shown[i].json, "$.subattachments") != NULL
                && shows_our_photo(job, shown[i].json,
                                   "$.subattachments.data")))
            return 1;
    return 0;
}

/* Pictures have ids that no other post can show; else the text has to do, and
   one without a text is told from others by nothing. */
static int
is_ours(const struct job *job, const char *post, int64_t since)
{
    const char *message = json_text(post, "$.message"), *type;

    if (graph_time(json_text(post, "$.created_time")) < since)
        return 0;
    if (job->media_count > 0 && !facebook_is_video(job))
        return shows_our_photo(job, post, "$.attachments.data");
    type = json_text(post, "$.attachments.data[0].media_type");
    if (type != NULL && text_begins(type, "video") != facebook_is_video(job))
        return 0;
    return job->text[0] != '\0'
           && text_same(plain(message ? message : ""), plain(job->text));
}

/* A video goes by its own id. */
static struct result
found(struct job *job, const char *post)
{
    const char *id = told_id(post, "$.id"), *video = NULL;

    if (facebook_is_video(job))
        video = told_id(post, "$.attachments.data[0].target.id");
    return facebook_settled(job, video ? video : id);
}

struct result
facebook_find(struct job *job, int64_t since)
{
    struct http_answer answer = graph_get(facebook_url(job, job->remote_account,
        memory_format("/published_posts?fields=id,message,created_time,"
            "attachments%%7Bmedia_type,target%%7Bid%%7D,"
            "subattachments%%7Btarget%%7Bid%%7D%%7D%%7D&since=%lld&limit=25",
            (long long)(since / SECOND))), facebook_token(job));
    struct json_member *posts;
    int i, count;

    if (!graph_is_good(&answer))
        return unreadable(&answer);
    count = json_members(text_string(&answer.body), "$.data", &posts);
    for (i = 0; i < count; i++)
        if (is_ours(job, posts[i].json, since)
            && told_id(posts[i].json, "$.id") != NULL)
            return found(job, posts[i].json);
    return told_result(RESULT_UNKNOWN, "network_error",
        "It is not among the Page's newest posts, which proves nothing.");
}

/* ------------------------------------------------------------ reels */

static int
is_phase(const char *body, const char *phase, const char *word)
{
    const char *status = json_text(body, memory_format("$.status.%s.status",
                                                       phase));

    return text_same(status, word);
}

/* One video is published once, so that finishing the same again does no harm
   (UNVERIFIED): still not before nothing of the first call can be on its
   way. */
static struct result
look_at_reel(struct job *job, const char *id)
{
    struct http_answer answer = graph_get(facebook_url(job, id,
        "?fields=status,post_id,published"), facebook_token(job));
    const char *body = text_string(&answer.body);

    struct result result;

    if (!graph_is_good(&answer))
        return unreadable(&answer);
    if (facebook_is_discarded(body, &result))
        return result;
    if (json_is_true(body, "$.published")
        || json_text(body, "$.post_id") != NULL
        || is_phase(body, "publishing_phase", "complete")
        || is_phase(body, "publishing_phase", "in_progress"))
        return facebook_settled(job, id);
    if (clock_now() < job->first_sent_at + REEL_SURE
        || is_phase(body, "processing_phase", "in_progress"))
        return later("The reel is not published yet.",
                     clock_now() + REEL_POLL);
    if (is_phase(body, "publishing_phase", "not_started"))
        return told_result(RESULT_ABSENT, "network_error",
                           "The call that publishes had not arrived.");
    return told_result(RESULT_UNKNOWN, "network_error",
                       "Facebook does not say what became of the reel.");
}

struct result
facebook_look_up(struct job *job)
{
    int64_t last = job->first_sent_at + LOOK_AGAIN;
    struct result result;

    if (json_text(job->resume, "$.public") != NULL)
        return facebook_settled(job, json_text(job->resume, "$.public"));
    if (facebook_is_story(job))
        return told_result(RESULT_UNKNOWN, "network_error",
                           "Facebook does not say which stories are out.");
    if (facebook_is_reel(job) && facebook_reel(job) != NULL)
        return look_at_reel(job, facebook_reel(job));
    result = facebook_find(job, job->first_sent_at - CLOCKS_APART);
    if (result.kind == RESULT_UNKNOWN && clock_now() < last)
        return later(result.words, last);
    return result;
}
