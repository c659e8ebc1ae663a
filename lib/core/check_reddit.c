/* check_reddit.c: which kind of post content makes on Reddit, and whether it
   is one that goes. */
#include "core/check_reddit.h"
#include "core/check_subreddit.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "data/json.h"

#include <string.h>

enum { CAPTION_MOST = 180 };    /* of a gallery's picture: UNVERIFIED */

/* How many files of a kind, such as video/, there are; -1 where a file's kind
   is not known yet. */
static int
count(const struct check_content *content, const char *kind)
{
    int i, found = 0;

    for (i = 0; i < content->media_count; i++) {
        if (content->media[i].type == NULL)
            return -1;
        found += text_begins(content->media[i].type, kind);
    }
    return found;
}

static struct fault
wrong_setting(const char *name, const char *why)
{
    return (struct fault){ FAULT_SETTINGS,
        memory_format("platformMeta.reddit.%s", name), 0,
        memory_format("The setting reddit.%s %s.", name, why) };
}

static struct fault
wrong_media(const struct check_content *content, const char *detail)
{
    return (struct fault){ FAULT_MEDIA, content->media[0].is_url
                           ? "mediaUrls" : "mediaId", 0, detail };
}

/* A post may say what it is; it is that already. */
static struct fault
kind_fault(const char *settings, const char *is)
{
    const char *kind = json_text(settings, "$.kind");

    if (kind == NULL || text_same(kind, is)
        || (text_same(kind, "videogif") && text_same(is, "video")))
        return NO_FAULT;
    return wrong_setting("kind", memory_format(
        "is %s, and what the post carries makes it %s", kind, is));
}

/* The poster is mandatory: no network but this asks for one. */
static struct fault
video_fault(const char *settings, const struct check_content *content)
{
    int pictures = count(content, "image/");

    if (pictures > 1)
        return wrong_media(content, "Reddit takes one picture beside a video,"
                           " as its poster.");
    if (pictures == 0 && json_text(settings, "$.coverUrl") == NULL)
        return wrong_media(content, "Reddit needs a poster for a video: a"
                           " picture beside it, or reddit.coverUrl.");
    return NO_FAULT;
}

static struct fault
gallery_fault(const struct check_content *content)
{
    size_t length = utf8_code_points(content->text);

    if (length <= CAPTION_MOST)
        return NO_FAULT;
    return (struct fault){ FAULT_TEXT_TOO_LONG, "caption", CAPTION_MOST,
        memory_format("Reddit has no text in a gallery, only a caption of %d"
                      " characters under a picture, and this has %zu.",
                      CAPTION_MOST, length) };
}

/* What the subreddit said that it takes. */
static struct fault
place_fault(const char *limits, const struct check_content *content,
            const char *is)
{
    const char *taken = json_text(limits, "$.submission_type");
    const char *images = json_raw(limits, "$.allow_images");
    const char *videos = json_raw(limits, "$.allow_videos");

    if (text_same(taken, "link") && text_same(is, "self"))
        return (struct fault){ FAULT_SETTINGS, "platformMeta.reddit.url", 0,
            "This subreddit takes links, pictures and videos, and no posts"
            " that are text alone." };
    if (text_same(taken, "self") && !text_same(is, "self"))
        return (struct fault){ FAULT_SETTINGS, "platformMeta.reddit.kind", 0,
            "This subreddit takes posts of text alone." };
    if (text_same(images, "false") && text_has_word("image gallery", is))
        return wrong_media(content, "This subreddit takes no pictures.");
    if (text_same(videos, "false") && text_same(is, "video"))
        return wrong_media(content, "This subreddit takes no videos.");
    return NO_FAULT;
}

/* What the content makes; NULL where that is not known before its files are
   fetched. */
static const char *
kind_of(const char *settings, const struct check_content *content)
{
    int videos = count(content, "video/");

    if (content->media_count == 0)
        return json_text(settings, "$.url") ? "link" : "self";
    if (videos < 0)
        return NULL;
    return videos ? "video" : content->media_count > 1 ? "gallery" : "image";
}

struct fault
reddit_fault(const struct catalogue_row *row, const char *limits,
             const struct check_content *content)
{
    const char *settings = content->settings ? content->settings : "{}";
    const char *is = kind_of(settings, content);
    int own = limits != NULL && json_text(settings, "$.subreddit") == NULL;
    struct fault fault = NO_FAULT;

    if (content->title != NULL && strpbrk(content->title, "\r\n") != NULL)
        return (struct fault){ FAULT_FIELD, "title", 0, memory_format(
            "%s takes a title of one line.", row->title) };
    if (content->media_count > 0 && json_text(settings, "$.url") != NULL)
        return wrong_setting("url", "cannot go with media");
    if (own)
        fault = subreddit_fault("This subreddit", limits, content);
    if (is == NULL || fault.kind)
        return fault;
    fault = kind_fault(settings, is);
    if (!fault.kind && text_same(is, "video"))
        fault = video_fault(settings, content);
    if (!fault.kind && text_same(is, "gallery"))
        fault = gallery_fault(content);
    if (!fault.kind && own)
        fault = place_fault(limits, content, is);
    return fault;
}
