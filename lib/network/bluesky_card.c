/* bluesky_card.c: a link's card, which Bluesky's servers do not make. */
#include "network/bluesky.h"
#include "network/opengraph.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/value.h"
#include "data/json.h"

#include <string.h>

enum {
    THUMB_BYTES = 1000000,      /* maxSize in app.bsky.embed.external */
    THUMB_SECONDS = 15,
    WORDS_MOST = 300            /* graphemes; no limit in the lexicon */
};

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

/* The page's image as a blob; NULL where there is none, or none that fits. */
static const char *
thumb(struct bluesky_session *session, const char *url)
{
    struct http_request fetch = { .url = url, .answer_limit = THUMB_BYTES,
                                  .seconds = THUMB_SECONDS };
    struct http_request upload = {0};
    struct http_answer answer;
    const char *type, *blob = NULL;

    if (url == NULL)
        return NULL;
    answer = http_send(&fetch);
    if (answer.result != HTTP_ANSWERED || answer.status != 200)
        return NULL;
    type = image_type(&answer.body);
    if (type == NULL)
        return NULL;
    upload.body = answer.body.data;
    upload.body_length = answer.body.length;
    if (bluesky_media_upload(session, &upload, type, &blob).kind
        != RESULT_READY)
        return NULL;
    return blob;
}

static const char *
shorten(const char *words)
{
    return memory_copy_bytes(words, utf8_grapheme_bytes(words, WORDS_MOST));
}

const char *
bluesky_card_embed(struct bluesky_session *session, const char *url)
{
    struct opengraph page;

    if (!opengraph_fetch(url, &page))
        return NULL;
    value_set_text("bluesky_url", url);
    value_set_text("bluesky_title", shorten(page.title));
    value_set_text("bluesky_description", shorten(page.description));
    value_set_text("bluesky_blob", thumb(session, page.image));
    return json_make("json_patch('{}', json_object("
                     "'$type', 'app.bsky.embed.external', 'external',"
                     " json_object('uri', :bluesky_url,"
                     " 'title', :bluesky_title,"
                     " 'description', :bluesky_description,"
                     " 'thumb', json(:bluesky_blob))))");
}
