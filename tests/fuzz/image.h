/* image.h: files of strangers as images and videos: what is told of them. */
#ifndef IMAGE_H
#define IMAGE_H
#include <sys/mman.h>
#include "fuzz.h"
#include "core/media_piece.h"

static int image_file;

static void
fuzz_begin(void)
{
    image_file = memfd_create("image", MFD_CLOEXEC);
}

/* Put the bytes where the code reads them. */
static inline struct media_file
image_of(const char *bytes, size_t length)
{
    must(ftruncate(image_file, 0) == 0);
    must(pwrite(image_file, bytes, length, 0) == (ssize_t)length);
    return (struct media_file){ image_file, (int64_t)length, 1000 };
}

static inline void
image_check(const struct media_facts *facts)
{
    must(text_has_word("image/jpeg image/png image/gif image/webp video/mp4"
                       " video/quicktime", facts->type));
    must(text_has_word("jpg png gif webp mp4 mov", facts->extension));
    must(facts->width > 0 && facts->height > 0);
    must(facts->duration_ms >= 0);
    must(media_type_is_video(facts->type)
         == text_begins(facts->type, "video/"));
}
#endif
