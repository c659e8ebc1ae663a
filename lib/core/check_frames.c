/* check_frames.c: the GIFs of X and LinkedIn. */
#include "core/check_frames.h"
#include "core/media_frames.h"
#include "base/memory.h"
#include "base/text.h"

#include <stddef.h>

static const struct {
    const char *network;
    int frames;
    long long pixels;           /* in all frames together; 0: no limit */
} most[] = {
    { "twitter", 350, 300000000 },
    { "linkedin", 250, 0 },
};

static struct fault
refuse(const struct check_media *media, long long limit, const char *detail)
{
    return (struct fault){ FAULT_MEDIA, media->is_url ? "mediaUrls"
                                                      : "mediaId",
                           limit, detail };
}

struct fault
check_frames(const struct catalogue_row *row, const struct check_media *media)
{
    long long pixels;
    size_t i = 0;
    int frames;

    while (i < sizeof most / sizeof most[0]
           && !text_same(most[i].network, row->name))
        i++;
    if (i == sizeof most / sizeof most[0] || media->path == NULL
        || !text_same(media->type, "image/gif"))
        return NO_FAULT;
    frames = media_frames(media->path);
    pixels = (long long)media->width * media->height * frames;
    if (frames > most[i].frames)
        return refuse(media, most[i].frames, memory_format("%s takes a GIF of"
            " at most %d frames, and this has %d.", row->title,
            most[i].frames, frames));
    if (most[i].pixels > 0 && pixels > most[i].pixels)
        return refuse(media, most[i].pixels, memory_format("%s takes a GIF of"
            " at most %lld pixels in all its frames, and this has %lld.",
            row->title, most[i].pixels, pixels));
    return NO_FAULT;
}
