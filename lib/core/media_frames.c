/* media_frames.c: the blocks of a GIF (GIF89a), counted. */
#include "core/media_frames.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

struct reader {
    int file;
    ssize_t at, have;           /* in bytes */
    uint8_t bytes[16384];
};

/* The next byte; -1 at the end. */
static int
next(struct reader *reader)
{
    if (reader->at >= reader->have) {
        reader->have = read(reader->file, reader->bytes,
                            sizeof reader->bytes);
        reader->at = 0;
        if (reader->have <= 0)
            return -1;
    }
    return reader->bytes[reader->at++];
}

static int
skip(struct reader *reader, int count)
{
    while (count > 0 && next(reader) >= 0)
        count--;
    return count == 0;
}

/* The table of colours that flags tell of. */
static int
skip_colours(struct reader *reader, int flags)
{
    return (flags & 0x80) == 0 || skip(reader, 3 << ((flags & 7) + 1));
}

/* A chain of blocks, to the empty one. */
static int
skip_chain(struct reader *reader)
{
    int length;

    while ((length = next(reader)) > 0)
        if (!skip(reader, length))
            return 0;
    return length == 0;
}

/* Behind its comma: place and sides, colours, the size of a code, the data. */
static int
skip_picture(struct reader *reader)
{
    int flags;

    if (!skip(reader, 8))
        return 0;
    flags = next(reader);
    return flags >= 0 && skip_colours(reader, flags) && next(reader) >= 0
           && skip_chain(reader);
}

/* Six bytes of name, four of sides, the flags, two more. */
static int
skip_head(struct reader *reader)
{
    static const char name[] = "GIF8";
    int i, flags;

    for (i = 0; name[i] != '\0'; i++)
        if (next(reader) != name[i])
            return 0;
    if (!skip(reader, 6))
        return 0;
    flags = next(reader);
    return flags >= 0 && skip(reader, 2) && skip_colours(reader, flags);
}

static int
count_in(struct reader *reader)
{
    int frames = 0, good = skip_head(reader);

    while (good) {
        int block = next(reader);

        if (block == ',')
            frames += good = skip_picture(reader);
        else
            good = block == '!' && next(reader) >= 0 && skip_chain(reader);
    }
    return frames;
}

int
media_frames(const char *path)
{
    struct reader reader = {
        .file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    };
    int frames;

    if (reader.file < 0)
        return 0;
    frames = count_in(&reader);
    close(reader.file);
    return frames;
}
