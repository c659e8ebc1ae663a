/* media_video.c: the boxes of MP4 and MOV (ISO/IEC 14496-12, QuickTime). */
#include "core/media_piece.h"

#include <string.h>

/* A box: its four letters, and where its contents begin and end. */
struct box {
    char name[5];
    int64_t start, end;
};

/* Take the box at *at, inside a parent that ends at end; *at moves past it.
   Returns 0 at the parent's end, or where the box does not fit into it. */
static int
box_next(struct media_file *file, int64_t *at, int64_t end, struct box *box)
{
    uint8_t head[16];
    int64_t header = 8;
    uint64_t length;

    if (end - *at < header || !media_piece(file, *at, head, 8))
        return 0;
    memcpy(box->name, head + 4, 4);
    box->name[4] = '\0';
    length = big32(head);
    if (length == 1) {                  /* 64 bits follow */
        header = 16;
        if (end - *at < header || !media_piece(file, *at + 8, head + 8, 8))
            return 0;
        length = big64(head + 8);
    } else if (length == 0) {           /* the rest of the file */
        length = (uint64_t)(end - *at);
    }
    if (length < (uint64_t)header || length > (uint64_t)(end - *at))
        return 0;
    box->start = *at + header;
    box->end = *at + (int64_t)length;
    *at = box->end;
    return 1;
}

/* The first child of that name. */
static int
box_find(struct media_file *file, const struct box *parent, const char *name,
         struct box *child)
{
    int64_t at = parent->start;

    while (box_next(file, &at, parent->end, child))
        if (strcmp(child->name, name) == 0)
            return 1;
    return 0;
}

/* Read the first length bytes of a box's contents. */
static int
box_read(struct media_file *file, const struct box *box, int64_t skip,
         void *room, size_t length)
{
    return box->end - box->start >= skip + (int64_t)length
           && media_piece(file, box->start + skip, room, length);
}

static int64_t
milliseconds(uint64_t duration, uint32_t scale)
{
    enum { LONGEST = 366 * 24 * 3600 };

    if (scale == 0 || duration / scale > LONGEST)
        return 0;                       /* not known, or not meant */
    return (int64_t)(duration / scale * 1000 + duration % scale * 1000 / scale);
}

/* How long the film is: mvhd says, or in a fragmented file mvex/mehd. */
static int64_t
movie_duration(struct media_file *file, const struct box *movie)
{
    uint8_t head[32];
    struct box header, extends, fragments;
    uint64_t duration;
    uint32_t scale;

    if (!box_find(file, movie, "mvhd", &header)
        || !box_read(file, &header, 0, head, 20))
        return 0;
    scale = big32(head + 12);
    duration = big32(head + 16) == UINT32_MAX ? 0 : big32(head + 16);
    if (head[0] == 1) {
        if (!box_read(file, &header, 0, head, 32))
            return 0;
        scale = big32(head + 20);
        duration = big64(head + 24);
    }
    if (duration == 0 && box_find(file, movie, "mvex", &extends)
        && box_find(file, &extends, "mehd", &fragments)
        && box_read(file, &fragments, 0, head, 8))
        duration = head[0] != 1 ? big32(head + 4)
                   : box_read(file, &fragments, 0, head, 12)
                     ? big64(head + 4) : 0;
    return milliseconds(duration, scale);
}

/* Width and height of a track as it is shown: its matrix may turn it. */
static int
track_sides(struct media_file *file, const struct box *track,
            struct media_facts *facts)
{
    uint8_t version, tail[44];
    struct box header;
    int64_t skip;

    if (!box_find(file, track, "tkhd", &header)
        || !box_read(file, &header, 0, &version, 1))
        return 0;
    skip = version == 1 ? 52 : 40;      /* then the matrix and both sides */
    if (!box_read(file, &header, skip, tail, sizeof tail))
        return 0;
    facts->width = (int)big16(tail + 36);       /* 16.16 fixed point */
    facts->height = (int)big16(tail + 40);
    if (big32(tail) == 0 && big32(tail + 16) == 0) {    /* a quarter turn */
        int width = facts->width;

        facts->width = facts->height;
        facts->height = width;
    }
    return facts->width > 0 && facts->height > 0;
}

static int
track_is_picture(struct media_file *file, const struct box *track)
{
    struct box media, handler;
    char kind[4];

    return box_find(file, track, "mdia", &media)
           && box_find(file, &media, "hdlr", &handler)
           && box_read(file, &handler, 8, kind, 4)
           && memcmp(kind, "vide", 4) == 0;
}

/* The brands of files that are built of boxes and are no video: HEIF and
   AVIF pictures, and sound. */
static int
is_video_brand(const char *brand)
{
    static const char others[][5] = { "heic", "heix", "heim", "heis", "hevc",
        "hevx", "mif1", "msf1", "avif", "avis", "M4A ", "M4B ", "crx " };
    size_t i;

    for (i = 0; i < sizeof others / sizeof others[0]; i++)
        if (memcmp(brand, others[i], 4) == 0)
            return 0;
    return 1;
}

/* What the first box says: 1 where the file may be a video. Old MOV files
   begin without a brand. */
static int
read_brand(struct media_file *file, const struct box *first,
           struct media_facts *facts)
{
    static const char *const old[] = { "moov", "mdat", "wide", "free", "skip",
                                       NULL };
    char brand[4];
    int i;

    facts->type = "video/quicktime";
    facts->extension = "mov";
    if (strcmp(first->name, "ftyp") != 0) {
        for (i = 0; old[i] != NULL; i++)
            if (strcmp(first->name, old[i]) == 0)
                return 1;
        return 0;
    }
    if (!box_read(file, first, 0, brand, 4) || !is_video_brand(brand))
        return 0;
    if (memcmp(brand, "qt  ", 4) != 0) {
        facts->type = "video/mp4";
        facts->extension = "mp4";
    }
    return 1;
}

int
media_video(struct media_file *file, struct media_facts *facts)
{
    struct box whole = { "", 0, file->bytes }, first, movie, track;
    int64_t at = 0;

    if (!box_next(file, &at, whole.end, &first)
        || !read_brand(file, &first, facts)
        || !box_find(file, &whole, "moov", &movie))
        return 0;
    facts->duration_ms = movie_duration(file, &movie);
    for (at = movie.start; box_next(file, &at, movie.end, &track);)
        if (strcmp(track.name, "trak") == 0
            && track_is_picture(file, &track)
            && track_sides(file, &track, facts))
            return 1;
    return 0;
}
