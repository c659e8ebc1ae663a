/* check_alt.c: which networks show alt text, and of which files. */
#include "core/check_alt.h"
#include "base/memory.h"
#include "base/text.h"

#include <stddef.h>

/* Those whose API has no field for it (Telegram's sendPhoto, TikTok's
   photo_images, Reddit's media, YouTube's videos), and those that document it
   for pictures. */
static const char takes_none[] = "telegram tiktok reddit youtube";
static const char takes_pictures[] = "twitter linkedin facebook instagram";

/* How many files of a type that begins so have alt text. */
static int
described(const struct check_content *content, const char *type)
{
    int i, count = 0;

    for (i = 0; i < content->media_count; i++) {
        const struct check_media *media = &content->media[i];

        count += media->alt != NULL && media->alt[0] != '\0'
                 && (type[0] == '\0' || (media->type != NULL
                                         && text_begins(media->type, type)));
    }
    return count;
}

const char *
check_alt_warning(const struct catalogue_row *row,
                  const struct check_content *content)
{
    if (text_has_word(takes_none, row->name) && described(content, ""))
        return memory_format("%s has no alt text: what these files have is"
                             " not shown there.", row->title);
    if (text_has_word(takes_pictures, row->name)
        && described(content, "video/"))
        return memory_format("%s has alt text for pictures: that of a video is"
                             " not shown there.", row->title);
    if (text_same(row->name, "pinterest") && content->media_count > 1
        && described(content, ""))
        return memory_format("%s has one alt text for all pictures of a pin:"
                             " theirs go one after the other, as far as %d"
                             " characters hold them.", row->title,
                             row->alt_limit);
    return NULL;
}
