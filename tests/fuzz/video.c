/* video.c: the boxes of an MP4 or MOV, without the look at what else the file
   may be. */
#include "image.h"

static void
fuzz_try(const char *bytes, size_t length)
{
    struct media_facts facts = { 0 };
    struct media_file file = image_of(bytes, length);

    if (media_video(&file, &facts))
        image_check(&facts);
}
