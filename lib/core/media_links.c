/* media_links.c: uploads' URLs as JSON, for statements. */
#include "core/media_links.h"
#include "core/media.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

static void
add_link(void *context)
{
    struct text *links = context;

    text_add_format(links, "%s\"%s\":\"", links->length ? "," : "{",
                    value_text("link_media"));
    text_add_json(links, media_serve_url(value_text("link_media"),
                                         value_text("link_extension")));
    text_add(links, "\"");
}

void
media_links(const char *sql)
{
    struct text links = { .limit = TEXT_LIMIT };

    if (db_each(sql, add_link, &links) == 0)
        text_add(&links, "{");
    text_add(&links, "}");
    value_set_text("media_urls", text_string(&links));
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
    value_set_text("media_list", text_string(&list));
}
