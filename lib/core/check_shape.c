/* check_shape.c: the sides, ratios and shortest videos networks take. */
#include "core/check_shape.h"
#include "core/check_frames.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/json.h"

#include <string.h>

/* A row concerns the files of a type that begins so. 0: no limit. */
static const struct shape {
    const char *network, *type;
    int least, most;            /* pixels of either side */
    int short_side;             /* pixels: most of the shorter one */
    int columns;                /* pixels: most in width */
    int width, height;          /* pixels: least of each */
    int ratio_least, ratio_most;        /* width to height, in thousandths */
    int width_most, height_most;
    int long_most, short_most;  /* of the longer and the shorter side, of an
                                   account without X's Premium */
    int pixels;                 /* in all, less than */
    int shortest_ms, longest_ms;
    long long bytes;            /* of this type alone, in place of the row's */
    int bytes_least;
} shapes[] = {
    /* Photos 4:5 to 1.91:1; reels 0.01:1 to 10:1, from 3 seconds. */
    { "instagram", "image/", .ratio_least = 800, .ratio_most = 1910 },
    { "instagram", "video/", .ratio_least = 10, .ratio_most = 10000,
      .shortest_ms = 3000, .columns = 1920 },

    /* "ratio <= 10:1", read either way round. */
    { "threads", "image/", .ratio_least = 100, .ratio_most = 10000 },
    { "threads", "video/", .ratio_least = 10, .ratio_most = 10000,
      .columns = 1920 },

    /* Photos of at most 1080p: read as the shorter side. */
    { "tiktok", "video/", .least = 360, .most = 4096 },
    { "tiktok", "image/", .short_side = 1080 },

    { "twitter", "image/gif", .width_most = 1280, .height_most = 1080,
      .bytes = 15000000 },
    /* 1280x1024, which holds of tall videos too: X takes 720x1280. What
       Premium may have besides 1080 lines is not said. */
    { "twitter", "video/", .least = 32, .ratio_least = 333,
      .ratio_most = 3000, .shortest_ms = 500, .long_most = 1280,
      .short_most = 1024 },

    { "linkedin", "image/", .pixels = 36152320 },
    { "linkedin", "video/", .shortest_ms = 3000, .bytes_least = 75000 },

    /* Third-party numbers: UNVERIFIED. */
    { "pinterest", "video/", .ratio_least = 500, .ratio_most = 1910,
      .shortest_ms = 4000 },

    /* sendPhoto: the ratio at most 20; sendAnimation takes any file. */
    { "telegram", "image/gif", .bytes = 50000000 },
    { "telegram", "image/", .ratio_least = 50, .ratio_most = 20000 },
    { .network = NULL }
};

/* A reel: MP4, 9:16 (here within two hundredths), 540x960 at least, 3 to 90
   seconds. */
static const struct shape reel = { "facebook", "video/", .width = 540,
    .height = 960, .shortest_ms = 3000, .longest_ms = 90000 };
enum { REEL_LEAST = 551, REEL_MOST = 574 };     /* thousandths */

/* Stories have their own: a minute; Instagram's 0.1:1 to 10:1, 100 MB. Their
   pictures may have any. */
static const struct shape stories[] = {
    { "facebook", "video/", .longest_ms = 60000 },
    { "instagram", "video/", .ratio_least = 100, .ratio_most = 10000,
      .shortest_ms = 3000, .longest_ms = 60000, .bytes = 100000000,
      .columns = 1920 },
    { .network = NULL }
};

enum { SIDES_TELEGRAM = 10000 };

static int
is_story(const struct catalogue_row *row, const char *settings)
{
    return text_has_word("facebook instagram", row->name) && settings != NULL
           && text_same(json_text(settings, "$.type"), "story");
}

static struct fault
refuse(const struct check_media *media, const char *detail)
{
    return (struct fault){ FAULT_MEDIA,
                           media->is_url ? "mediaUrls" : "mediaId", 0,
                           detail };
}

