/* youtube_comment.c: a comment of the channel's own under its video. */
#include "network/youtube.h"
#include "network/comment.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

const char *
youtube_id_in_link(const struct job *job, const char *link)
{
    static const char *const starts[] = { "https://www.youtube.com/watch?v=",
        "https://www.youtube.com/shorts/", "https://youtu.be/" };
    const char *id = NULL;
    size_t i;

    (void)job;
    for (i = 0; i < sizeof starts / sizeof starts[0] && id == NULL; i++)
        id = told_link_id(link, starts[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          "abcdefghijklmnopqrstuvwxyz0123456789_-");
    return id;
}

static struct result
posted(const struct job *job, const char *id)
{
    struct text link = { 0 };

    text_add(&link, "https://www.youtube.com/watch?v=");
    text_add_url_part(&link, job->reply_to);
    text_add(&link, "&lc=");
    text_add_url_part(&link, id);
    return comment_posted(id, text_string(&link));
}

static const char *
reason_in(const struct oauth_answer *answer)
{
    return http_is_json(&answer->http) ? json_text(text_string(
        &answer->http.body), "$.error.errors[0].reason") : NULL;
}

/* Nothing came of it; a video that was uploaded a moment ago may be the
   reason. */
static struct result
refusal(const struct oauth_answer *answer)
{
    struct result result = youtube_refusal(answer, 1);
    const char *reason = reason_in(answer);

    if (result.kind != RESULT_REJECTED || reason == NULL)
        return result;
    if (text_has_word("processingFailure videoNotFound", reason))
        return told_result(RESULT_RETRY, "media_processing",
                           "YouTube takes no comment on the video yet.");
    if (text_same(reason, "commentsDisabled"))
        result.words = "The video takes no comments: it is private or made"
                       " for kids, or its channel has turned them off.";
    return result;
}

static struct result
send(struct job *job)
{
    struct oauth_answer answer;
    const char *id = NULL;

    value_set_text("youtube_channel", job->remote_account);
    value_set_text("youtube_video", job->reply_to);
    value_set_text("youtube_text", job->text);
    answer = youtube_call(job, "POST",
        "/youtube/v3/commentThreads?part=snippet", json_make(
        "json_object('snippet', json_object('channelId', :youtube_channel,"
        " 'videoId', :youtube_video, 'topLevelComment', json_object("
        "  'snippet', json_object('textOriginal', :youtube_text))))"));
    if (youtube_is_good(&answer))
        id = told_id(text_string(&answer.http.body), "$.id");
    return id ? posted(job, id) : refusal(&answer);
}

/* ------------------------------------------------------------ looking */

static int
is_ours(const struct job *job, const char *comment)
{
    const char *author = json_text(comment, "$.authorChannelId.value");
    const char *time = json_text(comment, "$.publishedAt");
    int64_t at;

    return time != NULL && clock_read(time, NULL, &at) == CLOCK_OK
           && at >= comment_since(job)
           && text_same(author, job->remote_account)
           && (comment_is_text(job, json_text(comment, "$.textOriginal"))
               || comment_is_text(job, json_text(comment, "$.textDisplay")));
}

static struct result
look_up(struct job *job)
{
    struct text path = { 0 };
    struct oauth_answer answer;
    struct json_member *threads;
    int i, count;

    text_add(&path, "/youtube/v3/commentThreads?part=snippet&order=time"
                    "&textFormat=plainText&maxResults=20&videoId=");
    text_add_url_part(&path, job->reply_to);
    answer = youtube_call(job, "GET", text_string(&path), NULL);
    if (!youtube_is_good(&answer))
        return comment_unreadable(youtube_refusal(&answer, 0));
    count = json_members(text_string(&answer.http.body), "$.items", &threads);
    for (i = 0; i < count; i++) {
        const char *id = told_id(threads[i].json, "$.id");
        const char *comment = json_raw(threads[i].json,
                                       "$.snippet.topLevelComment.snippet");

        if (id != NULL && comment != NULL && is_ours(job, comment))
            return posted(job, id);
    }
    return comment_missing(job, "YouTube");
}

static struct result
prepare(struct job *job)
{
    return oauth_fresh(youtube_provider(), job);
}

const struct network youtube_comment = {
    .name = "youtube",
    .prepare = prepare,
    .send = send,
    .look_up = look_up
};
