/* media_links.h: signed URLs of uploads, for statements that show them. */
#ifndef MEDIA_LINKS_H
#define MEDIA_LINKS_H

/* Run a statement that gives the columns link_media (an id) and
   link_extension, and set :media_urls to a JSON object of each id and its
   freshly signed URL (core/media.h). */
void media_links(const char *sql);

/* In SQL: the URL of an upload, by its id, out of :media_urls; or null. It is
   asked for each of a page's thousands, so it must not read all of them. */
#define MEDIA_URL(id) \
    "json_extract(:media_urls, '$.\"' || " id " || '\"')"

/* Run a statement that gives the columns link_url (as it came, or null) and,
   where that is null, link_media and link_extension of an upload; set
   :media_list to a JSON array of their URLs, in its order. */
void media_list(const char *sql);
#endif
