/* site_page.c: the pages people see, with microformats2 marks.

   A page needs nothing but itself and the images beside it: no script, no
   font, no other host; its Content-Security-Policy says so and names the one
   style sheet by its hash. */
#include "network/site.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/secret.h"

#include <string.h>
#include <time.h>

static const char style[] =
":root{color-scheme:light dark;--ink:#1d2328;--soft:#5c6770;--line:#dfe3e6;"
"--paper:#fff;--ground:#f4f5f6;--accent:#0b5a8f}\n"
"@media(prefers-color-scheme:dark){:root{--ink:#e6e8ea;--soft:#9aa5ad;"
"--line:#333a40;--paper:#1d2226;--ground:#14181b;--accent:#7cc0ee}}\n"
"*{box-sizing:border-box}\n"
"body{margin:0;background:var(--ground);color:var(--ink);"
"font:1.0625rem/1.6 system-ui,sans-serif}\n"
"header,main,footer{max-width:42rem;margin:0 auto;padding:0 1rem}\n"
"header{padding-top:2.5rem;padding-bottom:1rem}\n"
"main h1{font-size:1.75rem;line-height:1.25;margin:0}\n"
"main h2,article h1{font-size:1.3rem;line-height:1.3;margin:0 0 .5rem}\n"
".top{padding:2.5rem 0 1rem}.top p{margin:.25rem 0 0}\n"
"article{background:var(--paper);border:1px solid var(--line);"
"border-radius:.75rem;padding:1.25rem 1.5rem;margin:0 0 1.25rem;"
"overflow-wrap:anywhere}\n"
"article p{margin:0 0 .75rem}\n"
"a{color:var(--accent);text-underline-offset:.15em}\n"
"a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}\n"
".name,.meta a{color:inherit}.name,.home{text-decoration:none}\n"
".name:hover,.home:hover{text-decoration:underline}\n"
"img,video{display:block;max-width:100%;height:auto;border-radius:.5rem;"
"margin:0 0 .75rem;background:var(--line)}\n"
"video{width:100%}\n"
".p-summary,.meta,footer,.top p{color:var(--soft)}\n"
".meta,footer,.top p{font-size:.9375rem}.meta{margin:.25rem 0 0}\n"
".empty{color:var(--soft)}\n"
"footer{padding-top:.5rem;padding-bottom:2.5rem}\n";

/* "21 November 2026, 10:00 UTC" */
static const char *
date_for_people(int64_t time)
{
    static const char *const months[] = {
        "January", "February", "March", "April", "May", "June", "July",
        "August", "September", "October", "November", "December"
    };
    time_t seconds = (time_t)(time / SECOND);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    return memory_format("%d %s %d, %02d:%02d UTC", parts.tm_mday,
                         months[parts.tm_mon], parts.tm_year + 1900,
                         parts.tm_hour, parts.tm_min);
}

static const char *
permalink(const struct site *site, const struct site_entry *entry)
{
    return memory_format("%sp/%s.html", site->url, entry->name);
}

/* <name class="classes">value</name>, escaped. */
static void
add_element(struct text *html, const char *name, const char *classes,
            const char *value)
{
    text_add_format(html, "<%s class=\"%s\">", name, classes);
    text_add_markup(html, value);
    text_add_format(html, "</%s>\n", name);
}

static void
add_link(struct text *html, const char *classes, const char *url,
         const char *value)
{
    text_add_format(html, "<a class=\"%s\" href=\"", classes);
    text_add_markup(html, url);
    text_add(html, "\">");
    text_add_markup(html, value);
    text_add(html, "</a>");
}

static void
add_policy(struct text *html)
{
    uint8_t hash[HASH_BYTES];

    hash_bytes(style, strlen(style), hash);
    text_add(html, "<meta http-equiv=\"Content-Security-Policy\" content=\""
             "default-src 'none'; img-src 'self'; media-src 'self';"
             " base-uri 'none'; form-action 'none'; style-src 'sha256-");
    base64_add(html, hash, sizeof hash);
    text_add(html, "'\">\n");
}

static void
add_feed_link(struct text *html, const struct site *site, const char *file,
              const char *type)
{
    text_add_format(html, "<link rel=\"alternate\" type=\"%s\" title=\"",
                    type);
    text_add_markup(html, site->title);
    text_add(html, "\" href=\"");
    text_add_markup(html, memory_format("%s%s", site->url, file));
    text_add(html, "\">\n");
}

