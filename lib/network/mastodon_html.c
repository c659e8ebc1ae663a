/* mastodon_html.c: reading a status's HTML back into text, to compare it. */
#include "network/mastodon.h"
#include "network/html.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Does the tag at p (after its <) end a line? */
static int
ends_line(const char *p)
{
    size_t name;

    p += *p == '/';
    name = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return (name == 1 && strncasecmp(p, "p", 1) == 0)
           || (name == 2 && strncasecmp(p, "br", 2) == 0)
           || (name == 2 && strncasecmp(p, "li", 2) == 0)
           || (name == 3 && strncasecmp(p, "div", 3) == 0);
}

const char *
mastodon_html_text(const char *html)
{
    struct text out = { 0 };

    while (*html != '\0') {
        if (*html == '&') {
            html = html_add_entity(&out, html);
        } else if (*html == '<') {
            if (ends_line(html + 1))
                text_add_char(&out, '\n');
            html += strcspn(html, ">");
            html += *html == '>';
        } else {
            text_add_char(&out, *html++);
        }
    }
    return text_string(&out);
}

static int
is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

const char *
mastodon_html_normal(const char *text)
{
    struct text out = { 0 };
    const char *p = text;

    while (*p != '\0') {
        size_t space = strspn(p, " \t\r\n"), name = 0;

        p += space;
        if (space > 0 && out.length > 0 && *p != '\0')
            text_add_char(&out, ' ');
        if (*p == '\0')
            break;
        text_add_char(&out, *p);
        if (*p++ != '@')
            continue;
        while (is_name(p[name]))
            name++;
        text_add_bytes(&out, p, name);
        p += name;
        if (name > 0 && *p == '@' && is_name(p[1]))
            for (p++; is_name(*p) && !(*p == '.' && !is_name(p[1])); p++)
                ;
    }
    return text_string(&out);
}
