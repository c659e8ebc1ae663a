/* instagram.c: the driver for Instagram: pictures, carousels, reels and
   stories. Instagram fetches the files from our signed URLs. */
#include "network/instagram.h"
#include "core/config.h"
#include "core/media.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

enum { TROUBLE_FIRST = 2207000, TROUBLE_LAST = 2207999 };

const char *
instagram_base(void)
{
    return memory_format("%s/%s", config_api_url("instagram",
        "https://graph.instagram.com"), graph_version("instagram"));
}

static int
is_video(const struct job_media *media)
{
    return text_begins(media->type, "video/");
}

int
instagram_is_story(const struct job *job)
{
    return text_same(json_text(job->settings, "$.type"), "story");
}

static void
add_setting(const struct job *job, const char *path, const char *name,
            struct text *form)
{
    const char *value = json_text(job->settings, path);

    if (value != NULL)
        http_form_add(form, name, value);
}

static void
add_json(const struct job *job, const char *path, const char *name,
         struct text *form)
{
    const char *value = json_raw(job->settings, path);

    if (value != NULL && !text_same(value, "null"))
        http_form_add(form, name, value);
}

static void
add_file(const struct job_media *media, struct text *form)
{
    http_form_add(form, is_video(media) ? "video_url" : "image_url",
                  media_serve_url(media->id, media->extension));
    if (!is_video(media) && media->alt[0] != '\0')
        http_form_add(form, "alt_text", media->alt);
}

/* Every single video is a reel. coverUrl counts more than thumbOffset. */
static void
add_reel(const struct job *job, struct text *form)
{
    const char *trial = json_text(job->settings, "$.trialReel");

    http_form_add(form, "media_type", "REELS");
    add_json(job, "$.shareToFeed", "share_to_feed", form);
    add_setting(job, "$.audioName", "audio_name", form);
    if (trial != NULL)
        http_form_add(form, "trial_params", memory_format(
            "{\"graduation_strategy\":\"%s\"}", trial));
    add_setting(job, "$.coverUrl", "cover_url", form);
    add_setting(job, "$.thumbOffset", "thumb_offset", form);
}

/* A story has no words, neither on it nor for those who cannot see it. */
static void
describe_story(const struct job *job, const struct job_media *media,
               struct text *form)
{
    add_json(job, "$.userTags", "user_tags", form);
    http_form_add(form, "media_type", "STORIES");
    http_form_add(form, is_video(media) ? "video_url" : "image_url",
                  media_serve_url(media->id, media->extension));
}

static void
describe(const struct job *job, int place, const char *children,
         struct text *form)
{
    const struct job_media *media = place >= 0 ? &job->media[place] : NULL;

    if (media != NULL && job->media_count > 1) {
        http_form_add(form, "is_carousel_item", "true");
        if (is_video(media))
            http_form_add(form, "media_type", "VIDEO");
        add_file(media, form);
        return;
    }
    if (media != NULL && instagram_is_story(job)) {
        describe_story(job, media, form);
        return;
    }
    if (media != NULL && is_video(media))
        add_reel(job, form);
    if (media != NULL) {
        add_file(media, form);
        add_json(job, "$.userTags", "user_tags", form);
    }
    add_json(job, "$.collaborators", "collaborators", form);
    add_setting(job, "$.locationId", "location_id", form);
    add_json(job, "$.aiGenerated", "is_ai_generated", form);
    if (children != NULL) {
        http_form_add(form, "media_type", "CAROUSEL");
        http_form_add(form, "children", children);
    }
    if (job->text[0] != '\0')
        http_form_add(form, "caption", job->text);
}

/* The number in a container's status, 2207003 for one; 0: it has none. */
static long long
number_in(const char *status)
{
    const char *found;
    long long number;

    for (found = strstr(status, "2207"); found != NULL;
         found = strstr(found + 1, "2207"))
        if (text_number(memory_copy_bytes(found,
                            strspn(found, "0123456789")),
                        TROUBLE_FIRST, TROUBLE_LAST, &number))
            return number;
    return 0;
}

/* Files that could not be fetched, containers that are gone, and what Meta
   calls a server error. */
static int
passes(const char *trouble)
{
    static const long long passing[] = { 0, 2207001, 2207003, 2207006,
        2207008, 2207020, 2207032, 2207052, 2207053, 2207077, 2207082 };
    long long number = number_in(trouble);
    size_t i;

    for (i = 0; i < sizeof passing / sizeof passing[0]; i++)
        if (passing[i] == number)
            return 1;
    return 0;
}

struct container_api
instagram_api(void)
{
    return (struct container_api){ .title = "Instagram",
        .base = instagram_base(), .create = "media",
        .counted = "", .publish = "media_publish", .status = "status_code",
        .trouble = "status",
        .quota = "content_publishing_limit?fields=quota_usage,config",
        .list = "media?fields=id,caption,timestamp&limit=10",
        .text = "$.caption", .describe = describe, .passes = passes };
}

static struct result
prepare(struct job *job)
{
    struct container_api api = instagram_api();

    return container_prepare(&api, job);
}

static struct result
send(struct job *job)
{
    struct container_api api = instagram_api();

    return container_send(&api, job);
}

static struct result
look_up(struct job *job)
{
    struct container_api api = instagram_api();

    return container_look_up(&api, job);
}

/* There is no edit, and with Instagram Login no deletion either. */
const struct network instagram = {
    .name = "instagram",
    .prepare = prepare,
    .send = send,
    .look_up = look_up,
    .oauth_begin = instagram_oauth_begin,
    .oauth_finish = instagram_oauth_finish,
    .measure = instagram_measure,
    .parts = &instagram_comment,
    .sync = instagram_sync,
    .refresh = instagram_refresh
};
