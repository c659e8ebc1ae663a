/* site_feed.c: the newest entries as Atom (RFC 4287) and JSON Feed 1.1. */
#include "network/site.h"
#include "data/json.h"
#include "data/value.h"
#include "base/clock.h"
#include "base/memory.h"

#include <string.h>

static const char *
permalink(const struct site *site, const struct site_entry *entry)
{
    return memory_format("%sp/%s.html", site->url, entry->name);
}

/* Text and media of an entry, with absolute URLs. */
static const char *
content(const struct site *site, const struct site_entry *entry)
{
    struct text html = { .limit = SITE_DOCUMENT };

    site_text_add(&html, entry->text);
    site_text_add_media(&html, entry, memory_format("%smedia/", site->url));
    return text_string(&html);
}

static const char *
date(int64_t time)
{
    char room[CLOCK_ROOM];

    return memory_copy(clock_print(time, CLOCK_SECONDS, room));
}

/* <name>value</name>, escaped. */
static void
add_element(struct text *xml, const char *name, const char *value)
{
    text_add_format(xml, "<%s>", name);
    text_add_markup(xml, value);
    text_add_format(xml, "</%s>\n", name);
}

/* <link rel="rel" type="type" href="url"/> */
static void
add_link(struct text *xml, const char *rel, const char *type, const char *url)
{
    text_add_format(xml, "<link rel=\"%s\"", rel);
    if (type != NULL)
        text_add_format(xml, " type=\"%s\"", type);
    text_add(xml, " href=\"");
    text_add_markup(xml, url);
    text_add(xml, "\"/>\n");
}

static void
add_enclosure(struct text *xml, const struct site *site,
              const struct site_media *media)
{
    text_add(xml, "<link rel=\"enclosure\" type=\"");
    text_add_markup(xml, media->type);
    text_add_format(xml, "\" length=\"%lld\" href=\"",
                    (long long)media->bytes);
    text_add_markup(xml, memory_format("%smedia/%s", site->url, media->file));
    text_add(xml, "\"/>\n");
}

static void
add_atom_entry(struct text *xml, const struct site *site,
               const struct site_entry *entry)
{
    int i;

    text_add(xml, "<entry>\n");
    add_element(xml, "id", entry->id);
    add_element(xml, "title", site_text_name(entry));
    add_link(xml, "alternate", "text/html", permalink(site, entry));
    for (i = 0; i < entry->media_count; i++)
        add_enclosure(xml, site, &entry->media[i]);
    add_element(xml, "published", date(entry->published));
    add_element(xml, "updated", date(entry->published));
    if (entry->category != NULL) {
        text_add(xml, "<category term=\"");
        text_add_markup(xml, entry->category);
        text_add(xml, "\"/>\n");
    }
    if (entry->summary != NULL)
        add_element(xml, "summary", entry->summary);
    text_add(xml, "<content type=\"html\">");
    text_add_markup(xml, content(site, entry));
    text_add(xml, "</content>\n</entry>\n");
}

