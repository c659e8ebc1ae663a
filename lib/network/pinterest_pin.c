/* pinterest_pin.c: the JSON of a pin (PinCreate).

   Pictures go inside, in base64, so that an instance behind a home router can
   post; larger ones by a signed URL of ours, which Pinterest fetches. */
#include "network/pinterest.h"
#include "core/catalogue.h"
#include "core/media.h"
#include "base/base64.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/json.h"

#include <errno.h>
#include <string.h>

enum { INSIDE_MOST = 3 * 1024 * 1024 };         /* bytes of all pictures */

static void
add_bytes(struct text *json, const struct job_media *media)
{
    struct text bytes = { 0 };

    if (!file_read(media->path, INSIDE_MOST, &bytes))
        die("media %s: %s", media->id, strerror(errno));
    text_add_format(json, "\"content_type\":\"%s\",\"data\":\"",
                    media->type);
    base64_add(json, bytes.data, bytes.length);
    text_add(json, "\"");
}

static void
add_url(struct text *json, const struct job_media *media)
{
    text_add(json, "\"url\":\"");
    text_add_json(json, media_serve_url(media->id, media->extension));
    text_add(json, "\"");
}

int
pinterest_pin_fetches(const struct job *job)
{
    int64_t bytes = 0;
    int i;

    if (pinterest_video_id(job) != NULL)
        return json_text(job->settings, "$.coverUrl") != NULL;
    for (i = 0; i < job->media_count; i++)
        bytes += job->media[i].bytes;
    return bytes > INSIDE_MOST;
}

static void
add_pictures(struct text *json, const struct job *job)
{
    void (*add)(struct text *, const struct job_media *)
        = pinterest_pin_fetches(job) ? add_url : add_bytes;
    int i;

    if (job->media_count == 1) {
        text_add_format(json, "{\"source_type\":\"%s\",",
                        add == add_bytes ? "image_base64" : "image_url");
        add(json, &job->media[0]);
        text_add(json, "}");
        return;
    }
    text_add_format(json, "{\"source_type\":\"%s\",\"index\":0,\"items\":",
                    add == add_bytes ? "multiple_image_base64"
                                     : "multiple_image_urls");
    for (i = 0; i < job->media_count; i++) {
        text_add(json, i ? ",{" : "[{");
        add(json, &job->media[i]);
        text_add(json, "}");
    }
    text_add(json, "]}");
}

/* A video needs a cover: the post's picture, or one of its own frames. */
static void
add_video(struct text *json, const struct job *job)
{
    const char *cover = json_text(job->settings, "$.coverUrl");

    text_add_format(json, "{\"source_type\":\"video_id\",\"media_id\":\"%s\"",
                    pinterest_video_id(job));
    if (cover != NULL)
        text_add_member(json, "cover_image_url", cover);
    else
        text_add_format(json, ",\"cover_image_key_frame_time\":%lld",
            (long long)json_integer(job->settings, "$.coverSecond", 0));
    text_add(json, "}");
}

/* A pin has one alt text, and its pictures have none of their own
   (PinMediaSourceImagesBase64Item): theirs stand in it, one a line, each whole
   or not at all. */
static const char *
alt_of(const struct job *job)
{
    struct text alt = { 0 };
    size_t room = (size_t)catalogue_find("pinterest")->alt_limit;
    int i;

    for (i = 0; i < job->media_count; i++) {
        const char *more = job->media[i].alt;
        size_t length = utf8_code_points(more) + (alt.length > 0);

        if (more[0] == '\0' || length > room)
            continue;
        text_add_format(&alt, "%s%s", alt.length ? "\n" : "", more);
        room -= length;
    }
    return text_string(&alt);
}

const char *
pinterest_pin(const struct job *job)
{
    struct text json = { .limit = TEXT_LIMIT };

    text_add_format(&json, "{\"board_id\":\"%s\"", pinterest_board(job));
    text_add_member(&json, "title", job->title);
    text_add_member(&json, "description", job->text);
    text_add_member(&json, "link", pinterest_link(job));
    text_add_member(&json, "alt_text", alt_of(job));
    text_add(&json, ",\"media_source\":");
    if (pinterest_video_id(job) != NULL)
        add_video(&json, job);
    else
        add_pictures(&json, job);
    text_add(&json, "}");
    return text_string(&json);
}
