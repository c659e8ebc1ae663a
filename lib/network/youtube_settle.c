/* youtube_settle.c: a video that YouTube has: its thumbnail, and whether
   YouTube keeps it.

   After an upload YouTube processes the video, and may throw it away: it then
   was never public, or is so no more. resume.video says which it is. */
#include "network/youtube.h"
#include "network/picture.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

/* Thumbnails: two pages of Google's differ (2 MB, 50 MB): the stricter one.
   The seconds are few because the video is out by then, and the journal
   waits. */
enum { THUMBNAIL_MOST = 2 * 1000 * 1000, SECONDS = 10 };

/* Asked after 1, 2, 4, 8 and 16 minutes and at the last, each for one unit;
   what is still processed then is public all the same. */
enum { ASK_FIRST = 1 * MINUTE, ASK_LAST = 20 * MINUTE };

/* ------------------------------------------------------------ thumbnail */

/* NULL, or why not. */
static const char *
set_thumbnail(struct job *job, const char *link, const char *id)
{
    struct picture picture = picture_fetch(link, THUMBNAIL_MOST, SECONDS);
    struct text path = { 0 };
    struct oauth_answer answer;
    struct http_request request = {
        .method = "POST", .body = picture.bytes.data, .seconds = SECONDS,
        .body_length = picture.bytes.length,
        .headers = { memory_format("Content-Type: %s", picture.type
                                   ? picture.type : "") }
    };

    if (picture.type == NULL)
        return picture.why;
    text_add(&path, "/upload/youtube/v3/thumbnails/set?uploadType=media"
                    "&videoId=");
    text_add_url_part(&path, id);
    request.url = youtube_url(text_string(&path));
    answer = youtube_ask(job, &request, DAY_UNITS, 50);
    return youtube_is_good(&answer) ? NULL
                                    : youtube_refusal(&answer, 0).words;
}

/* The video is out whatever becomes of its thumbnail, which is set once. */
static void
thumbnail(struct job *job, const char *id)
{
    const char *link = json_text(job->settings, "$.thumbnailUrl"), *why;

    if (link == NULL || json_raw(job->resume, "$.thumbnail") != NULL)
        return;
    why = set_thumbnail(job, link, id);
    if (why != NULL)
        why = told_hushed(told_result(RESULT_READY, NULL, why), job).words;
    if (why != NULL)
        note("target %s on youtube: no thumbnail: %s", job->target, why);
    value_set_text("youtube_why", why);
    youtube_keep(job, json_make("json_object('thumbnail',"
                                " json_object('why', :youtube_why))"));
}

/* ------------------------------------------------------------ its end */

/* Google may lock what an application uploads that it has not reviewed. */
static const char *
privacy(const struct job *job, const char *video)
{
    const char *is = json_raw(video, "$.status.privacyStatus");
    const char *asked = youtube_setting(job, "$.privacyStatus");

    if (is == NULL || text_same(is, asked ? asked : "\"public\""))
        return NULL;
    return memory_format("YouTube made the video %s.",
                         json_text(video, "$.status.privacyStatus"));
}

/* With what went otherwise than asked; doubt: a sentence, or NULL. */
static struct result
posted(const struct job *job, const char *doubt)
{
    struct result result = told_result(RESULT_POSTED, NULL, NULL);
    const char *video = json_raw(job->resume, "$.video");
    const char *missing = json_text(job->resume, "$.thumbnail.why");

    result.http_status = 200;
    result.remote_id = json_text(video, "$.id");
    result.permalink = told_link(memory_format(
        "https://www.youtube.com/watch?v=%s", result.remote_id));
    result.words = privacy(job, video);
    if (result.words == NULL && missing != NULL)
        result.words = memory_format("The video is out without its"
                                     " thumbnail: %s", missing);
    if (result.words == NULL)
        result.words = doubt;
    return result;
}

int
youtube_is_discarded(const char *video, struct result *result)
{
    const char *is = json_text(video, "$.status.uploadStatus"), *why;
    int failed = text_same(is, "failed");

    if (!failed && !text_same(is, "rejected"))
        return 0;
    why = json_text(video, failed ? "$.status.failureReason"
                                  : "$.status.rejectionReason");
    why = told_words(why ? why : "no reason given", "");
    *result = told_result(RESULT_DISCARDED, failed || text_same(why, "length")
        ? "media_error" : text_same(why, "duplicate") ? "duplicate"
        : "platform_rejected", memory_format(
        "YouTube took the video and %s it: %s.",
        failed ? "could not process" : "rejected", why));
    return 1;
}

/* The moment to ask again; at the last the video is what its upload made
   it. */
static struct result
later(const struct job *job, struct result at_last)
{
    int64_t age = clock_now() - job->first_sent_at;
    struct result result = told_result(RESULT_WAIT, "media_processing",
                                       "YouTube is processing the video.");

    if (age >= ASK_LAST)
        return at_last;
    result.retry_at = clock_now() + (age < ASK_FIRST ? ASK_FIRST - age : age);
    if (result.retry_at > job->first_sent_at + ASK_LAST)
        result.retry_at = job->first_sent_at + ASK_LAST;
    return result;
}

static struct result
judge(struct job *job, const char *video)
{
    struct result result;

    if (youtube_is_discarded(video, &result))
        return result;
    value_set_text("youtube_video", video);
    youtube_keep(job, json_make("json_object('video', json_object('status',"
        " json_object('privacyStatus',"
        "  :youtube_video ->> '$.status.privacyStatus')))"));
    if (text_same(json_text(video, "$.status.uploadStatus"), "processed"))
        return posted(job, NULL);
    return later(job, posted(job, "YouTube is still processing the video."));
}

/* Where the day's units are used up, or the account's token is, nobody waits:
   the video is there. */
struct result
youtube_settled(struct job *job)
{
    const char *id = json_text(job->resume, "$.video.id"), *video;
    struct result fault;

    thumbnail(job, id);
    if (clock_now() < job->first_sent_at + ASK_FIRST)
        return later(job, posted(job, NULL));
    video = youtube_video(job, id, "status", &fault);
    if (video != NULL)
        return judge(job, video);
    if (fault.kind == RESULT_AUTH || fault.pause)
        return posted(job, fault.words);
    if (fault.kind == RESULT_REJECTED)
        fault.kind = RESULT_UNKNOWN;
    else
        fault = posted(job, fault.words);
    return later(job, fault);
}
