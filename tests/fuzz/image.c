/* image.c: a whole file, told by its bytes. */
#include "image.h"

static void
fuzz_try(const char *bytes, size_t length)
{
    struct media_facts facts = { 0 };
    struct media_file file = image_of(bytes, length);

    if (media_type_read(file.file, file.bytes, &facts))
        image_check(&facts);
}
