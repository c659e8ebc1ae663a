/* telegram_form.c: which method a post is, and its parameters. */
#include "network/telegram.h"
#include "network/option.h"
#include "network/told.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/json.h"

#include <string.h>

/* UTF-16 units. All other limits are checked before. */
enum { CAPTION_MOST = 1024 };

static int
is_video(const struct job_media *media)
{
    return text_begins(media->type, "video/");
}

static int
is_animation(const struct job_media *media)
{
    return text_same(media->type, "image/gif");
}

int
telegram_text_is_apart(const struct job *job)
{
    return job->media_count > 0
           && utf8_utf16_units(job->text) > CAPTION_MOST;
}

/* ------------------------------------------------------------ parameters */

/* The first of the messages that a remote_id lists. */
static const char *
first_of(const char *remote_id)
{
    return memory_copy_bytes(remote_id, strcspn(remote_id, ",+"));
}

/* reply_to: a message's id, or NULL: then it is what the job follows. */
static void
begin(const struct job *job, struct http_request *request, const char *chat,
      const char *reply_to)
{
    if (reply_to == NULL && job->reply_to != NULL)
        reply_to = first_of(job->reply_to);
    *request = (struct http_request){ 0 };
    telegram_add(request, "chat_id", chat);
    telegram_add(request, "disable_notification",
                 option_is_on(job, "$.silent") ? "true" : NULL);
    telegram_add(request, "protect_content",
                 option_is_on(job, "$.protectContent") ? "true" : NULL);
    if (reply_to != NULL)
        telegram_add(request, "reply_parameters", memory_format(
            "{\"message_id\":%s,\"allow_sending_without_reply\":true}",
            reply_to));
}

static void
add_file(struct http_request *request, const char *name,
         const struct job_media *media)
{
    int i = 0;

    while (request->parts[i].name != NULL)
        i++;
    request->parts[i] = (struct http_part){
        .name = name, .path = media->path, .type = media->type,
        .file_name = memory_format("%s.%s", media->id, media->extension)
    };
}

/* Seconds, rounded up: a length of 0 means none. */
static int
seconds_of(const struct job_media *media)
{
    return (int)((media->duration_ms + 999) / 1000);
}

static const char *
number(int value)
{
    return value > 0 ? memory_format("%d", value) : NULL;
}

/* Without its measures a video may be shown in a square, and without
   supports_streaming it plays only once it has come whole. */
static void
add_video(struct http_request *request, const struct job_media *media)
{
    telegram_add(request, "width", number(media->width));
    telegram_add(request, "height", number(media->height));
    telegram_add(request, "duration", number(seconds_of(media)));
    telegram_add(request, "supports_streaming", "true");
}

/* ------------------------------------------------------------ one file */

static const char *
form_single(const struct job *job, struct http_request *request,
            int as_document)
{
    const struct job_media *media = &job->media[0];

    if (job->text[0] != '\0' && !telegram_text_is_apart(job))
        telegram_add(request, "caption", job->text);
    request->seconds = told_seconds(media->bytes);
    if (as_document) {
        add_file(request, "document", media);
        return "sendDocument";
    }
    if (is_animation(media)) {
        add_file(request, "animation", media);
        return "sendAnimation";
    }
    if (!is_video(media)) {
        add_file(request, "photo", media);
        return "sendPhoto";
    }
    add_video(request, media);
    add_file(request, "video", media);
    return "sendVideo";
}

/* ------------------------------------------------------------ an album */

/* One file's entry; the album's caption is that of exactly one, the first. */
static void
add_entry(struct text *list, const struct job *job, int position)
{
    const struct job_media *media = &job->media[position];

    text_add_format(list, "%s{\"type\":\"%s\",\"media\":\"attach://f%d\"",
                    position ? "," : "", is_video(media) ? "video" : "photo",
                    position);
    if (position == 0 && job->text[0] != '\0'
        && !telegram_text_is_apart(job)) {
        text_add(list, ",\"caption\":\"");
        text_add_json(list, job->text);
        text_add_char(list, '"');
    }
    if (is_video(media)) {
        text_add(list, ",\"supports_streaming\":true");
        if (media->width > 0 && media->height > 0)
            text_add_format(list, ",\"width\":%d,\"height\":%d",
                            media->width, media->height);
        if (media->duration_ms > 0)
            text_add_format(list, ",\"duration\":%d", seconds_of(media));
    }
    text_add_char(list, '}');
}

static const char *
form_album(const struct job *job, struct http_request *request)
{
    struct text list = { 0 };
    long long bytes = 0;
    int i;

    text_add_char(&list, '[');
    for (i = 0; i < job->media_count; i++) {
        add_entry(&list, job, i);
        bytes += job->media[i].bytes;
    }
    text_add_char(&list, ']');
    telegram_add(request, "media", text_string(&list));
    for (i = 0; i < job->media_count; i++)
        add_file(request, memory_format("f%d", i), &job->media[i]);
    request->seconds = told_seconds(bytes);
    return "sendMediaGroup";
}

/* ------------------------------------------------------------ all forms */

void
telegram_add_text(const struct job *job, struct http_request *request)
{
    telegram_add(request, "text", job->text);
    if (option_is_on(job, "$.disableLinkPreview"))
        telegram_add(request, "link_preview_options",
                     "{\"is_disabled\":true}");
}

const char *
telegram_form_text(const struct job *job, struct http_request *request,
                   const char *chat, const char *reply_to)
{
    begin(job, request, chat, reply_to);
    telegram_add_text(job, request);
    return "sendMessage";
}

const char *
telegram_form(const struct job *job, struct http_request *request,
              const char *chat, int as_document)
{
    if (job->media_count == 0)
        return telegram_form_text(job, request, chat, NULL);
    begin(job, request, chat, NULL);
    return job->media_count == 1 ? form_single(job, request, as_document)
                                 : form_album(job, request);
}
