/* check.c: a network's limits, and the first one that content breaks. */
#include "core/check.h"
#include "core/check_account.h"
#include "core/check_caption.h"
#include "core/check_comment.h"
#include "core/check_reddit.h"
#include "core/check_shape.h"
#include "core/count.h"
#include "core/settings.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "data/json.h"

#include <string.h>

/* What goes with photos there, of UTF-16 units: not their title. */
enum { TIKTOK_DESCRIPTION = 4000 };

/* A network's row with what the account's server said in its place. */
struct limits {
    struct catalogue_row row;
    int url_length;
};

/* A number of the server's, where it is one that can be meant. */
static long long
said(const char *limits, const char *path, long long least, long long most,
     long long otherwise)
{
    int64_t number = json_integer(limits, path, -1);

    return number < least || number > most ? otherwise : number;
}

/* Those of the network's types that the server lists, where it lists any. */
static const char *
types_of(const char *types, const char *limits)
{
    struct text both = { 0 };
    struct json_member *listed;
    int i, count = json_members(limits, "$.mime_types", &listed);

    for (i = 0; i < count; i++)
        if (listed[i].text != NULL && text_has_word(types, listed[i].text))
            text_add_format(&both, "%s%s", both.length ? " " : "",
                            listed[i].text);
    return both.length ? text_string(&both) : types;
}

static struct limits
limits_of(const struct catalogue_row *row, const char *json)
{
    struct limits limits = { .row = *row };
    struct catalogue_row *own = &limits.row;

    if (json == NULL || text_same(json, "{}"))
        return limits;
    own->text_limit = (int)said(json, "$.max_characters", 1, 10000000,
                                own->text_limit);
    own->images = (int)said(json, "$.max_media_attachments", 1, CHECK_MEDIA,
                            own->images);
    own->alt_limit = (int)said(json, "$.description_limit", 1, 1000000,
                               own->alt_limit);
    own->image_bytes = said(json, "$.image_bytes", 1, INT64_MAX,
                            own->image_bytes);
    own->video_bytes = said(json, "$.video_bytes", 1, INT64_MAX,
                            own->video_bytes);
    own->video_seconds = (int)said(json, "$.video_seconds", 1,
                                   own->video_seconds, own->video_seconds);
    if (own->types != NULL)
        own->types = types_of(own->types, json);
    own->media_required |= json_is_true(json, "$.media_required");
    limits.url_length = (int)said(json, "$.url_length", 1, 255, 0);
    if (text_same(json_text(json, "$.counting"), "code_points"))
        own->counting = COUNT_CODE_POINTS;
    return limits;
}

static int
is_video(const struct check_media *media)
{
    return media->type != NULL && text_begins(media->type, "video/");
}

static int
is_image(const struct check_media *media)
{
    return media->type != NULL && text_begins(media->type, "image/");
}

/* Mastodon counts a content warning together with the text, and shortens
   links in the text alone (status_length_validator.rb). */
static size_t
warning_length(const struct limits *limits, const char *settings)
{
    enum counting counting = limits->row.counting;
    const char *warning = NULL;

    if (settings != NULL && text_same(limits->row.name, "mastodon"))
        warning = json_text(settings, "$.contentWarning");
    if (warning == NULL)
        return 0;
    return count_text(counting == COUNT_MASTODON ? COUNT_GRAPHEMES : counting,
                      warning, 0);
}

static struct fault
text_fault(const struct limits *limits, const struct check_content *content)
{
    const struct catalogue_row *row = &limits->row;
    size_t length = count_text(row->counting, content->text,
                               limits->url_length)
                    + warning_length(limits, content->settings);
    size_t bytes = strlen(content->text);

    if (row->text_limit > 0 && length > (size_t)row->text_limit)
        return (struct fault){ FAULT_TEXT_TOO_LONG, "caption", row->text_limit,
            memory_format("%s allows %d characters, and counts %zu here.",
                          row->title, row->text_limit, length) };
    if (row->text_bytes > 0 && bytes > (size_t)row->text_bytes)
        return (struct fault){ FAULT_TEXT_TOO_LONG, "caption", row->text_bytes,
            memory_format("%s allows %d bytes of text, and this is %zu.",
                          row->title, row->text_bytes, bytes) };
    return NO_FAULT;
}

static struct fault
title_fault(const struct catalogue_row *row, const char *title)
{
    size_t length = title ? utf8_code_points(title) : 0;

    if (row->title_required
        && (length == 0 || title[strspn(title, " \t\r\n")] == '\0'))
        return (struct fault){ FAULT_TITLE_MISSING, "title", 0,
            memory_format("%s needs a title.", row->title) };
    if (row->title_limit > 0 && length > (size_t)row->title_limit)
        return (struct fault){ FAULT_TITLE_TOO_LONG, "title",
            row->title_limit,
            memory_format("%s allows a title of %d characters, and this has"
                          " %zu.", row->title, row->title_limit, length) };
    return NO_FAULT;
}

static struct fault
refuse_media(const struct check_media *media, long long limit,
             const char *detail)
{
    return (struct fault){ FAULT_MEDIA,
                           media->is_url ? "mediaUrls" : "mediaId", limit,
                           detail };
}

