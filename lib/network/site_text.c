/* site_text.c: a post's text and media as HTML. */
#include "network/site.h"
#include "network/links.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { NAME_LENGTH = 60 };

static void
add_link(struct text *html, const char *link)
{
    text_add(html, "<a href=\"");
    text_add_markup(html, link);
    text_add(html, "\">");
    text_add_markup(html, link);
    text_add(html, "</a>");
}

/* Bytes of the line end at p; 0 where there is none. */
static size_t
newline(const char *p)
{
    return p[0] == '\n' ? 1 : p[0] == '\r' ? 1 + (size_t)(p[1] == '\n') : 0;
}

/* One line, up to its end. Returns where that is. */
static const char *
add_line(struct text *html, const char *text, const char *p)
{
    const char *plain = p;

    while (*p != '\0' && newline(p) == 0) {
        size_t length = links_length(text, p);

        if (length == 0) {
            p++;
            continue;
        }
        text_add_markup(html, memory_copy_bytes(plain, (size_t)(p - plain)));
        add_link(html, memory_copy_bytes(p, length));
        plain = p += length;
    }
    text_add_markup(html, memory_copy_bytes(plain, (size_t)(p - plain)));
    return p;
}

void
site_text_add(struct text *html, const char *text)
{
    const char *p = text;
    int ends, open = 0;

    while (*p != '\0') {
        for (ends = 0; newline(p) > 0; ends++)
            p += newline(p);
        if (*p == '\0')
            break;
        if (!open)
            text_add(html, "<p>");
        else
            text_add(html, ends > 1 ? "</p>\n<p>" : "<br>\n");
        open = 1;
        p = add_line(html, text, p);
    }
    if (open)
        text_add(html, "</p>\n");
}

static void
add_size(struct text *html, const struct site_media *media)
{
    if (media->width > 0 && media->height > 0)
        text_add_format(html, " width=\"%d\" height=\"%d\"",
                        (int)media->width, (int)media->height);
}

static void
add_video(struct text *html, const struct site_media *media, const char *url)
{
    text_add(html, "<video class=\"u-video\" controls preload=\"metadata\"");
    add_size(html, media);
    if (media->alt[0] != '\0') {
        text_add(html, " aria-label=\"");
        text_add_markup(html, media->alt);
        text_add_char(html, '"');
    }
    text_add(html, " src=\"");
    text_add_markup(html, url);
    text_add(html, "\"><a href=\"");
    text_add_markup(html, url);
    text_add(html, "\">Video</a></video>\n");
}

static void
add_image(struct text *html, const struct site_media *media, const char *url)
{
    text_add(html, "<img class=\"u-photo\" loading=\"lazy\" src=\"");
    text_add_markup(html, url);
    text_add(html, "\" alt=\"");
    text_add_markup(html, media->alt);
    text_add_char(html, '"');
    add_size(html, media);
    text_add(html, ">\n");
}

void
site_text_add_media(struct text *html, const struct site_entry *entry,
                    const char *folder)
{
    int i;

    for (i = 0; i < entry->media_count; i++) {
        const struct site_media *media = &entry->media[i];
        const char *url = memory_format("%s%s", folder, media->file);

        if (text_begins(media->type, "video/"))
            add_video(html, media, url);
        else
            add_image(html, media, url);
    }
}

const char *
site_text_name(const struct site_entry *entry)
{
    const char *start = entry->text + strspn(entry->text, " \t\r\n");
    size_t length = utf8_grapheme_bytes(start, NAME_LENGTH), line;

    if (entry->title != NULL)
        return entry->title;
    if (start[0] == '\0')
        return entry->media_count == 0 ? "Post"
               : text_begins(entry->media[0].type, "video/") ? "Video"
                                                             : "Photo";
    line = strcspn(start, "\r\n");
    if (line <= length)
        return memory_copy_bytes(start, line);
    return memory_format("%.*s\xe2\x80\xa6", (int)length, start);
}
