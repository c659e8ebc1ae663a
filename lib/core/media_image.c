/* media_image.c: the headers of JPEG, PNG, GIF and WebP. */
#include "core/media_piece.h"

#include <string.h>

/* ------------------------------------------------------------------ JPEG */

enum { ORIENTATION = 0x0112, EXIF_ENTRIES = 512 };

/* The orientation in the TIFF block of so many bytes at a place: 1 to 8, as
   EXIF numbers them; 1 where it says nothing. */
static int
tiff_orientation(struct media_file *file, int64_t at, int64_t length)
{
    uint8_t head[8], entry[12];
    uint32_t (*number16)(const uint8_t *) = big16;
    uint32_t (*number32)(const uint8_t *) = big32;
    uint32_t folder, count, i;

    if (length < 10 || !media_piece(file, at, head, sizeof head))
        return 1;
    if (memcmp(head, "II", 2) == 0) {
        number16 = little16;
        number32 = little32;
    } else if (memcmp(head, "MM", 2) != 0) {
        return 1;
    }
    folder = number32(head + 4);
    if (number16(head + 2) != 42 || folder > length - 2
        || !media_piece(file, at + folder, head, 2))
        return 1;
    count = number16(head);
    for (i = 0; i < count && i < EXIF_ENTRIES; i++) {
        int64_t place = (int64_t)folder + 2 + 12 * (int64_t)i;

        if (place + 12 > length
            || !media_piece(file, at + place, entry, sizeof entry))
            return 1;
        if (number16(entry) == ORIENTATION) {
            uint32_t turn = number16(entry + 8);

            return turn >= 1 && turn <= 8 ? (int)turn : 1;
        }
    }
    return 1;
}

/* Is this the marker of a frame header (SOF0 to SOF15)? */
static int
is_frame(uint8_t marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4
           && marker != 0xc8 && marker != 0xcc;
}

/* The segments before the picture's data: one frame header, and perhaps EXIF
   in an APP1. *turn is the orientation. Returns 1 at the data. */
static int
jpeg_segments(struct media_file *file, struct media_facts *facts, int *turn)
{
    uint8_t head[10];
    int64_t at = 2;

    for (;;) {
        int64_t length;

        if (!media_piece(file, at, head, 4) || head[0] != 0xff)
            return 0;
        if (head[1] == 0xff) {          /* a fill byte */
            at++;
            continue;
        }
        length = big16(head + 2);
        if (head[1] < 0xc0 || length < 2
            || at + 2 + length > file->bytes)
            return 0;
        if (head[1] == 0xda)
            return facts->width > 0;
        if (is_frame(head[1])) {
            if (length < 8 || !media_piece(file, at + 4, head + 4, 5))
                return 0;
            facts->height = (int)big16(head + 5);
            facts->width = (int)big16(head + 7);
        } else if (head[1] == 0xe1 && length >= 16
                   && media_piece(file, at + 4, head + 4, 6)
                   && memcmp(head + 4, "Exif\0", 6) == 0) {
            *turn = tiff_orientation(file, at + 10, length - 8);
        }
        at += 2 + length;
    }
}

int
media_image_jpeg(struct media_file *file, struct media_facts *facts)
{
    int turn = 1;

    facts->type = "image/jpeg";
    facts->extension = "jpg";
    if (!jpeg_segments(file, facts, &turn))
        return 0;
    if (turn >= 5) {                    /* 5 to 8 lie on their side */
        int width = facts->width;

        facts->width = facts->height;
        facts->height = width;
    }
    return 1;
}

int
media_image_turn(struct media_file *file)
{
    struct media_facts facts = { 0 };
    int turn = 1;

    jpeg_segments(file, &facts, &turn);
    return turn;
}

/* ------------------------------------------------------------------- PNG */

/* The first chunk is IHDR; then the chunks follow one another to an IEND,
   with picture data among them. */
