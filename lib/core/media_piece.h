/* media_piece.h: reading small pieces of a media file, for media_type.c, its
   two halves and media_strip.c. Not for use elsewhere. */
#ifndef MEDIA_PIECE_H
#define MEDIA_PIECE_H
#include <stddef.h>
#include <stdint.h>
#include "core/media_type.h"

struct media_file {
    int file;
    int64_t bytes;              /* its size */
    int pieces;                 /* how many may still be read */
};

/* Read exactly length bytes at a place. Returns 1, or 0 where the file is
   shorter, cannot be read, or too many pieces were asked for. */
int media_piece(struct media_file *, int64_t at, void *room, size_t length);

/* Numbers as they stand in a file: big and little endian. */
static inline uint32_t
big16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t
big32(const uint8_t *p)
{
    return big16(p) << 16 | big16(p + 2);
}

static inline uint64_t
big64(const uint8_t *p)
{
    return (uint64_t)big32(p) << 32 | big32(p + 4);
}

static inline uint32_t
little16(const uint8_t *p)
{
    return (uint32_t)p[1] << 8 | p[0];
}

static inline uint32_t
little32(const uint8_t *p)
{
    return little16(p + 2) << 16 | little16(p);
}

/* Fill in the facts of a file that begins as an image, or as a video, does.
   Each returns 1, or 0 where its structure is not sound. */
int media_image_jpeg(struct media_file *, struct media_facts *);
int media_image_png(struct media_file *, struct media_facts *);
int media_image_gif(struct media_file *, struct media_facts *);
int media_image_webp(struct media_file *, struct media_facts *);
int media_video(struct media_file *, struct media_facts *);

/* How a JPEG is turned: 1 to 8, as EXIF numbers it. */
int media_image_turn(struct media_file *);
#endif
