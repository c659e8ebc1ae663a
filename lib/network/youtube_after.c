/* youtube_after.c: a video that is out: change it, take it away, measure it. */
#include "network/youtube.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

static const char *
video_path(const char *id, const char *query)
{
    struct text path = { 0 };

    text_add_format(&path, "/youtube/v3/videos?%sid=", query);
    text_add_url_part(&path, id);
    return text_string(&path);
}

const char *
youtube_video(struct job *job, const char *id, const char *parts,
              struct result *fault)
{
    struct oauth_answer answer = youtube_call(job, "GET", video_path(id,
        memory_format("part=%s&", parts)), NULL);
    const char *video = NULL;

    if (!youtube_is_good(&answer)) {
        *fault = youtube_refusal(&answer, 0);
        return NULL;
    }
    video = json_raw(text_string(&answer.http.body), "$.items[0]");
    *fault = told_result(RESULT_REJECTED, "platform_rejected",
                         "The video is not on YouTube any more.");
    return video;
}

/* What an update leaves out of its snippet is erased: all that may be set is
   read first, and given back. */
struct result
youtube_edit(struct job *job)
{
    struct result fault;
    const char *video = youtube_video(job, job->remote_id, "snippet",
                                      &fault);
    struct oauth_answer answer;

    if (video == NULL)
        return fault;
    value_set_text("youtube_video", video);
    value_set_text("youtube_id", job->remote_id);
    value_set_text("youtube_text", job->text);
    answer = youtube_call(job, "PUT", "/youtube/v3/videos?part=snippet",
        json_make("json_patch('{}', json_object('id', :youtube_id,"
            " 'snippet', json_object("
            "  'title', :youtube_video ->> '$.snippet.title',"
            "  'description', :youtube_text,"
            "  'categoryId', :youtube_video ->> '$.snippet.categoryId',"
            "  'tags', json(:youtube_video -> '$.snippet.tags'),"
            "  'defaultLanguage',"
            "  :youtube_video ->> '$.snippet.defaultLanguage',"
            "  'defaultAudioLanguage',"
            "  :youtube_video ->> '$.snippet.defaultAudioLanguage')))"));
    return youtube_is_good(&answer) ? told_result(RESULT_READY, NULL, NULL)
                                    : youtube_refusal(&answer, 0);
}

struct result
youtube_remove(struct job *job)
{
    struct oauth_answer answer = youtube_call(job, "DELETE",
        video_path(job->remote_id, ""), NULL);

    if (answer.http.result == HTTP_ANSWERED
        && (answer.http.status == 204 || answer.http.status == 404))
        return told_result(RESULT_READY, NULL, NULL);
    return youtube_refusal(&answer, 0);
}

/* Counts are strings; one that the channel hides is left out. */
static int64_t
count(const char *video, const char *path)
{
    const char *text = json_text(video, path);
    long long number;

    return text && text_number(text, 0, INT64_MAX, &number) ? number : -1;
}

struct result
youtube_measure(struct job *job, struct metrics *metrics)
{
    struct result fault;
    const char *video = youtube_video(job, job->remote_id,
                                      "statistics,status", &fault);

    if (video == NULL || youtube_is_discarded(video, &fault))
        return fault;
    *metrics = (struct metrics){
        .views = count(video, "$.statistics.viewCount"),
        .likes = count(video, "$.statistics.likeCount"),
        .comments = count(video, "$.statistics.commentCount"),
        .shares = -1, .impressions = -1, .clicks = -1, .saves = -1
    };
    return told_result(RESULT_READY, NULL, NULL);
}
