/* linkedin_card.c: a link's card, as LinkedIn's Posts API calls it: an
   article, which nobody makes of a link but who posts it.

   resume keeps {card: {source, title, description, image}}, {} where there is
   none; its picture's upload is an entry beside the files' (linkedin_entry.c).
   The picture is left out where it cannot be had; how many bytes and which
   lengths of the words LinkedIn takes is not documented. */
#include "network/linkedin.h"
#include "network/card.h"
#include "network/links.h"
#include "base/clock.h"
#include "data/json.h"
#include "data/value.h"

static const char entry_name[] = "card";

static struct result
ready(void)
{
    return told_result(RESULT_READY, NULL, NULL);
}

/* A link in other letters than ASCII is no URI: it stays one in the text. */
static int
is_uri(const char *link)
{
    const char *p;

    for (p = link; *p != '\0' && (unsigned char)*p < 0x80; p++)
        ;
    return *p == '\0' && text_is_link(link);
}

static void
read_page(struct job *job, const char *link)
{
    struct opengraph page = { 0 };

    if (!is_uri(link) || !card_fetch(link, &page)) {
        linkedin_keep(job, "{\"card\":{}}");
        return;
    }
    value_set_text("linkedin_source", link);
    value_set_text("linkedin_title", page.title);
    value_set_text("linkedin_description",
                   page.description[0] ? page.description : NULL);
    value_set_text("linkedin_image", page.image);
    linkedin_keep(job, json_make("json_object('card', json_object("
        " 'source', :linkedin_source, 'title', :linkedin_title,"
        " 'description', :linkedin_description, 'image', :linkedin_image))"));
}

static void
drop_picture(struct job *job)
{
    linkedin_keep(job, "{\"card\":{\"image\":null},\"media\":null}");
}

/* WebP is none of LinkedIn's formats. */
static void
upload_picture(struct job *job, const char *url)
{
    struct linkedin_entry entry = { .step = LINKEDIN_ASK };
    struct text bytes = { 0 };
    const char *type = card_picture(url, &bytes);
    struct http_request put = { .body = bytes.data,
                                .body_length = bytes.length };

    if (type == NULL || text_same(type, "image/webp")
        || linkedin_media_image(job, &put, &entry.urn).kind != RESULT_READY) {
        drop_picture(job);
        return;
    }
    entry.at = entry.check_at = clock_now();
    linkedin_entry_keep(job, entry_name, &entry);
}

struct result
linkedin_card_prepare(struct job *job)
{
    const char *link = links_first(job->text), *image;
    struct result result;

    if (link == NULL)
        return ready();
    if (json_raw(job->resume, "$.card") == NULL)
        read_page(job, link);
    image = json_text(job->resume, "$.card.image");
    if (image != NULL && linkedin_entry_of(job, entry_name).urn == NULL)
        upload_picture(job, image);
    if (json_text(job->resume, "$.card.image") == NULL)
        return ready();
    result = linkedin_media_wait(job, entry_name, 0);
    if (result.kind != RESULT_REJECTED)
        return result;
    drop_picture(job);
    return ready();
}

const char *
linkedin_card_article(const struct job *job)
{
    const char *card = json_raw(job->resume, "$.card");

    if (card == NULL || json_text(card, "$.source") == NULL)
        return NULL;
    value_set_text("linkedin_card", card);
    value_set_text("linkedin_urn", linkedin_entry_of(job, entry_name).urn);
    return json_make("json_patch('{}', json_object("
        "'source', :linkedin_card ->> '$.source',"
        " 'title', :linkedin_card ->> '$.title',"
        " 'description', :linkedin_card ->> '$.description',"
        " 'thumbnail', :linkedin_urn))");
}

int
linkedin_card_drop(struct job *job)
{
    if (linkedin_card_article(job) == NULL)
        return 0;
    linkedin_keep(job, "{\"card\":{\"source\":null,\"image\":null}}");
    return 1;
}