/* From <!DOCTYPE> to <body>. url is the page's own. */
static void
add_head(struct text *html, const struct site *site, const char *title,
         const char *url)
{
    text_add(html, "<!DOCTYPE html>\n<html lang=\"");
    text_add_markup(html, site->language);
    text_add(html, "\">\n<head>\n<meta charset=\"utf-8\">\n");
    add_policy(html);
    text_add(html, "<meta name=\"viewport\""
             " content=\"width=device-width, initial-scale=1\">\n<title>");
    text_add_markup(html, title);
    text_add(html, "</title>\n<link rel=\"canonical\" href=\"");
    text_add_markup(html, url);
    text_add(html, "\">\n");
    add_feed_link(html, site, "feed.xml", "application/atom+xml");
    add_feed_link(html, site, "feed.json", "application/feed+json");
    text_add_format(html, "<style>%s</style>\n</head>\n<body>\n", style);
}

static void
add_foot(struct text *html, const char *base)
{
    text_add_format(html, "<footer>Follow by <a href=\"%sfeed.xml\">Atom</a>"
                    " or <a href=\"%sfeed.json\">JSON Feed</a></footer>\n"
                    "</body>\n</html>\n", base, base);
}

/* The line under an entry: when, who, what about. */
static void
add_meta(struct text *html, const struct site *site,
         const struct site_entry *entry)
{
    char room[CLOCK_ROOM];

    text_add(html, "<p class=\"meta\"><a class=\"u-url u-uid\" href=\"");
    text_add_markup(html, permalink(site, entry));
    text_add_format(html, "\"><time class=\"dt-published\" datetime=\"%s\">",
                    clock_print(entry->published, CLOCK_SECONDS, room));
    text_add_format(html, "%s</time></a> by <span class=\"p-author h-card\">",
                    date_for_people(entry->published));
    add_link(html, "p-name u-url", site->url, site->author);
    text_add(html, "</span>");
    if (entry->category != NULL) {
        text_add(html, " in <span class=\"p-category\">");
        text_add_markup(html, entry->category);
        text_add(html, "</span>");
    }
    text_add(html, "</p>\n");
}

/* One h-entry. heading is the element of a title; base leads from the page
   to the site's folder. A note is its own name. */
static void
add_entry(struct text *html, const struct site *site,
          const struct site_entry *entry, const char *heading,
          const char *base)
{
    text_add(html, "<article class=\"h-entry\">\n");
    if (entry->title != NULL)
        add_element(html, heading, "p-name", entry->title);
    if (entry->summary != NULL)
        add_element(html, "p", "p-summary", entry->summary);
    text_add_format(html, "<div class=\"%se-content\">\n",
                    entry->title == NULL ? "p-name " : "");
    site_text_add(html, entry->text);
    text_add(html, "</div>\n");
    site_text_add_media(html, entry, memory_format("%smedia/", base));
    add_meta(html, site, entry);
    text_add(html, "</article>\n");
}

const char *
site_page_of_entry(const struct site *site, const struct site_entry *entry)
{
    struct text html = { .limit = SITE_DOCUMENT };

    add_head(&html, site, memory_format("%s \xc2\xb7 %s",
             site_text_name(entry), site->title), permalink(site, entry));
    text_add(&html, "<header>");
    add_link(&html, "home", "../../../", site->title);
    text_add(&html, "</header>\n<main>\n");
    add_entry(&html, site, entry, "h1", "../../../");
    text_add(&html, "</main>\n");
    add_foot(&html, "../../../");
    return text_string(&html);
}

const char *
site_page_index(const struct site *site, const struct site_entry *entries,
                int count)
{
    struct text html = { .limit = SITE_DOCUMENT };
    int i;

    add_head(&html, site, site->title, site->url);
    text_add(&html, "<main class=\"h-feed\">\n<div class=\"top\">"
             "<h1 class=\"p-name\">");
    add_link(&html, "u-url name", site->url, site->title);
    text_add(&html, "</h1>\n<p class=\"p-author h-card\">");
    add_link(&html, "p-name u-url name", site->url, site->author);
    text_add(&html, "</p></div>\n");
    if (count == 0)
        add_element(&html, "p", "empty", "Nothing has been posted yet.");
    for (i = 0; i < count; i++)
        add_entry(&html, site, &entries[i], "h2", "");
    text_add(&html, "</main>\n");
    add_foot(&html, "");
    return text_string(&html);
}
