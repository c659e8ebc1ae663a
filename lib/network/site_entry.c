/* site_entry.c: a site's entries, one JSON file beside each page. */
#include "network/site.h"
#include "data/json.h"
#include "data/value.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *
entry_path(const struct site *site, const char *name)
{
    return memory_format("%s/p/%s.json", site->folder, name);
}

static const char *
media_json(const struct site_media *media)
{
    value_set_text("site_file", media->file);
    value_set_text("site_type", media->type);
    value_set_text("site_alt", media->alt);
    value_set_integer("site_bytes", media->bytes);
    value_set_integer("site_width", media->width);
    value_set_integer("site_height", media->height);
    value_set_integer("site_duration", media->duration_ms);
    return json_make("json_object('file', :site_file, 'type', :site_type,"
                     " 'alt', :site_alt, 'bytes', :site_bytes,"
                     " 'width', :site_width, 'height', :site_height,"
                     " 'duration_ms', :site_duration)");
}

int
site_entry_write(const struct site *site, const struct site_entry *entry)
{
    struct text media = { .limit = SITE_ENTRY_BYTES };
    const char *json;
    int i;

    for (i = 0; i < entry->media_count; i++) {
        text_add(&media, i == 0 ? "[" : ",");
        text_add(&media, media_json(&entry->media[i]));
    }
    text_add(&media, entry->media_count == 0 ? "[]" : "]");
    value_set_text("site_id", entry->id);
    value_set_text("site_title", entry->title);
    value_set_text("site_summary", entry->summary);
    value_set_text("site_category", entry->category);
    value_set_text("site_text", entry->text);
    value_set_integer("site_published", entry->published);
    value_set_text("site_media", text_string(&media));
    json = json_make("json_object('id', :site_id, 'title', :site_title,"
                     " 'summary', :site_summary, 'category', :site_category,"
                     " 'text', :site_text, 'published', :site_published,"
                     " 'media', json(:site_media))");
    return file_replace(entry_path(site, entry->name), json, strlen(json));
}

int
site_entry_remove(const struct site *site, const char *name)
{
    return file_remove(entry_path(site, name));
}

int
site_entry_exists(const struct site *site, const char *name)
{
    return access(entry_path(site, name), R_OK) == 0;
}

static void
read_media(const char *json, struct site_media *media)
{
    const char *alt = json_text(json, "$.alt");

    media->file = json_text(json, "$.file");
    media->type = json_text(json, "$.type");
    media->alt = alt ? alt : "";
    media->bytes = json_integer(json, "$.bytes", 0);
    media->width = json_integer(json, "$.width", 0);
    media->height = json_integer(json, "$.height", 0);
    media->duration_ms = json_integer(json, "$.duration_ms", 0);
}

/* Returns 1, or 0 where the file holds no entry. */
int
site_entry_read(const struct site *site, const char *name,
                struct site_entry *entry)
{
    struct text file = { .limit = SITE_ENTRY_BYTES };
    struct json_member *members;
    const char *json;
    int count, i;

    if (!file_read(entry_path(site, name), SITE_ENTRY_BYTES, &file)
        || file.length == 0 || json_fault(file.data, file.length) != NULL)
        return 0;
    json = file.data;
    *entry = (struct site_entry){
        .name = name,
        .id = json_text(json, "$.id"),
        .title = json_text(json, "$.title"),
        .summary = json_text(json, "$.summary"),
        .category = json_text(json, "$.category"),
        .text = json_text(json, "$.text"),
        .published = json_integer(json, "$.published", -1)
    };
    if (entry->id == NULL || entry->text == NULL || entry->published < 0)
        return 0;
    count = json_members(json, "$.media", &members);
    for (i = 0; i < count && i < MEDIA_MOST; i++) {
        read_media(members[i].json, &entry->media[entry->media_count]);
        if (entry->media[entry->media_count].file != NULL
            && entry->media[entry->media_count].type != NULL)
            entry->media_count++;
    }
    return 1;
}

/* ------------------------------------------------------ finding the newest */

static int
is_digits(const struct dirent *item)
{
    return item->d_name[strspn(item->d_name, "0123456789")] == '\0';
}

static int
is_entry(const struct dirent *item)
{
    return item->d_name[0] != '.' && text_ends(item->d_name, ".json");
}

/* strcmp() backwards: the newest name first, in every locale. */
static int
newest_first(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*b)->d_name, (*a)->d_name);
}

struct search {
    const struct site *site;
    void (*take)(struct search *, const char *name);
    int full;                   /* nothing more is looked for */
    struct site_entry *entries; /* the newest */
    int count;
    size_t text;
    const char *file, *besides; /* or whether this file is used */
};

static void
take_entry(struct search *search, const char *name)
{
    struct site_entry *entry = &search->entries[search->count];

    if (!site_entry_read(search->site, name, entry)) {
        note("site %s: %s.json is no entry", search->site->handle, name);
        return;
    }
    search->text += strlen(entry->text);
    search->full = search->count > 0 && search->text > SITE_FEED_TEXT;
    search->count += !search->full;
    search->full |= search->count == SITE_ENTRIES;
}

/* Look through a folder of p/: the years', one year's, or one month's. */
static void
search_folder(struct search *search, const char *below, int depth)
{
    struct dirent **items;
    int count, i;

    count = scandir(memory_format("%s/p/%s", search->site->folder, below),
                    &items, depth < 2 ? is_digits : is_entry, newest_first);
    for (i = 0; i < count; i++) {
        char *name = memory_format("%s%s", below, items[i]->d_name);

        if (depth == 2)
            name[strlen(name) - strlen(".json")] = '\0';
        if (!search->full && depth == 2)
            search->take(search, name);
        else if (!search->full)
            search_folder(search, memory_format("%s/", name), depth + 1);
        free(items[i]);
    }
    if (count >= 0)
        free(items);
}

int
site_entry_newest(const struct site *site, struct site_entry *entries)
{
    struct search search = { .site = site, .take = take_entry,
                             .entries = entries };

    search_folder(&search, "", 0);
    return search.count;
}

/* A file's name is a hash of its content: where it stands in an entry, that
   carries it. */
static void
take_user(struct search *search, const char *name)
{
    struct text file = { .limit = SITE_ENTRY_BYTES };

    if (!text_same(name, search->besides)
        && file_read(entry_path(search->site, name), SITE_ENTRY_BYTES, &file))
        search->full = strstr(text_string(&file), search->file) != NULL;
}

int
site_entry_uses(const struct site *site, const char *file,
                const char *besides)
{
    struct search search = { .site = site, .take = take_user,
                             .file = file, .besides = besides };

    search_folder(&search, "", 0);
    return search.full;
}
