/* socialrails_media.c: from an upload to its key and back. */
#include "dialect/socialrails_media.h"
#include "base/memory.h"
#include "data/json.h"
#include "web/field.h"

#include <string.h>

static const char *
folder(const char *kind)
{
    return memory_format("%s/api-uploads/%s/", value_text("my_profile"), kind);
}

/* The id in a key; NULL where it is none of this workspace. */
static const char *
id_of(const char *key)
{
    const char *images = folder("images"), *videos = folder("videos");
    const char *name = text_begins(key, images) ? key + strlen(images)
                       : text_begins(key, videos) ? key + strlen(videos)
                       : NULL;

    if (name == NULL)
        return field_id(&socialrails, key);
    return field_id(&socialrails,
                    memory_copy_bytes(name, strcspn(name, ".")));
}

void
socialrails_add_media(struct post_media *media, const char *keys)
{
    struct json_member *items;
    int i, count = keys ? json_members(keys, "$", &items) : 0;

    for (i = 0; i < count && media->count < POST_MEDIA; i++) {
        const char *id = id_of(items[i].text);

        if (id == NULL)
            refuse_kind(FAULT_MEDIA_NOT_FOUND);
        media->items[media->count++] = (struct post_medium){ .media = id };
    }
}

void
socialrails_media_reply(const struct media_new *new)
{
    struct text body = { .limit = TEXT_LIMIT };
    const char *kind = media_type_is_video(new->facts.type) ? "videos"
                                                            : "images";

    refuse_if(media_create(new));
    text_add_format(&body, "{\"data\":{\"media_id\":\"%s\",\"key\":"
                    "\"%s%s.%s\",\"url\":\"", new->id, folder(kind), new->id,
                    new->facts.extension);
    text_add_json(&body, media_serve_url(new->id, new->facts.extension));
    text_add(&body, "\"}}");
    reply(201, &body);
}
