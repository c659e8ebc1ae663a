/* bluesky_card.c: a link's card, which Bluesky's servers do not make. Its
   picture has at most 1,000,000 bytes (maxSize in app.bsky.embed.external). */
#include "network/bluesky.h"
#include "network/card.h"
#include "data/value.h"
#include "data/json.h"

/* The page's image as a blob; NULL where there is none, or none that fits. */
static const char *
thumb(struct bluesky_session *session, const char *url)
{
    struct http_request upload = {0};
    struct text bytes = { 0 };
    const char *type = card_picture(url, &bytes), *blob = NULL;

    if (type == NULL)
        return NULL;
    upload.body = bytes.data;
    upload.body_length = bytes.length;
    if (bluesky_media_upload(session, &upload, type, &blob).kind
        != RESULT_READY)
        return NULL;
    return blob;
}

const char *
bluesky_card_embed(struct bluesky_session *session, const char *url)
{
    struct opengraph page;

    if (!card_fetch(url, &page))
        return NULL;
    value_set_text("bluesky_url", url);
    value_set_text("bluesky_title", page.title);
    value_set_text("bluesky_description", page.description);
    value_set_text("bluesky_blob", thumb(session, page.image));
    return json_make("json_patch('{}', json_object("
                     "'$type', 'app.bsky.embed.external', 'external',"
                     " json_object('uri', :bluesky_url,"
                     " 'title', :bluesky_title,"
                     " 'description', :bluesky_description,"
                     " 'thumb', json(:bluesky_blob))))");
}
