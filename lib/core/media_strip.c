/* media_strip.c: the metadata of JPEG, PNG and WebP. */
#include "core/media_strip.h"
#include "core/media_piece.h"
#include "base/file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { STRIP_MOST = 64 * 1024 * 1024, PIECES_MOST = 10000 };

struct picture {
    const uint8_t *bytes;
    size_t length;
};

static void
add(struct text *clean, const struct picture *from, size_t at, size_t end)
{
    text_add_bytes(clean, (const char *)from->bytes + at, end - at);
}

/* ------------------------------------------------------------------ JPEG */

/* The least EXIF that says how the picture is turned. */
static void
add_turn(struct text *clean, int turn)
{
    static const char exif[] = "\xff\xe1\0\x22" "Exif\0\0" "MM\0*\0\0\0\x08"
        "\0\1\1\x12\0\3\0\0\0\1\0";

    text_add_bytes(clean, exif, sizeof exif - 1);
    text_add_char(clean, (char)turn);
    text_add_bytes(clean, "\0\0\0\0\0\0", 6);
}

/* Is this segment, of so many bytes behind its length, metadata? The first
   application's is JFIF, the fifteenth tells how colours are coded, the third
   may be their profile. */
static int
is_metadata(uint8_t marker, const uint8_t *data, size_t length)
{
    if (marker == 0xfe)
        return 1;
    if (marker == 0xe2)
        return length < 12 || memcmp(data, "ICC_PROFILE", 12) != 0;
    return marker > 0xe0 && marker <= 0xef && marker != 0xee;
}

/* Where the picture data ends that begins there: at the next marker. */
static size_t
scan_end(const struct picture *from, size_t at)
{
    for (; at + 1 < from->length; at++) {
        uint8_t next = from->bytes[at + 1];

        if (from->bytes[at] == 0xff && next != 0 && next != 0xff
            && (next & 0xf8) != 0xd0)
            return at;
    }
    return from->length;
}

static int
strip_jpeg(const struct picture *from, int turn, struct text *clean)
{
    const uint8_t *bytes = from->bytes;
    size_t at = 2, end;

    if (from->length < 4)
        return 0;
    add(clean, from, 0, 2);
    if (turn > 1)
        add_turn(clean, turn);
    while (at + 4 <= from->length && bytes[at] == 0xff) {
        uint8_t marker = bytes[at + 1];
        size_t length = big16(bytes + at + 2);

        if (marker == 0xff) {           /* a fill byte */
            at++;
            continue;
        }
        if (marker == 0xd9)
            break;
        end = at + 2 + length;
        if (length < 2 || end > from->length)
            return 0;
        if (marker == 0xda)
            end = scan_end(from, end);
        if (!is_metadata(marker, bytes + at + 4, length - 2))
            add(clean, from, at, end);
        at = end;
    }
    text_add_bytes(clean, "\xff\xd9", 2);
    return at == from->length || (at + 2 <= from->length
           && bytes[at] == 0xff && bytes[at + 1] == 0xd9);
}

/* ------------------------------------------------------------------- PNG */

static int
strip_png(const struct picture *from, struct text *clean)
{
    static const char *const told[] = { "eXIf", "tEXt", "zTXt", "iTXt",
                                        "tIME" };
    size_t at = 8, i;

    if (from->length < 8)
        return 0;
    add(clean, from, 0, 8);
    while (at + 12 <= from->length) {
        const uint8_t *chunk = from->bytes + at;
        size_t length = big32(chunk), end;
        int metadata = 0;

        if (length > from->length - at - 12)
            return 0;
        end = at + 12 + length;
        for (i = 0; i < sizeof told / sizeof told[0]; i++)
            metadata |= memcmp(chunk + 4, told[i], 4) == 0;
        if (!metadata)
            add(clean, from, at, end);
        if (memcmp(chunk + 4, "IEND", 4) == 0)
            return 1;
        at = end;
    }
    return 0;
}

/* ------------------------------------------------------------------ WebP */

/* A chunk's length is little-endian and its data padded to an even one. The
   extended header says which metadata there is: none any more. */
static int
strip_webp(const struct picture *from, struct text *clean)
{
    size_t at = 12, i;

    if (from->length < 12)
        return 0;
    add(clean, from, 0, 12);
    while (at + 8 <= from->length) {
        const uint8_t *chunk = from->bytes + at;
        size_t length = little32(chunk + 4);
        size_t end, place = clean->length;

        if (length > from->length - at - 8)
            return 0;
        end = at + 8 + length;
        end += (length & 1) && end < from->length;
        if (memcmp(chunk, "EXIF", 4) != 0 && memcmp(chunk, "XMP ", 4) != 0)
            add(clean, from, at, end);
        if (memcmp(chunk, "VP8X", 4) == 0 && length >= 1)
            clean->data[place + 8] &= ~0x0c;
        at = end;
    }
    for (i = 0; i < 4; i++)
        clean->data[4 + i] = (char)((clean->length - 8) >> 8 * i & 0xff);
    return 1;
}

/* ------------------------------------------------------------ a picture */

static int
turn_of(const char *path, size_t length)
{
    struct media_file file = { open(path, O_RDONLY | O_CLOEXEC),
                               (int64_t)length, PIECES_MOST };
    int turn = file.file < 0 ? 1 : media_image_turn(&file);

    if (file.file >= 0)
        close(file.file);
    return turn;
}

int
media_strip(const char *path, const char *type, struct text *clean)
{
    struct text whole = { .limit = STRIP_MOST };
    struct picture from;

    if (!text_has_word("image/jpeg image/png image/webp", type)
        || !file_read(path, STRIP_MOST, &whole))
        return 0;
    from = (struct picture){ (const uint8_t *)whole.data, whole.length };
    clean->limit = STRIP_MOST;
    if (text_same(type, "image/jpeg"))
        return strip_jpeg(&from, turn_of(path, whole.length), clean);
    if (text_same(type, "image/png"))
        return strip_png(&from, clean);
    return text_same(type, "image/webp") && strip_webp(&from, clean);
}
