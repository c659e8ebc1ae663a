/* media_type.c: which of six kinds of file this is, if any. */
#include "core/media_piece.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    PIECES = 20000, WINDOW = 4096, SIDE_MOST = 1000000,
    ZIP_END = 22, ZIP_NOTE = 65535      /* APPNOTE.TXT 4.3.16 */
};

int
media_piece(struct media_file *file, int64_t at, void *room, size_t length)
{
    uint8_t *p = room;

    if (at < 0 || (int64_t)length > file->bytes
        || at > file->bytes - (int64_t)length || file->pieces-- <= 0)
        return 0;
    while (length > 0) {
        ssize_t got = pread(file->file, p, length, at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return 0;
        p += got;
        at += got;
        length -= (size_t)got;
    }
    return 1;
}

int
media_type_is_video(const char *type)
{
    return text_begins(type, "video/");
}

/* Does a window of bytes hold what makes a browser or an archiver see
   something else in this file? */
static int
window_is_foreign(const char *bytes, size_t length)
{
    static const char *const words[] = {
        "<!doctype", "<html", "<head", "<body", "<script", "<iframe", "<svg",
        "<?php", "%PDF-", "PK\x03\x04", "PK\x05\x06", NULL
    };
    size_t i, word;

    for (i = 0; i < length; i++) {
        if (bytes[i] != '<' && bytes[i] != '%' && bytes[i] != 'P')
            continue;
        for (word = 0; words[word] != NULL; word++)
            if (length - i >= strlen(words[word])
                && strncasecmp(bytes + i, words[word],
                               strlen(words[word])) == 0)
                return 1;
    }
    return 0;
}

static int
is_foreign(struct media_file *file)
{
    char window[WINDOW];
    size_t length = file->bytes < WINDOW ? (size_t)file->bytes : WINDOW;

    return !media_piece(file, 0, window, length)
           || window_is_foreign(window, length)
           || !media_piece(file, file->bytes - (int64_t)length, window, length)
           || window_is_foreign(window, length);
}

/* Does the file end as a ZIP archive does: with the end of its directory, and
   a note of the very length that is told there? */
static int
ends_as_archive(struct media_file *file)
{
    uint8_t window[WINDOW + ZIP_END];
    int64_t at = file->bytes - ZIP_END - ZIP_NOTE;
    size_t length, i;

    for (at = at < 0 ? 0 : at; at + ZIP_END <= file->bytes; at += WINDOW) {
        length = file->bytes - at < (int64_t)sizeof window
                 ? (size_t)(file->bytes - at) : sizeof window;
        if (!media_piece(file, at, window, length))
            return 1;
        for (i = 0; i + ZIP_END <= length; i++)
            if (memcmp(window + i, "PK\x05\x06", 4) == 0
                && at + (int64_t)i + ZIP_END + window[i + 20]
                   + 256 * window[i + 21] == file->bytes)
                return 1;
    }
    return 0;
}

static int
read_kind(struct media_file *file, struct media_facts *facts)
{
    uint8_t start[12];

    if (!media_piece(file, 0, start, sizeof start))
        return 0;
    if (memcmp(start, "\xff\xd8\xff", 3) == 0)
        return media_image_jpeg(file, facts);
    if (memcmp(start, "\x89PNG\r\n\x1a\n", 8) == 0)
        return media_image_png(file, facts);
    if (memcmp(start, "GIF87a", 6) == 0 || memcmp(start, "GIF89a", 6) == 0)
        return media_image_gif(file, facts);
    if (memcmp(start, "RIFF", 4) == 0 && memcmp(start + 8, "WEBP", 4) == 0)
        return media_image_webp(file, facts);
    return media_video(file, facts);
}

int
media_type_read(int file, int64_t bytes, struct media_facts *facts)
{
    struct media_file reader = { file, bytes, PIECES };

    *facts = (struct media_facts){ 0 };
    return read_kind(&reader, facts)
           && facts->width > 0 && facts->width <= SIDE_MOST
           && facts->height > 0 && facts->height <= SIDE_MOST
           && !is_foreign(&reader) && !ends_as_archive(&reader);
}
