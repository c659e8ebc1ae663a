/* check_account.c: an account's own privacy levels, its longest videos and
   the most pixels that its server takes. */
#include "core/check_account.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/json.h"

/* Of a channel that nobody verified by phone. */
enum { YOUTUBE_SECONDS = 15 * 60 };

static struct fault
level_fault(const char *limits, const char *settings)
{
    const char *level = json_text(settings, "$.privacyLevel");
    struct text offered = { 0 };
    struct json_member *levels;
    int i, count = json_members(limits, "$.privacy_levels", &levels);

    for (i = 0; i < count; i++) {
        if (text_same(levels[i].text, level))
            return NO_FAULT;
        text_add_format(&offered, "%s%s", i ? ", " : "",
                        levels[i].text ? levels[i].text : "");
    }
    if (count == 0 || level == NULL)
        return NO_FAULT;
    return (struct fault){ FAULT_SETTINGS, "platformMeta.tiktok.privacyLevel",
        0, memory_format("TikTok does not let this account post as %s; it"
                         " offers: %s.", level, text_string(&offered)) };
}

/* longUploadsStatus is allowed, or eligible or disallowed where it is not. */
static struct fault
long_fault(const char *limits, const struct check_media *media)
{
    const char *status = json_text(limits, "$.long_uploads");
    long long seconds = (long long)(media->duration_ms / SECOND);

    if (status == NULL || !text_has_word("eligible disallowed", status)
        || media->duration_ms <= YOUTUBE_SECONDS * (int64_t)SECOND)
        return NO_FAULT;
    return (struct fault){ FAULT_MEDIA, media->is_url ? "mediaUrls"
                                                      : "mediaId",
        YOUTUBE_SECONDS, memory_format("YouTube allows this channel videos of"
            " %d seconds, and this has %lld: it takes longer ones once its"
            " owner has verified it by phone.", YOUTUBE_SECONDS, seconds) };
}

/* Mastodon refuses what has more pixels than its server says; others that
   speak its API say so too and do not mind (GoToSocial). */
static struct fault
pixels_fault(const char *limits, const struct check_media *media)
{
    int is_video = media->type != NULL && text_begins(media->type, "video/");
    int64_t most = json_integer(limits, is_video ? "$.video_pixels"
                                                 : "$.image_pixels", 0);

    if (most <= 0 || (int64_t)media->width * media->height <= most)
        return NO_FAULT;
    return (struct fault){ FAULT_MEDIA, media->is_url ? "mediaUrls"
                                                      : "mediaId",
        most, memory_format("This server takes at most %lld pixels in %s, and"
            " this has %dx%d.", (long long)most, is_video ? "a video"
                                                          : "an image",
            media->width, media->height) };
}

struct fault
account_fault(const struct catalogue_row *row, const char *limits,
              const struct check_content *content)
{
    struct fault fault = NO_FAULT;
    int i;

    if (limits == NULL)
        return fault;
    if (text_same(row->name, "tiktok") && content->settings != NULL)
        return level_fault(limits, content->settings);
    if (text_same(row->name, "youtube"))
        return long_fault(limits, &content->media[0]);
    if (text_same(json_text(limits, "$.software"), "mastodon"))
        for (i = 0; i < content->media_count && !fault.kind; i++)
            fault = pixels_fault(limits, &content->media[i]);
    return fault;
}
