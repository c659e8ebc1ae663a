/* x_edit.c: a new version of a post on X.

   X gives it an id of its own; the old ids of the chain lead to the newest.
   Only paid accounts may edit, and only for a while: edit_controls tells. */
#include "network/x.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

static struct oauth_answer
ask(struct job *job, const char *id)
{
    return x_get(job, memory_format(
        "/2/tweets?ids=%s&tweet.fields=edit_controls,edit_history_tweet_ids,"
        "entities,note_tweet", id));
}

/* The newest version's id: X names the list by two names. */
static const char *
newest_id(const char *post)
{
    const char *id = json_text(post, "$.edit_history_tweet_ids[#-1]");

    if (id == NULL)
        id = json_text(post, "$.edit_history_post_ids[#-1]");
    return id ? id : json_text(post, "$.id");
}

static struct result
done(const char *id)
{
    struct result result = told_result(RESULT_READY, NULL, NULL);

    result.remote_id = id;
    result.permalink = x_post_permalink(id);
    return result;
}

/* NULL where X lets this version be edited still. */
static const char *
why_not(const char *post)
{
    const char *controls = json_raw(post, "$.edit_controls");
    const char *until = controls ? json_text(controls, "$.editable_until")
                                 : NULL;
    int64_t at;

    if (controls == NULL
        || !json_is_true(controls, "$.is_edit_eligible"))
        return "X does not let this post be edited: that takes a paid"
               " account, and polls and some others cannot be.";
    if (json_integer(controls, "$.edits_remaining", 1) < 1)
        return "X allows five edits of a post, and they are used up.";
    if (until != NULL && clock_read(until, NULL, &at) == CLOCK_OK
        && at <= clock_now())
        return "X allows edits only for a while after a post came out, and"
               " that has passed.";
    return NULL;
}

static struct result
send(struct job *job, const char *id)
{
    struct oauth_answer answer;
    const char *made = NULL;

    value_set_text("x_text", job->text);
    value_set_text("x_id", id);
    answer = x_post_json(job, "/2/tweets", json_make(
        "json_object('text', :x_text, 'edit_options',"
        " json_object('previous_post_id', :x_id))"));
    if (x_is_good(&answer))
        made = json_text(text_string(&answer.http.body), "$.data.id");
    return made ? done(made) : x_refusal(&answer, 1);
}

/* An edit whose answer was lost shows as a newer version with our text. */
struct result
x_edit(struct job *job)
{
    struct oauth_answer answer = ask(job, job->remote_id);
    const char *post = NULL, *id = job->remote_id, *fault;
    int i;

    for (i = 0; i < 2; i++) {
        if (!x_is_good(&answer))
            return x_refusal(&answer, 0);
        post = json_raw(text_string(&answer.http.body), "$.data[0]");
        if (post == NULL)
            return told_result(RESULT_REJECTED, "platform_rejected",
                            "X has no such post any more.");
        id = newest_id(post);
        if (i == 1 || id == NULL || text_same(id, job->remote_id))
            break;
        answer = ask(job, id);
    }
    if (id == NULL)
        return told_result(RESULT_RETRY, "platform_5xx",
                        "X's answer cannot be read.");
    if (text_same(x_text_normal(x_text_of(post)), x_text_normal(job->text)))
        return done(id);
    fault = why_not(post);
    if (fault != NULL)
        return told_result(RESULT_REJECTED, "platform_rejected", fault);
    return send(job, id);
}
