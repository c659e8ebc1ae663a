/* media_links.c: uploads' URLs as JSON, for statements. */
#include "core/media_links.h"
#include "core/media.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

/* What is made of thousands, and room for one of them. */
struct links {
    struct text json, url;
};

static void
add_link(void *context)
{
    struct links *links = context;

    text_add_format(&links->json, "%s\"%s\":\"",
                    links->json.length ? "," : "{", value_text("link_media"));
    text_clear(&links->url);
    media_add_serve_url(&links->url, value_text("link_media"),
                        value_text("link_extension"));
    text_add_json(&links->json, text_string(&links->url));
    text_add(&links->json, "\"");
}

void
media_links(const char *sql)
{
    struct links links = { { .limit = TEXT_LIMIT }, { .limit = TEXT_LIMIT } };

    if (db_each(sql, add_link, &links) == 0)
        text_add(&links.json, "{");
    text_add(&links.json, "}");
    value_lend_text("media_urls", text_string(&links.json));
}

static void
add_item(void *context)
{
    struct text *list = context;
    const char *url = value_text("link_url");

    if (url == NULL)
        url = media_serve_url(value_text("link_media"),
                              value_text("link_extension"));
    text_add(list, list->length ? ",\"" : "[\"");
    text_add_json(list, url);
    text_add(list, "\"");
}

void
media_list(const char *sql)
{
    struct text list = { .limit = TEXT_LIMIT };

    if (db_each(sql, add_item, &list) == 0)
        text_add(&list, "[");
    text_add(&list, "]");
    value_lend_text("media_list", text_string(&list));
}