/* One file against what the network takes; nothing is known of a URL. */
static struct fault
file_fault(const struct catalogue_row *row, const struct check_media *media)
{
    long long bytes = shape_bytes(row, media->type);

    if (media->type != NULL && row->types != NULL
        && !text_has_word(row->types, media->type))
        return refuse_media(media, 0, memory_format(
            "%s does not take %s, only: %s.", row->title, media->type,
            row->types));
    if (bytes > 0 && media->bytes > bytes)
        return refuse_media(media, bytes, memory_format(
            "%s allows %lld bytes for %s, and this has %lld.", row->title,
            bytes, is_video(media) ? "a video" : "an image",
            (long long)media->bytes));
    if (row->video_seconds > 0
        && media->duration_ms > row->video_seconds * (int64_t)SECOND)
        return refuse_media(media, row->video_seconds, memory_format(
            "%s allows a video of %d seconds, and this has %lld.", row->title,
            row->video_seconds, (long long)(media->duration_ms / SECOND)));
    if (row->alt_limit > 0 && media->alt != NULL
        && utf8_code_points(media->alt) > (size_t)row->alt_limit)
        return refuse_media(media, row->alt_limit, memory_format(
            "%s allows %d characters of alt text.", row->title,
            row->alt_limit));
    return NO_FAULT;
}

/* How many there may be; of URLs it is not known which kind they are. */
static struct fault
count_fault(const struct catalogue_row *row,
            const struct check_content *content)
{
    const struct check_media *first = &content->media[0];
    int most = row->images > row->videos ? row->images : row->videos;
    int i, images = 0, videos = 0;

    for (i = 0; i < content->media_count; i++) {
        images += is_image(&content->media[i]);
        videos += is_video(&content->media[i]);
    }
    if (images > row->images)
        return refuse_media(first, row->images, memory_format(
            "%s allows %d images, and this post has %d.",
            row->title, row->images, images));
    if (videos > row->videos)
        return refuse_media(first, row->videos, memory_format(
            "%s allows %d videos, and this post has %d.", row->title,
            row->videos, videos));
    if (content->media_count > most)
        return refuse_media(first, most, memory_format(
            "%s allows %d files in a post, and this has %d.", row->title,
            most, content->media_count));
    if (!row->mixed && images > 0 && videos > 0)
        return refuse_media(first, 0, memory_format(
            "%s does not take images beside a video.", row->title));
    for (i = 0; i < content->media_count && content->media_count > 1; i++)
        if (row->alone != NULL && content->media[i].type != NULL
            && text_has_word(row->alone, content->media[i].type))
            return refuse_media(&content->media[i], 1, memory_format(
                "%s takes %s only by itself.", row->title,
                content->media[i].type));
    return NO_FAULT;
}

static struct fault
media_fault(const struct catalogue_row *row, const char *limits,
            const struct check_content *content)
{
    struct fault fault;
    int i;

    if (content->media_count == 0 && row->media_required)
        return (struct fault){ FAULT_MEDIA, "mediaUrls", 0,
            memory_format("%s needs an image or a video.", row->title) };
    fault = count_fault(row, content);
    if (!fault.kind)
        fault = shapes_fault(row, content);
    for (i = 0; i < content->media_count && !fault.kind; i++) {
        fault = file_fault(row, &content->media[i]);
        if (!fault.kind)
            fault = shape_fault(row, limits, content->settings,
                                &content->media[i]);
    }
    return fault;
}

int
check_stands_alone(const struct catalogue_row *row,
                   const struct check_content *content)
{
    return content->media_count > 0
           || (text_same(row->name, "reddit") && content->settings != NULL
               && json_text(content->settings, "$.url") != NULL);
}

struct fault
check_fits(const struct catalogue_row *row, const char *json,
           const struct check_content *content)
{
    struct limits limits = limits_of(row, json);
    struct fault fault;

    if (text_same(row->name, "tiktok") && is_image(&content->media[0]))
        limits.row.text_limit = TIKTOK_DESCRIPTION;
    if (content->text[0] == '\0' && !check_stands_alone(row, content))
        return (struct fault){ FAULT_CONTENT_MISSING, "caption", 0, NULL };
    fault = settings_fault(row, content->settings);
    if (!fault.kind)
        fault = text_fault(&limits, content);
    if (!fault.kind)
        fault = title_fault(row, content->title);
    if (!fault.kind)
        fault = caption_fault(row, content);
    if (!fault.kind)
        fault = media_fault(&limits.row, json, content);
    if (!fault.kind)
        fault = account_fault(row, json, content);
    if (!fault.kind && text_same(row->name, "reddit"))
        fault = reddit_fault(row, json, content);
    return fault;
}

struct fault
check_part_fits(const struct catalogue_row *row, const char *json,
                const struct check_content *content)
{
    struct limits limits = limits_of(row, json);
    struct fault fault;

    limits.row.media_required = 0;
    if (row->parts == PARTS_COMMENT) {
        limits.row.text_limit = row->comment_limit;
        limits.row.text_bytes = 0;
        fault = check_comment(row, content);
        if (fault.kind)
            return fault;
    }
    fault = text_fault(&limits, content);
    return fault.kind ? fault : media_fault(&limits.row, json, content);
}
