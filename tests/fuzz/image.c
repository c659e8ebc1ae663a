/* image.c: a whole file, told by its bytes. */
#include "image.h"
#include "core/media_strip.h"

/* Without its metadata it is a picture as before. */
static void
strip(const struct media_facts *facts)
{
    struct media_facts after = { 0 };
    struct text clean = { 0 };
    struct media_file file;
    char path[40];

    snprintf(path, sizeof path, "/proc/self/fd/%d", image_file);
    if (!media_strip(path, facts->type, &clean))
        return;
    file = image_of(clean.data, clean.length);
    must(!media_type_read(file.file, file.bytes, &after)
         || text_same(after.type, facts->type));
}

static void
fuzz_try(const char *bytes, size_t length)
{
    struct media_facts facts = { 0 };
    struct media_file file = image_of(bytes, length);

    if (media_type_read(file.file, file.bytes, &facts))
        image_check(&facts);
    if (facts.type != NULL)
        strip(&facts);
}