static struct fault
sides_fault(const struct catalogue_row *row, const struct shape *shape,
            const struct check_media *media)
{
    int small = media->width < media->height ? media->width : media->height;
    int large = media->width < media->height ? media->height : media->width;
    int64_t ratio = media->height ? 1000LL * media->width / media->height : 0;
    const char *is = memory_format("this has %dx%d", media->width,
                                   media->height);

    if (small == 0)
        return NO_FAULT;
    if (shape->least > 0 && small < shape->least)
        return refuse(media, memory_format("%s needs sides of at least %d"
            " pixels, and %s.", row->title, shape->least, is));
    if (shape->most > 0 && large > shape->most)
        return refuse(media, memory_format("%s allows sides of %d pixels, and"
            " %s.", row->title, shape->most, is));
    if (media->width < shape->width || media->height < shape->height)
        return refuse(media, memory_format("%s needs at least %dx%d pixels"
            " for this, and %s.", row->title, shape->width, shape->height,
            is));
    if (shape->width_most > 0 && (media->width > shape->width_most
                                  || media->height > shape->height_most))
        return refuse(media, memory_format("%s takes %s of at most %dx%d"
            " pixels, and %s.", row->title, media->type, shape->width_most,
            shape->height_most, is));
    if (shape->pixels > 0
        && (long long)media->width * media->height >= shape->pixels)
        return refuse(media, memory_format("%s takes pictures of less than %d"
            " pixels in all, and %s.", row->title, shape->pixels, is));
    if (shape->ratio_most > 0
        && (ratio < shape->ratio_least || ratio > shape->ratio_most))
        return refuse(media, memory_format("%s takes a width of %g to %g"
            " times the height, and %s.", row->title,
            shape->ratio_least / 1000.0, shape->ratio_most / 1000.0, is));
    return NO_FAULT;
}

static struct fault
too_large(const struct catalogue_row *row, const struct shape *shape,
          const struct check_media *media)
{
    int small = media->width < media->height ? media->width : media->height;

    if (shape->columns > 0 && media->width > shape->columns)
        return refuse(media, memory_format("%s takes a video of at most %d"
            " pixels in width, and this has %dx%d.", row->title,
            shape->columns, media->width, media->height));
    if (shape->short_side == 0 || small <= shape->short_side)
        return NO_FAULT;
    return refuse(media, memory_format("%s takes pictures of at most %d pixels"
        " on their shorter side, and this has %dx%d.", row->title,
        shape->short_side, media->width, media->height));
}

/* limits is what X said of an account. */
static struct fault
premium_fault(const struct catalogue_row *row, const struct shape *shape,
              const char *limits, const struct check_media *media)
{
    int tall = media->width < media->height;
    int large = tall ? media->height : media->width;
    int small = tall ? media->width : media->height;
    const char *plan = limits ? json_text(limits, "$.subscription_type")
                              : NULL;

    if (shape->long_most == 0 || (large <= shape->long_most
                                  && small <= shape->short_most)
        || (plan != NULL && text_has_word("Premium PremiumPlus", plan)))
        return NO_FAULT;
    return refuse(media, memory_format("%s takes videos of at most %dx%d"
        " pixels, or %dx%d, from accounts without Premium, and this has"
        " %dx%d.", row->title, shape->long_most, shape->short_most,
        shape->short_most, shape->long_most, media->width, media->height));
}

static struct fault
one_fault(const struct catalogue_row *row, const struct shape *shape,
          const char *limits, const struct check_media *media)
{
    struct fault fault;

    if (media->duration_ms > 0 && media->duration_ms < shape->shortest_ms)
        return refuse(media, memory_format("%s needs a video of at least %g"
            " seconds, and this has %g.", row->title,
            shape->shortest_ms / 1000.0, (double)media->duration_ms / 1000));
    if (shape->longest_ms > 0 && media->duration_ms > shape->longest_ms)
        return refuse(media, memory_format("%s allows %d seconds for this, and"
            " this has %lld.", row->title, shape->longest_ms / 1000,
            (long long)(media->duration_ms / 1000)));
    if (media->bytes > 0 && media->bytes < shape->bytes_least)
        return refuse(media, memory_format("%s needs a video of at least %d"
            " bytes, and this has %lld.", row->title, shape->bytes_least,
            (long long)media->bytes));
    if (shape->bytes > 0 && media->bytes > shape->bytes)
        return refuse(media, memory_format("%s allows %lld bytes for this, and"
            " this has %lld.", row->title, shape->bytes,
            (long long)media->bytes));
    fault = sides_fault(row, shape, media);
    if (!fault.kind)
        fault = too_large(row, shape, media);
    return fault.kind ? fault : premium_fault(row, shape, limits, media);
}