const char *
site_feed_atom(const struct site *site, const struct site_entry *entries,
               int count, int64_t updated)
{
    struct text xml = { .limit = SITE_DOCUMENT };
    int i;

    text_add(&xml, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
             "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
    text_add_markup(&xml, site->language);
    text_add(&xml, "\">\n");
    add_element(&xml, "id", site->url);
    add_element(&xml, "title", site->title);
    add_element(&xml, "updated", date(updated));
    add_link(&xml, "self", "application/atom+xml",
             memory_format("%sfeed.xml", site->url));
    add_link(&xml, "alternate", "text/html", site->url);
    for (i = 0; i < site->hub_count; i++)
        add_link(&xml, "hub", NULL, site->hubs[i]);
    text_add(&xml, "<author>\n");
    add_element(&xml, "name", site->author);
    add_element(&xml, "uri", site->url);
    text_add(&xml, "</author>\n<generator>Crier</generator>\n");
    for (i = 0; i < count; i++)
        add_atom_entry(&xml, site, &entries[i]);
    text_add(&xml, "</feed>\n");
    return text_string(&xml);
}

/* ---------------------------------------------------------------- JSON Feed */

/* An array of documents that make() gives for 0 to count - 1. */
static const char *
array(int count, const char *(*make)(const void *, int), const void *context)
{
    struct text list = { .limit = SITE_DOCUMENT };
    int i;

    text_add(&list, "[");
    for (i = 0; i < count; i++) {
        text_add(&list, i == 0 ? "" : ",");
        text_add(&list, make(context, i));
    }
    text_add(&list, "]");
    return text_string(&list);
}

struct place {
    const struct site *site;
    const struct site_entry *entries;
};

static const char *
attachment(const void *context, int i)
{
    const struct place *place = context;
    const struct site_media *media = &place->entries->media[i];

    value_set_text("site_url", memory_format("%smedia/%s", place->site->url,
                                             media->file));
    value_set_text("site_type", media->type);
    value_set_integer("site_bytes", media->bytes);
    value_set_null("site_seconds");
    if (media->duration_ms > 0)
        value_set_integer("site_seconds",
                          (media->duration_ms + SECOND / 2) / SECOND);
    return json_make("json_patch('{}', json_object('url', :site_url,"
                     " 'mime_type', :site_type, 'size_in_bytes', :site_bytes,"
                     " 'duration_in_seconds', :site_seconds))");
}

static const char *
first_image(const struct site *site, const struct site_entry *entry)
{
    int i;

    for (i = 0; i < entry->media_count; i++)
        if (text_begins(entry->media[i].type, "image/"))
            return memory_format("%smedia/%s", site->url,
                                 entry->media[i].file);
    return NULL;
}

/* json_patch() with an empty object leaves out what is null. */
static const char *
item(const void *context, int i)
{
    const struct place *place = context;
    const struct site_entry *entry = &place->entries[i];
    struct place own = { place->site, entry };

    value_set_text("site_attachments", entry->media_count == 0 ? NULL
                   : array(entry->media_count, attachment, &own));
    value_set_text("site_id", entry->id);
    value_set_text("site_url", permalink(place->site, entry));
    value_set_text("site_title", entry->title);
    value_set_text("site_html", content(place->site, entry));
    value_set_text("site_text", entry->text);
    value_set_text("site_summary", entry->summary);
    value_set_text("site_image", first_image(place->site, entry));
    value_set_text("site_date", date(entry->published));
    value_set_text("site_tag", entry->category);
    return json_make(
        "json_patch('{}', json_object('id', :site_id, 'url', :site_url,"
        " 'title', :site_title, 'content_html', :site_html,"
        " 'content_text', :site_text, 'summary', :site_summary,"
        " 'image', :site_image, 'date_published', :site_date,"
        " 'date_modified', :site_date,"
        " 'tags', iif(:site_tag IS NULL, NULL, json_array(:site_tag)),"
        " 'attachments', json(:site_attachments)))");
}

static const char *
hub(const void *context, int i)
{
    const struct site *site = context;

    value_set_text("site_hub", site->hubs[i]);
    return json_make("json_object('type', 'WebSub', 'url', :site_hub)");
}

const char *
site_feed_json(const struct site *site, const struct site_entry *entries,
               int count)
{
    struct place place = { site, entries };

    value_set_text("site_items", array(count, item, &place));
    value_set_text("site_hubs", site->hub_count == 0 ? NULL
                   : array(site->hub_count, hub, site));
    value_set_text("site_title", site->title);
    value_set_text("site_author", site->author);
    value_set_text("site_language", site->language);
    value_set_text("site_url", site->url);
    return json_make(
        "json_patch('{}', json_object("
        "'version', 'https://jsonfeed.org/version/1.1',"
        " 'title', :site_title, 'home_page_url', :site_url,"
        " 'feed_url', :site_url || 'feed.json', 'language', :site_language,"
        " 'authors', json_array(json_object('name', :site_author,"
        " 'url', :site_url)), 'hubs', json(:site_hubs),"
        " 'items', json(:site_items)))");
}
