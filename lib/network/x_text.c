/* x_text.c: a post's text as its author wrote it.

   X gives back "Hello &amp; https://t.co/abc": links under its shortener, of
   which entities.urls tells what they lead to, and three marks escaped. Media
   is a link at the end. */
#include "network/x.h"
#include "base/memory.h"
#include "data/json.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* text with each occurrence of word replaced. */
static const char *
replace(const char *text, const char *word, const char *by)
{
    struct text made = { 0 };
    size_t length = strlen(word);
    const char *found;

    if (length == 0)
        return text;
    while ((found = strstr(text, word)) != NULL) {
        text_add_bytes(&made, text, (size_t)(found - text));
        text_add(&made, by);
        text = found + length;
    }
    text_add(&made, text);
    return text_string(&made);
}

/* Is this link of entities.urls the post's own media? */
static int
is_media(const char *link, const char *expanded)
{
    return json_text(link, "$.media_key") != NULL
           || (strstr(expanded, "/status/") != NULL
               && (strstr(expanded, "/photo/") != NULL
                   || strstr(expanded, "/video/") != NULL));
}

/* What is longer than 280 characters stands in note_tweet. */
const char *
x_text_of(const char *post)
{
    const char *text = json_text(post, "$.note_tweet.text");
    struct json_member *links;
    int i, count;

    if (text != NULL) {
        count = json_members(post, "$.note_tweet.entities.urls", &links);
    } else {
        text = json_text(post, "$.text");
        count = json_members(post, "$.entities.urls", &links);
    }
    if (text == NULL)
        return "";
    for (i = 0; i < count; i++) {
        const char *link = links[i].json;
        const char *url = json_text(link, "$.url");
        const char *expanded = json_text(link, "$.expanded_url");

        if (url != NULL && expanded != NULL)
            text = replace(text, url, is_media(link, expanded) ? ""
                                                               : expanded);
    }
    text = replace(replace(text, "&lt;", "<"), "&gt;", ">");
    return replace(text, "&amp;", "&");
}

static int
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* X puts a scheme before links that have none, and a slash behind some. */
const char *
x_text_normal(const char *text)
{
    utf8proc_uint8_t *normal = utf8proc_NFC((const utf8proc_uint8_t *)text);
    const char *at = normal ? (const char *)normal : text;
    struct text made = { 0 };

    at = replace(replace(at, "https://", ""), "http://", "");
    for (; *at != '\0'; at++) {
        if (*at == '/' && (at[1] == '\0' || is_blank(at[1])))
            continue;
        if (!is_blank(*at))
            text_add_char(&made, *at);
        else if (made.length > 0 && made.data[made.length - 1] != ' ')
            text_add_char(&made, ' ');
    }
    if (made.length > 0 && made.data[made.length - 1] == ' ')
        made.data[--made.length] = '\0';
    free(normal);
    return text_string(&made);
}
