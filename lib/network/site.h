/* site.h: what the parts of the `site` network share: a person's own feed
   under the web server's document root. Not for use outside network/.

   SITE_DIR/HANDLE/
     index.html feed.xml feed.json      the newest posts
     p/2026/11/21-100000-NAME.html      a post's page: its permalink
     p/2026/11/21-100000-NAME.json      its entry: what the page was made of
     media/HASH.jpg                     files, named by their content

   A post is out once its entry is in place; index and feeds are a function
   of the newest entries and the account's settings alone, so they can be
   rebuilt at any time and do not change when nothing did. All writing is
   done under one lock a site. */
#ifndef SITE_H
#define SITE_H
#include <stddef.h>
#include <stdint.h>
#include "network/network.h"

enum {
    SITE_ENTRIES = 50,                  /* most entries in index and feeds */
    SITE_ENTRY_BYTES = 16 * 1024 * 1024, /* most of one entry's file */
    SITE_FEED_TEXT = 256 * 1024,        /* older entries go beyond this text:
                                           hubs refuse large feeds */
    SITE_DOCUMENT = 64 * 1024 * 1024,   /* most of any document */
    SITE_HUBS = 5
};

struct site {
    const char *handle;
    const char *folder;                 /* no slash at the end */
    const char *url;                    /* with a slash at the end */
    const char *title, *author, *language;
    const char *hubs[SITE_HUBS];
    int hub_count;
};

struct site_media {
    const char *file;                   /* its name in media/ */
    const char *type, *alt;
    int64_t bytes, width, height, duration_ms;
};

struct site_entry {
    const char *name;                   /* 2026/11/21-100000-NAME */
    const char *id;                     /* permanent, whatever moves later */
    const char *title, *summary, *category;     /* NULL where there is none */
    const char *text;
    int64_t published;
    struct site_media media[MEDIA_MOST];
    int media_count;
};

/* ----------------------------------- site_build.c: putting files in place */

/* Wait for the site's lock. Returns it for lock_release(), or -1 with errno.
   The other functions here run under it; they return 1, or 0 with errno. */
int site_build_lock(const struct site *);

/* Make the site's folders, and those of an entry of that name; NULL: none. */
int site_build_folders(const struct site *, const char *name);

/* Copy the job's media into the site, unless they are there, and list them
   in the entry. */
int site_build_media(const struct site *, const struct job *,
                     struct site_entry *);

/* Put a document at this path below the site's folder. */
int site_build_file(const struct site *, const char *file,
                    const char *document);

/* Write index and feeds from the entries that are there. */
int site_build_lists(const struct site *);

/* Take a post away: its page, its entry, the files that no other entry
   carries; and write the lists anew. What is gone already is right. */
int site_build_remove(const struct site *, const char *name);

/* ---------------------------------------------------- site_entry.c: entries */

/* Write an entry's file. Returns 1, or 0 with errno. */
int site_entry_write(const struct site *, const struct site_entry *);

/* Read the entry of that name. Returns 1, or 0 where there is none. */
int site_entry_read(const struct site *, const char *name,
                    struct site_entry *);

/* Remove an entry's file. Returns 1, also where it is gone; 0 with errno. */
int site_entry_remove(const struct site *, const char *name);

/* Does an entry of another name speak of this file of media/? */
int site_entry_uses(const struct site *, const char *file,
                    const char *besides);

/* Is there an entry of that name? */
int site_entry_exists(const struct site *, const char *name);

/* The newest entries, newest first: at most SITE_ENTRIES, and fewer when
   their text passes SITE_FEED_TEXT. A file that is no entry is passed over.
   Returns how many. */
int site_entry_newest(const struct site *, struct site_entry *entries);

/* ------------------------------------------------ site_text.c: text as HTML */

/* A text as paragraphs: blank lines part them, newlines are <br>, and what
   begins with http:// or https:// is a link. */
void site_text_add(struct text *html, const char *text);

/* An entry's images and videos; media is the URL of their folder. */
void site_text_add_media(struct text *html, const struct site_entry *,
                         const char *media);

/* What an entry is called in a list: its title, or how its text begins. */
const char *site_text_name(const struct site_entry *);

/* -------------------------------------------------- site_page.c: HTML pages */

/* A post's own page, with one h-entry. */
const char *site_page_of_entry(const struct site *,
                               const struct site_entry *);

/* The newest posts as an h-feed. */
const char *site_page_index(const struct site *, const struct site_entry *,
                            int count);

/* -------------------------------------- site_feed.c: Atom and JSON Feed 1.1 */

/* updated says when the newest change was. */
const char *site_feed_atom(const struct site *, const struct site_entry *,
                           int count, int64_t updated);
const char *site_feed_json(const struct site *, const struct site_entry *,
                           int count);
#endif
