/* facebook_settle.c: a video that Facebook took: its cover, and whether
   Facebook keeps it.

   Facebook processes videos after the call that publishes them, and may throw
   one away. resume.public is the id that the post then has. */
#include "network/facebook.h"
#include "network/picture.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

/* What is still processed at the last is public all the same. */
enum { ASK_AGAIN = 15 * SECOND, ASK_LAST = 10 * MINUTE };

/* A cover's limit is UNVERIFIED; of the seconds the journal waits. */
enum { COVER_MOST = 2 * 1000 * 1000, SECONDS = 10 };

static void
keep(struct job *job, const char *name, const char *value)
{
    value_set_text("resume", job->resume);
    value_set_text("facebook_name", name);
    value_set_text("facebook_value", value);
    facebook_keep(job, json_make("json_set(:resume, '$.' || :facebook_name,"
                                 " :facebook_value)"));
}

/* ------------------------------------------------------------ cover */

/* NULL, or why not. That reels take one is UNVERIFIED. */
static const char *
set_cover(const struct job *job, const char *link, const char *video)
{
    struct picture picture = picture_fetch(link, COVER_MOST, SECONDS);
    struct http_answer answer;

    if (picture.type == NULL)
        return picture.why;
    answer = http_send(&(struct http_request){
        .method = "POST", .url = facebook_url(job, video, "/thumbnails"),
        .bearer = facebook_token(job), .seconds = SECONDS,
        .headers = { "Accept: application/json" },
        .parts = {
            { .name = "is_preferred", .value = "true" },
            { .name = "source", .value = picture.bytes.data,
              .length = (long long)picture.bytes.length,
              .type = picture.type, .file_name = picture.file_name } } });
    return graph_is_good(&answer) ? NULL : facebook_refusal(&answer, 0).words;
}

/* The video is out whatever becomes of its cover, which is set once. */
static void
cover(struct job *job, const char *video)
{
    const char *link = json_text(job->settings, "$.coverUrl"), *why;

    if (link == NULL || facebook_is_story(job)
        || json_raw(job->resume, "$.cover") != NULL)
        return;
    why = set_cover(job, link, video);
    if (why != NULL)
        why = told_hushed(told_result(RESULT_READY, NULL, why), job).words;
    if (why != NULL)
        note("target %s on facebook: no cover: %s", job->target, why);
    keep(job, "cover", why ? why : "");
}

/* ------------------------------------------------------------ its end */

static struct result
posted(const struct job *job, const char *link, const char *doubt)
{
    const char *id = json_text(job->resume, "$.public");
    const char *missing = json_text(job->resume, "$.cover");
    struct result result = told_result(RESULT_POSTED, NULL, doubt);

    result.remote_id = id;
    result.permalink = facebook_link(job, id, link);
    if (missing != NULL && missing[0] != '\0')
        result.words = memory_format("The video is out without its cover: %s",
                                     missing);
    return result;
}

/* The first thing that a phase of the processing has to complain of; NULL:
   nothing. */
static const char *
complaint(const char *body, const char *phase)
{
    const char *said = json_text(body, memory_format(
        "$.status.%s.errors[0].message", phase));
    int64_t code = json_integer(body, memory_format(
        "$.status.%s.errors[0].code", phase), 0);

    if (said == NULL && code == 0)
        return NULL;
    return memory_format("%s (%lld)", said && said[0] ? told_words(said, "")
                         : "it gave a code alone", (long long)code);
}

int
facebook_is_discarded(const char *body, struct result *result)
{
    const char *is = json_text(body, "$.status.video_status");
    const char *processing = complaint(body, "processing_phase");
    const char *publishing = complaint(body, "publishing_phase");

    if (!text_same(is, "error") && !text_same(is, "expired")
        && !text_same(is, "upload_failed") && processing == NULL
        && publishing == NULL)
        return 0;
    *result = told_result(RESULT_DISCARDED,
        publishing ? "platform_rejected" : "media_error", memory_format(
        "Facebook took the video and threw it away: %s.",
        publishing ? publishing : processing ? processing
                                             : told_words(is, "")));
    return 1;
}

/* Once a video has an id it exists: a question without an answer does not
   undo that. */
struct result
facebook_settled(struct job *job, const char *id)
{
    const char *video = facebook_reel(job) ? facebook_reel(job) : id, *body;
    struct result result;
    struct http_answer answer;

    if (!facebook_is_video(job))
        return facebook_posted(job, id);
    if (json_text(job->resume, "$.public") == NULL)
        keep(job, "public", id);
    cover(job, video);
    answer = graph_get(facebook_url(job, video, "?fields=status,permalink_url"),
                       facebook_token(job));
    body = graph_is_good(&answer) ? text_string(&answer.body) : "{}";
    if (facebook_is_discarded(body, &result))
        return result;
    if (text_same(json_text(body, "$.status.video_status"), "ready"))
        return posted(job, json_text(body, "$.permalink_url"), NULL);
    if (clock_now() >= job->first_sent_at + ASK_LAST)
        return posted(job, json_text(body, "$.permalink_url"),
                      "Facebook is still processing the video.");
    result = told_result(RESULT_WAIT, "media_processing",
                         "Facebook is processing the video.");
    result.retry_at = clock_now() + ASK_AGAIN;
    return result;
}
