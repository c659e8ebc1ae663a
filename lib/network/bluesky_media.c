/* bluesky_media.c: files become blobs, and blobs an embed. */
#include "network/bluesky.h"
#include "network/told.h"
#include "core/media_strip.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

enum { UPLOAD_SECONDS = 600, IMAGES_MOST = 4 };

struct result
bluesky_media_upload(struct bluesky_session *session,
                     struct http_request *request, const char *type,
                     const char **blob)
{
    struct http_answer answer;

    request->method = "POST";
    request->headers[0] = memory_format("Content-Type: %s", type);
    request->headers[1] = NULL;
    request->seconds = UPLOAD_SECONDS;
    answer = bluesky_session_call(session, request,
                                  "com.atproto.repo.uploadBlob");
    if (!bluesky_answer_is_good(&answer))
        return bluesky_session_fault(session, &answer);
    if (json_text(answer.body.data, "$.blob.ref.\"$link\"") == NULL)
        return told_result(RESULT_RETRY, "platform_5xx",
            "Bluesky's answer to an upload names no blob.");
    *blob = json_raw(answer.body.data, "$.blob");
    return told_result(RESULT_READY, NULL, NULL);
}

/* The blob that resume has for a file; NULL where it was not uploaded. */
static const char *
kept_blob(const struct job *job, const char *id)
{
    struct json_member *blobs;
    int count = json_members(job->resume, "$.blobs", &blobs), i;

    for (i = 0; i < count; i++)
        if (text_same(blobs[i].key, id))
            return blobs[i].json;
    return NULL;
}

static void
keep_blob(struct job *job, const char *id, const char *blob)
{
    value_set_text("bluesky_media", id);
    value_set_text("bluesky_blob", blob);
    bluesky_record_keep(job, json_make(
        "json_object('blobs', json_object(:bluesky_media,"
        " json(:bluesky_blob)))"));
}

void
bluesky_media_forget(struct job *job)
{
    bluesky_record_keep(job, "{\"blobs\":null,\"record\":null,"
                        "\"video\":null}");
}

static struct result
blob_of(struct bluesky_session *session, const struct job_media *media,
        const char **blob)
{
    struct http_request request = { .body_path = media->path };
    struct text clean = { 0 };
    struct result result;

    *blob = kept_blob(session->job, media->id);
    if (*blob != NULL)
        return told_result(RESULT_READY, NULL, NULL);
    /* A server hands on what it is given, with the place it was taken at. */
    if (media_strip(media->path, media->type, &clean))
        request = (struct http_request){ .body = text_string(&clean),
                                         .body_length = clean.length };
    if (text_begins(media->type, "video/"))
        result = bluesky_video_blob(session, media, blob);
    else
        result = bluesky_media_upload(session, &request, media->type, blob);
    if (result.kind == RESULT_READY)
        keep_blob(session->job, media->id, *blob);
    return result;
}

/* An aspect ratio is left out rather than guessed. */
static void
set_values(const struct job_media *media, const char *blob)
{
    value_set_text("bluesky_blob", blob);
    value_set_text("bluesky_alt", media->alt);
    value_set_null("bluesky_ratio");
    value_set_integer("bluesky_width", media->width);
    value_set_integer("bluesky_height", media->height);
    if (media->width > 0 && media->height > 0)
        value_set_text("bluesky_ratio", json_make(
            "json_object('width', :bluesky_width,"
            " 'height', :bluesky_height)"));
}

static const char *
video_embed(const struct job_media *media, const char *blob)
{
    set_values(media, blob);
    return json_make("json_patch('{}', json_object("
                     "'$type', 'app.bsky.embed.video',"
                     " 'video', json(:bluesky_blob),"
                     " 'alt', nullif(:bluesky_alt, ''),"
                     " 'aspectRatio', json(:bluesky_ratio)))");
}

/* Add one image to the list; alt is there even where it is empty. */
static const char *
add_image(const char *list, const struct job_media *media, const char *blob)
{
    set_values(media, blob);
    value_set_text("bluesky_list", list);
    return json_make("json_insert(:bluesky_list, '$[#]', json_patch('{}',"
                     " json_object('image', json(:bluesky_blob),"
                     " 'alt', :bluesky_alt,"
                     " 'aspectRatio', json(:bluesky_ratio))))");
}

struct result
bluesky_media_embed(struct bluesky_session *session, const char **embed)
{
    const struct job *job = session->job;
    struct result result = { .kind = RESULT_READY };
    const char *images = "[]", *blob = NULL;
    int i, is_video = job->media_count > 0
        && text_begins(job->media[0].type, "video/");

    *embed = NULL;
    if (job->media_count == 0)
        return result;
    if (job->media_count > (is_video ? 1 : IMAGES_MOST))
        return told_result(RESULT_REJECTED, "media_error",
            "Bluesky takes four images or one video in a post.");
    for (i = 0; i < job->media_count; i++) {
        result = blob_of(session, &job->media[i], &blob);
        if (result.kind != RESULT_READY)
            return result;
        if (!is_video)
            images = add_image(images, &job->media[i], blob);
    }
    value_set_text("bluesky_list", images);
    *embed = is_video ? video_embed(&job->media[0], blob)
        : json_make("json_object('$type', 'app.bsky.embed.images',"
                    " 'images', json(:bluesky_list))");
    return result;
}
