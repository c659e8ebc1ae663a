/* card.c: a web page as a link's card, and the card's picture. */
#include "network/card.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <string.h>

enum {
    PICTURE_BYTES = 1000000,
    PICTURE_SECONDS = 15,
    WORDS_MOST = 300            /* graphemes */
};

static const char *
shorten(const char *words)
{
    return memory_copy_bytes(words, utf8_grapheme_bytes(words, WORDS_MOST));
}

int
card_fetch(const char *url, struct opengraph *page)
{
    if (!opengraph_fetch(url, page))
        return 0;
    page->title = shorten(page->title);
    page->description = shorten(page->description);
    return 1;
}

/* The type of an image, by its first bytes; NULL of anything else. */
static const char *
image_type(const struct text *image)
{
    const char *bytes = text_string(image);

    if (image->length < 12)
        return NULL;
    if (memcmp(bytes, "\xff\xd8\xff", 3) == 0)
        return "image/jpeg";
    if (memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
        return "image/png";
    if (memcmp(bytes, "GIF8", 4) == 0)
        return "image/gif";
    if (memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0)
        return "image/webp";
    return NULL;
}

const char *
card_picture(const char *url, struct text *bytes)
{
    struct http_request fetch = { .url = url, .answer_limit = PICTURE_BYTES,
                                  .seconds = PICTURE_SECONDS };
    struct http_answer answer;

    if (url == NULL)
        return NULL;
    answer = http_send(&fetch);
    if (answer.result != HTTP_ANSWERED || answer.status != 200)
        return NULL;
    *bytes = answer.body;
    return image_type(bytes);
}
