/* x_post.c: making a post on X, what the answer to it means, taking it away. */
#include "network/x.h"
#include "network/option.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum { BEFORE = 1 * MINUTE };   /* X's clock may be this much behind ours */

const char *
x_post_permalink(const char *id)
{
    struct text link = { 0 };

    text_add(&link, "https://x.com/i/status/");
    text_add_url_part(&link, id);
    return text_string(&link);
}

const char *
x_post_id_in_link(const struct job *job, const char *link)
{
    const char *status = strstr(link, "/status/");
    size_t length;

    (void)job;
    if (status == NULL || (!text_begins(link, "https://x.com/")
                           && !text_begins(link, "https://twitter.com/")))
        return NULL;
    status += strlen("/status/");
    length = strspn(status, "0123456789");
    return length > 0 && strchr("/?#", status[length]) != NULL
        ? memory_copy_bytes(status, length) : NULL;
}

static const char *
media_ids(const struct job *job)
{
    struct text list = { 0 };
    int i;

    if (job->media_count == 0)
        return NULL;
    for (i = 0; i < job->media_count; i++) {
        text_add(&list, i == 0 ? "[\"" : ",\"");
        text_add_json(&list, x_entry_of(job, i).id);
        text_add(&list, "\"");
    }
    text_add(&list, "]");
    return text_string(&list);
}

/* Who may answer is said of a thread's first post alone: whether X takes that
   of a reply is UNVERIFIED. What is not set is left out: X refuses keys it
   does not know, and takes no null. Text may be absent only beside media. */
static const char *
body_of(const struct job *job)
{
    const char *ids = media_ids(job);

    value_set_text("x_text", job->text[0] ? job->text : NULL);
    value_set_text("x_media", ids ? memory_format("{\"media_ids\":%s}", ids)
                                  : "null");
    value_set_text("x_reply", job->reply_to ? NULL
                              : option_json(job, "$.replySettings"));
    value_set_text("x_reply_to", job->reply_to);
    value_set_text("x_ai", option_json(job, "$.madeWithAi"));
    value_set_text("x_paid", option_json(job, "$.paidPartnership"));
    return json_make("json_patch('{}', json_object('text', :x_text,"
                     " 'media', json(:x_media), 'reply', json(iif("
                     "  :x_reply_to IS NULL, NULL, json_object("
                     "   'in_reply_to_tweet_id', :x_reply_to))),"
                     " 'reply_settings', json(:x_reply),"
                     " 'made_with_ai', json(:x_ai),"
                     " 'paid_partnership', json(:x_paid)))");
}

/* A 403 without a problem's name is X's word for a duplicate, and for much
   else. The account's timeline tells them apart: the same text stands there.
   What is there since this post was due is this post. */
static struct result
duplicate(struct job *job, struct result refused)
{
    int64_t at = 0;
    struct result found = x_lookup_find(job, 0, &at);

    if (found.kind != RESULT_POSTED)
        return refused;
    if (at >= job->due_at - BEFORE)
        return found;
    refused.category = "duplicate";
    refused.words = memory_format("X takes the same text only once, and it"
                                  " stands at %s.", found.permalink);
    return refused;
}

static int
is_legacy_duplicate(const struct oauth_answer *answer)
{
    return json_integer(text_string(&answer->http.body), "$.errors[0].code",
                        0) == 187;
}

struct result
x_post_send(struct job *job)
{
    struct oauth_answer answer = x_post_json(job, "/2/tweets", body_of(job));
    const char *id = NULL;
    struct result result;

    if (x_is_good(&answer))
        id = json_text(text_string(&answer.http.body), "$.data.id");
    if (id != NULL && id[0] != '\0')
        return (struct result){
            .kind = RESULT_POSTED, .http_status = answer.http.status,
            .remote_id = id, .permalink = x_post_permalink(id) };
    result = x_refusal(&answer, 1);
    if (result.kind != RESULT_REJECTED || !http_is_json(&answer.http))
        return result;
    if (is_legacy_duplicate(&answer))
        result.category = "duplicate";
    if (answer.http.status == 403 && x_problem(&answer)[0] == '\0')
        return duplicate(job, result);
    /* X may have forgotten an upload before its time. */
    if (answer.http.status == 400 && job->media_count > 0
        && x_entry_forget_all(job)) {
        result.kind = RESULT_RETRY;
        result.category = "media_error";
    }
    return result;
}

struct result
x_post_remove(struct job *job)
{
    struct http_request request = { .method = "DELETE" };
    struct oauth_answer answer = x_call(job, &request, memory_format(
        "/2/tweets/%s", job->remote_id));

    if (x_is_good(&answer) || (answer.http.result == HTTP_ANSWERED
                               && answer.http.status == 404))
        return told_result(RESULT_READY, NULL, NULL);
    return x_refusal(&answer, 0);
}
