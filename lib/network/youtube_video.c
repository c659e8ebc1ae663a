/* youtube_video.c: what is said of a video, and what is kept of it. */
#include "network/youtube.h"
#include "data/json.h"
#include "data/value.h"

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

void
youtube_keep(struct job *job, const char *changes)
{
    const char *resume;

    value_set_text("youtube_resume", job->resume);
    value_set_text("youtube_changes", changes);
    resume = json_make("json_patch(:youtube_resume, :youtube_changes)");
    job->save_resume(job, resume);
    job->resume = resume;
}

void
youtube_keep_video(struct job *job, const char *video)
{
    value_set_text("youtube_video", video);
    youtube_keep(job, json_make("json_object('video', json_object("
        "'id', :youtube_video ->> '$.id', 'status', json_object("
        " 'privacyStatus', :youtube_video ->> '$.status.privacyStatus')))"));
}
