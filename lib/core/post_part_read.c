/* post_part_read.c: the parts that follow a post, out of a request. */
#include "core/post_part.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

static struct fault
wrong(int place, const char *words)
{
    return (struct fault){ FAULT_FIELD, memory_format("thread[%d]", place), 0,
                           memory_format("thread[%d] %s.", place, words) };
}

/* Ids come with a prefix or without, SocialRails' as keys: FOLDER/ID.EXT. */
static struct fault
read_media(const char *part, struct post_part *into)
{
    const char *ids = json_raw(part, "$.mediaIds");
    struct post_media *media = memory_get(sizeof *media);
    struct fault fault = post_add_uploads(media, ids);
    int i;

    for (i = 0; i < media->count; i++) {
        const char *id = media->items[i].media;

        if (id == NULL)
            return (struct fault){ .kind = FAULT_MEDIA_NOT_FOUND };
        while (strpbrk(id, "_/") != NULL)
            id = strpbrk(id, "_/") + 1;
        media->items[i].media = memory_copy_bytes(id, strcspn(id, "."));
    }
    into->media = media;
    return fault;
}

static struct fault
read_object(const char *part, int place, struct post_part *into)
{
    struct json_member *members;
    int i, count = json_members(part, "$", &members);

    for (i = 0; i < count; i++)
        if (text_same(members[i].key, "text")
            && text_same(members[i].type, "text"))
            into->text = members[i].text;
        else if (!text_same(members[i].key, "mediaIds")
                 || !text_same(members[i].type, "array"))
            return wrong(place, "takes text, a string, and mediaIds, a list");
    return read_media(part, into);
}

static struct fault
read_thread(const char *thread, struct post_parts *parts)
{
    struct json_member *items;
    struct fault fault = NO_FAULT;
    int i, count = json_members(thread, "$", &items);

    if (thread[strspn(thread, " \t\r\n")] != '[' || count > POST_PARTS)
        return (struct fault){ FAULT_FIELD, "thread", POST_PARTS,
            memory_format("thread must be a list of up to %d parts.",
                          POST_PARTS) };
    for (i = 0; i < count && !fault.kind; i++) {
        struct post_part *part = &parts->items[parts->count++];

        part->text = "";
        if (text_same(items[i].type, "text"))
            part->text = items[i].text;
        else if (text_same(items[i].type, "object"))
            fault = read_object(items[i].json, i, part);
        else
            fault = wrong(i, "must be a text, or an object with text and"
                             " mediaIds");
    }
    return fault;
}

static int
is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

struct fault
post_parts_read(const char *comment, const char *thread,
                const struct post_parts **into)
{
    struct post_parts *parts = memory_get(sizeof *parts);
    struct fault fault = NO_FAULT;

    if (comment == NULL && thread == NULL)
        return NO_FAULT;
    if (thread != NULL)
        fault = read_thread(thread, parts);
    if (!fault.kind && comment != NULL && !is_blank(comment)) {
        if (parts->count > 0)
            return (struct fault){ FAULT_FIELD, "firstComment", 0,
                "A post has a firstComment or a thread: where there is a"
                " thread, its first part is the first reply." };
        parts->items[parts->count++] = (struct post_part){ .text = comment };
        parts->is_comment = 1;
    }
    *into = parts;
    return fault;
}

static const char *
given(const char *settings, const char *path)
{
    const char *json = json_raw(settings, path);

    return text_same(json, "null") ? NULL : json;
}

struct fault
post_parts_take(const char **settings, const struct post_parts **parts)
{
    const char *comment, *thread;

    if (*settings == NULL || (json_raw(*settings, "$.firstComment") == NULL
                              && json_raw(*settings, "$.thread") == NULL))
        return NO_FAULT;
    comment = json_text(*settings, "$.firstComment");
    thread = given(*settings, "$.thread");
    if (comment == NULL && given(*settings, "$.firstComment") != NULL)
        return (struct fault){ FAULT_FIELD, "firstComment", 0,
                               "firstComment must be a string." };
    value_set_text("part_settings", *settings);
    *settings = json_make("json_remove(:part_settings, '$.firstComment',"
                          " '$.thread')");
    return post_parts_read(comment ? comment : "", thread, parts);
}
