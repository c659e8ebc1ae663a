/* check_caption.c: signs and names in a caption or a title. */
#include "core/check_caption.h"
#include "core/count.h"
#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

/* Instagram's, of one caption. */
enum { TAGS_MOST = 30, MENTIONS_MOST = 20 };

enum { PHOTO_TITLE_MOST = 90 };         /* UTF-16 units */

/* YouTube rejects < and > in a title and a description (videos.insert,
   invalidTitle and invalidDescription). */
static struct fault
angle_fault(const struct check_content *content)
{
    int wrong = content->title != NULL && strpbrk(content->title, "<>");

    if (!wrong && strpbrk(content->text, "<>") == NULL)
        return NO_FAULT;
    return (struct fault){ FAULT_FIELD, wrong ? "title" : "caption", 0, wrong
        ? "YouTube takes no < or > in a title."
        : "YouTube takes no < or > in a description." };
}

/* Part of a word: letters, digits, _, and whatever is not ASCII. */
static int
is_letter(char letter)
{
    return isalnum((unsigned char)letter) || letter == '_'
           || (unsigned char)letter >= 0x80;
}

/* How many words begin with this sign? */
static int
words_with(const char *text, char sign)
{
    const char *p;
    int count = 0;

    for (p = text; *p != '\0'; p++)
        count += *p == sign && is_letter(p[1])
                 && (p == text || !is_letter(p[-1]));
    return count;
}

static struct fault
many_fault(const struct check_content *content)
{
    int tags = words_with(content->text, '#');
    int mentions = words_with(content->text, '@');

    if (tags > TAGS_MOST)
        return (struct fault){ FAULT_FIELD, "caption", TAGS_MOST,
            memory_format("Instagram allows %d hashtags, and this has %d.",
                          TAGS_MOST, tags) };
    if (mentions > MENTIONS_MOST)
        return (struct fault){ FAULT_FIELD, "caption", MENTIONS_MOST,
            memory_format("Instagram allows %d mentions, and this has %d.",
                          MENTIONS_MOST, mentions) };
    return NO_FAULT;
}

/* $ABC: up to six letters, behind a space or at the start. */
static int
cashtags_in(const char *text)
{
    const char *p;
    int count = 0, length;

    for (p = text; *p != '\0'; p++) {
        for (length = 0; isalpha((unsigned char)p[length + 1]); length++)
            ;
        count += *p == '$' && length >= 1 && length <= 6
                 && !is_letter(p[length + 1])
                 && (p == text || isspace((unsigned char)p[-1]));
    }
    return count;
}

const char *
caption_warning(const struct catalogue_row *row, const char *text)
{
    int count = text_same(row->name, "twitter") ? cashtags_in(text) : 0;

    return count <= 1 ? NULL : memory_format("X takes 1 cashtag in a post of an"
        " application without Enterprise access, and this has %d.", count);
}

/* TikTok's photos have a title and a description, a video a caption alone. */
static struct fault
photos_fault(const struct check_content *content)
{
    const char *type = content->media[0].type;
    size_t length = content->title == NULL ? 0
                    : count_text(COUNT_UTF16, content->title, 0);

    if (type == NULL || !text_begins(type, "image/")
        || length <= PHOTO_TITLE_MOST)
        return NO_FAULT;
    return (struct fault){ FAULT_TITLE_TOO_LONG, "title", PHOTO_TITLE_MOST,
        memory_format("TikTok allows a title of %d characters with photos,"
                      " and counts %zu here.", PHOTO_TITLE_MOST, length) };
}

struct fault
caption_fault(const struct catalogue_row *row,
              const struct check_content *content)
{
    if (text_same(row->name, "youtube"))
        return angle_fault(content);
    if (text_same(row->name, "instagram"))
        return many_fault(content);
    if (text_same(row->name, "tiktok"))
        return photos_fault(content);
    return NO_FAULT;
}