int
media_image_png(struct media_file *file, struct media_facts *facts)
{
    uint8_t head[16];
    int64_t at = 8, data = 0;

    facts->type = "image/png";
    facts->extension = "png";
    if (!media_piece(file, at, head, 16) || big32(head) != 13
        || memcmp(head + 4, "IHDR", 4) != 0
        || (big32(head + 8) | big32(head + 12)) > INT32_MAX)
        return 0;
    facts->width = (int)big32(head + 8);
    facts->height = (int)big32(head + 12);
    while (media_piece(file, at, head, 8)) {
        data += memcmp(head + 4, "IDAT", 4) == 0;
        at += 12 + (int64_t)big32(head);
        if (memcmp(head + 4, "IEND", 4) == 0)
            return data > 0 && at == file->bytes;
    }
    return 0;
}

/* ------------------------------------------------------------------- GIF */

/* Skip a chain of sub-blocks; returns where it ends, or -1. */
static int64_t
gif_skip(struct media_file *file, int64_t at)
{
    uint8_t length;

    do {
        if (!media_piece(file, at, &length, 1))
            return -1;
        at += 1 + (int64_t)length;
    } while (length > 0);
    return at;
}

static int
is_text(uint8_t byte)
{
    return (byte >= ' ' && byte < 0x7f) || (byte >= '\t' && byte <= '\r');
}

/* Is its size text, so that GIF89a reads on as a script (GIF89a=1 and so on,
   or a comment's begin)? Such a picture is over 8,000 pixels wide, or over
   2,000 both ways. */
static int
gif_is_script(const uint8_t size[4])
{
    return is_text(size[0]) && is_text(size[1])
           && (size[1] >= ' ' || (is_text(size[2]) && is_text(size[3])));
}

/* Behind the screen's description and its colours stand extensions and then
   the first image. */
int
media_image_gif(struct media_file *file, struct media_facts *facts)
{
    uint8_t head[13];
    int64_t at = sizeof head;

    facts->type = "image/gif";
    facts->extension = "gif";
    if (!media_piece(file, 0, head, sizeof head) || gif_is_script(head + 6))
        return 0;
    facts->width = (int)little16(head + 6);
    facts->height = (int)little16(head + 8);
    if (head[10] & 0x80)
        at += 3 << ((head[10] & 7) + 1);
    while (at >= 0 && media_piece(file, at, head, 2)) {
        if (head[0] == ',')
            return 1;
        if (head[0] != '!')
            return 0;
        at = gif_skip(file, at + 2);
    }
    return 0;
}

/* ------------------------------------------------------------------ WebP */

static int
webp_lossy(struct media_file *file, struct media_facts *facts)
{
    uint8_t head[10];

    if (!media_piece(file, 20, head, sizeof head)
        || memcmp(head + 3, "\x9d\x01\x2a", 3) != 0)
        return 0;
    facts->width = (int)(little16(head + 6) & 0x3fff);
    facts->height = (int)(little16(head + 8) & 0x3fff);
    return 1;
}

static int
webp_lossless(struct media_file *file, struct media_facts *facts)
{
    uint8_t head[5];
    uint32_t bits;

    if (!media_piece(file, 20, head, sizeof head) || head[0] != 0x2f)
        return 0;
    bits = little32(head + 1);
    facts->width = (int)(bits & 0x3fff) + 1;
    facts->height = (int)(bits >> 14 & 0x3fff) + 1;
    return 1;
}

static int
webp_extended(struct media_file *file, struct media_facts *facts)
{
    uint8_t head[10];

    if (!media_piece(file, 20, head, sizeof head))
        return 0;
    facts->width = (int)(little32(head + 4) & 0xffffff) + 1;
    facts->height = (int)(head[7] | little16(head + 8) << 8) + 1;
    return 1;
}

int
media_image_webp(struct media_file *file, struct media_facts *facts)
{
    uint8_t head[20];

    facts->type = "image/webp";
    facts->extension = "webp";
    if (!media_piece(file, 0, head, sizeof head)
        || (int64_t)little32(head + 4) + 8 != file->bytes
        || (int64_t)little32(head + 16) + 20 > file->bytes)
        return 0;
    if (memcmp(head + 12, "VP8 ", 4) == 0)
        return webp_lossy(file, facts);
    if (memcmp(head + 12, "VP8L", 4) == 0)
        return webp_lossless(file, facts);
    return memcmp(head + 12, "VP8X", 4) == 0 && webp_extended(file, facts);
}
