/* check_comment.c: what cannot be a comment, and what takes none. */
#include "core/check_comment.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/json.h"

/* Stories take messages instead; private videos and those made for kids have
   no comments (commentThreads.insert: commentsDisabled). */
static const struct rule {
    const char *network, *path, *value, *words;
} rules[] = {
    { "instagram", "$.type", "story", "A story takes no comments." },
    { "facebook", "$.type", "story", "A story takes no comments." },
    { "youtube", "$.privacyStatus", "private",
      "A private video takes no comments." },
    { "youtube", "$.madeForKids", "true",
      "A video that is made for kids takes no comments." },
};

/* As it is printed: a text without its quotes. */
static int
says(const char *settings, const struct rule *rule)
{
    const char *text = json_text(settings, rule->path);

    return text_same(text ? text : json_raw(settings, rule->path),
                     rule->value);
}

struct fault
check_comment(const struct catalogue_row *row,
              const struct check_content *content)
{
    size_t i;

    if (content->media_count > 0)
        return (struct fault){ FAULT_MEDIA, content->media[0].is_url
            ? "mediaUrls" : "mediaId", 0, memory_format(
                "%s takes no files in a comment.", row->title) };
    for (i = 0; content->settings != NULL
                && i < sizeof rules / sizeof rules[0]; i++)
        if (text_same(rules[i].network, row->name)
            && says(content->settings, &rules[i]))
            return (struct fault){ FAULT_FIELD, "firstComment", 0,
                                   rules[i].words };
    return NO_FAULT;
}