static struct fault
reel_fault(const struct catalogue_row *row, const struct check_media *media)
{
    struct fault fault = one_fault(row, &reel, NULL, media);
    int64_t ratio = media->height ? 1000LL * media->width / media->height : 0;

    if (!text_same(media->type, "video/mp4"))
        return refuse(media, memory_format("%s takes a reel as video/mp4 only,"
            " and this is %s.", row->title, media->type));
    if (fault.kind || ratio == 0
        || (ratio >= REEL_LEAST && ratio <= REEL_MOST))
        return fault;
    return refuse(media, memory_format("%s takes a reel of 9:16, and this has"
        " %dx%d.", row->title, media->width, media->height));
}

long long
shape_bytes(const struct catalogue_row *row, const char *type)
{
    const struct shape *shape;

    for (shape = shapes; shape->network != NULL; shape++)
        if (shape->bytes > 0 && text_same(shape->network, row->name)
            && type != NULL && text_begins(type, shape->type))
            return shape->bytes;
    return type != NULL && text_begins(type, "video/") ? row->video_bytes
                                                       : row->image_bytes;
}

struct fault
shape_fault(const struct catalogue_row *row, const char *limits,
            const char *settings, const struct check_media *media)
{
    const struct shape *shape = is_story(row, settings) ? stories : shapes;
    struct fault fault = NO_FAULT;

    if (media->type == NULL)
        return fault;
    for (; shape->network != NULL && !fault.kind; shape++)
        if (text_same(shape->network, row->name)
            && text_begins(media->type, shape->type))
            fault = one_fault(row, shape, limits, media);
    if (!fault.kind)
        fault = check_frames(row, media);
    if (!fault.kind && text_same(row->name, "telegram")
        && text_begins(media->type, "image/")
        && media->width + media->height > SIDES_TELEGRAM)
        return refuse(media, memory_format("%s allows a width and height of"
            " %d pixels together.", row->title, SIDES_TELEGRAM));
    if (!fault.kind && text_same(row->name, "facebook") && settings != NULL
        && !is_story(row, settings) && text_begins(media->type, "video/")
        && text_same(json_text(settings, "$.videoType"), "reel"))
        return reel_fault(row, media);
    return fault;
}

struct fault
shapes_fault(const struct catalogue_row *row,
             const struct check_content *content)
{
    const struct check_media *first = &content->media[0];
    int i;

    if (is_story(row, content->settings) && content->media_count != 1)
        return (struct fault){ FAULT_MEDIA, "mediaUrls", 0, memory_format(
            "A story on %s is one picture or video: make a post of each.",
            row->title) };
    if (text_same(row->name, "instagram") && content->media_count > 1
        && content->settings != NULL
        && json_raw(content->settings, "$.userTags") != NULL)
        return (struct fault){ FAULT_SETTINGS,
            "platformMeta.instagram.userTags", 0, "The setting"
            " instagram.userTags cannot go with several files." };
    if (!text_same(row->name, "pinterest"))
        return NO_FAULT;
    for (i = 1; i < content->media_count; i++) {
        const struct check_media *media = &content->media[i];

        if (first->width != 0 && media->width != 0
            && (media->width != first->width
                || media->height != first->height))
            return refuse(media, memory_format("%s needs pictures of the same"
                " size, and these have %dx%d and %dx%d.", row->title,
                first->width, first->height, media->width, media->height));
    }
    return NO_FAULT;
}
