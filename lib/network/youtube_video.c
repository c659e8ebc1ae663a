/* youtube_video.c: what is said of a video, its thumbnail, and its link. */
#include "network/youtube.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

/* Two pages of Google's differ (2 MB, 50 MB): the stricter one. The seconds
   are few because the video is out by then, and the journal waits. */
enum { THUMBNAIL_MOST = 2 * 1000 * 1000, SECONDS = 10 };

static void
set(const char *name, const struct job *job, const char *path,
    const char *otherwise)
{
    const char *value = youtube_setting(job, path);

    value_set_text(name, value ? value : otherwise);
}

const char *
youtube_video_body(const struct job *job)
{
    value_set_text("youtube_title", job->title);
    value_set_text("youtube_text", job->text);
    set("youtube_tags", job, "$.tags", NULL);
    set("youtube_category", job, "$.categoryId", "\"22\"");
    set("youtube_language", job, "$.language", NULL);
    set("youtube_privacy", job, "$.privacyStatus", "\"public\"");
    set("youtube_kids", job, "$.madeForKids", NULL);
    set("youtube_synthetic", job, "$.containsSyntheticMedia", NULL);
    set("youtube_embeddable", job, "$.embeddable", NULL);
    set("youtube_license", job, "$.license", NULL);
    return json_make(
        "json_patch('{}', json_object('snippet', json_object("
        "  'title', :youtube_title, 'description', :youtube_text,"
        "  'tags', json(:youtube_tags), 'categoryId',"
        "  json(:youtube_category), 'defaultLanguage',"
        "  json(:youtube_language)),"
        " 'status', json_object('privacyStatus', json(:youtube_privacy),"
        "  'selfDeclaredMadeForKids', json(:youtube_kids),"
        "  'containsSyntheticMedia', json(:youtube_synthetic),"
        "  'embeddable', json(:youtube_embeddable),"
        "  'license', json(:youtube_license))))");
}

const char *
youtube_video_notify(const struct job *job)
{
    return text_same(youtube_setting(job, "$.notifySubscribers"), "false")
           ? "false" : "true";
}

/* The Content-Type of a thumbnail by its first bytes; NULL: it is none. */
static const char *
picture_type(const struct text *body)
{
    if (body->length > 3 && memcmp(body->data, "\xff\xd8\xff", 3) == 0)
        return "Content-Type: image/jpeg";
    if (body->length > 4 && memcmp(body->data, "\x89PNG", 4) == 0)
        return "Content-Type: image/png";
    return NULL;
}

/* NULL, or why not. */
static const char *
set_thumbnail(struct job *job, const char *link, const char *id)
{
    struct text path = { 0 };
    struct oauth_answer answer;
    struct http_answer picture = http_send(&(struct http_request){
        .url = link, .answer_limit = THUMBNAIL_MOST, .seconds = SECONDS });
    struct http_request request = {
        .method = "POST", .body = picture.body.data, .seconds = SECONDS,
        .body_length = picture.body.length,
        .headers = { picture_type(&picture.body) }
    };

    if (picture.result != HTTP_ANSWERED)
        return picture.words;
    if (picture.status != 200 || request.headers[0] == NULL)
        return "there is no JPEG or PNG at its URL";
    text_add(&path, "/upload/youtube/v3/thumbnails/set?uploadType=media"
                    "&videoId=");
    text_add_url_part(&path, id);
    request.url = youtube_url(text_string(&path));
    answer = youtube_ask(job, &request, DAY_UNITS, 50);
    return youtube_is_good(&answer) ? NULL
                                    : youtube_refusal(&answer, 0).words;
}

/* The video is out whatever becomes of its thumbnail. */
static const char *
thumbnail(struct job *job, const char *id)
{
    const char *link = json_text(job->settings, "$.thumbnailUrl");
    const char *why = link ? set_thumbnail(job, link, id) : NULL;

    if (why == NULL)
        return NULL;
    note("target %s on youtube: no thumbnail: %s", job->target,
         told_hushed(told_result(RESULT_READY, NULL, why), job).words);
    return memory_format("The video is out without its thumbnail: %s", why);
}

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

struct result
youtube_video_posted(struct job *job, const char *video)
{
    struct result result = told_result(RESULT_POSTED, NULL, NULL);
    const char *id = json_text(video, "$.id"), *missing;

    result.http_status = 200;
    result.remote_id = id;
    result.permalink = told_link(memory_format(
        "https://www.youtube.com/watch?v=%s", id));
    missing = thumbnail(job, id);
    result.words = privacy(job, video);
    if (result.words == NULL)
        result.words = missing;
    return result;
}
