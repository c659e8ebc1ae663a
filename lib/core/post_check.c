/* post_check.c: does a post fit the networks it goes to? */
#include "core/check_alt.h"
#include "core/check_caption.h"
#include "core/media_store.h"
#include "core/post_store.h"
#include "core/post_part.h"
#include "core/shorten.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

#include <string.h>

static int
is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

struct fault
post_load_media(const char *profile, const struct post_media *from,
                struct check_content *content)
{
    int i;

    content->media_count = from->count;
    for (i = 0; i < from->count; i++) {
        struct check_media *media = &content->media[i];

        *media = (struct check_media){ .is_url = from->items[i].url != NULL,
                                       .alt = from->items[i].alt };
        if (media->is_url)
            continue;
        value_set_text("media_id", from->items[i].media);
        value_set_text("media_profile", profile);
        value_set_integer("media_kept", from->items[i].kept);
        if (db_run("SELECT type AS media_type, bytes AS media_bytes,"
                   " extension AS media_extension,"
                   " width AS media_width, height AS media_height,"
                   " duration_ms AS media_duration, alt AS media_alt"
                   " FROM media WHERE id = :media_id"
                   " AND profile = :media_profile"
                   " AND (:media_kept OR deleted_at IS NULL)") != DB_ROW)
            return (struct fault){ .kind = FAULT_MEDIA_NOT_FOUND };
        media->type = value_text("media_type");
        media->path = media_store_path(from->items[i].media,
                                       value_text("media_extension"));
        media->bytes = value_integer("media_bytes", 0);
        media->width = (int)value_integer("media_width", 0);
        media->height = (int)value_integer("media_height", 0);
        media->duration_ms = value_integer("media_duration", 0);
        if (media->alt == NULL)
            media->alt = value_text("media_alt");
    }
    return NO_FAULT;
}

struct fault
post_check_target(const char *profile, const struct post_new *post, int place)
{
    const struct post_target *target = &post->targets[place];
    const char *text = target->text ? target->text : post->text;
    struct check_content content = {
        .text = text ? text : "",
        .title = target->title ? target->title : post->title,
        .settings = target->settings
    };
    struct fault fault = post_load_media(profile, target->media
        ? target->media : &post->media, &content);

    if (fault.kind)
        return fault;
    if (is_blank(text)
        && !check_stands_alone(catalogue_find(target->network), &content))
        return (struct fault){ .kind = FAULT_CONTENT_MISSING };
    fault = check_fits(catalogue_find(target->network), target->limits,
                       &content);
    return fault.kind ? fault : post_parts_check(profile, target,
        target->parts ? target->parts : post->parts);
}

/* A link is there where shortening links makes the text another. */
static const char *
link_warning(const struct catalogue_row *row, const char *text)
{
    return row->link_price == NULL || text_same(shorten_for_x(text, 1), text)
           ? NULL : row->link_price;
}

int
post_check_warnings(const char *profile, const struct post_new *post,
                    int place, const char *words[POST_WARNINGS])
{
    const struct post_target *target = &post->targets[place];
    const struct catalogue_row *row = catalogue_find(target->network);
    const char *text = target->text ? target->text : post->text;
    struct check_content content = { .text = text ? text : "" };
    struct fault fault = post_load_media(profile, target->media
        ? target->media : &post->media, &content);
    const char *each[POST_WARNINGS] = {
        link_warning(row, content.text), caption_warning(row, content.text),
        fault.kind ? NULL : check_alt_warning(row, &content)
    };
    int i, count = 0;

    for (i = 0; i < POST_WARNINGS; i++)
        if (each[i] != NULL)
            words[count++] = each[i];
    return count;
}

struct fault
post_check(const char *profile, const struct post_new *post)
{
    struct fault fault = NO_FAULT;
    int i;

    for (i = 0; i < post->target_count && !fault.kind; i++)
        fault = post_check_target(profile, post, i);
    return fault;
}
