/* media_links.h: signed URLs of uploads, for statements that show them. */
#ifndef MEDIA_LINKS_H
#define MEDIA_LINKS_H

/* Run a statement that gives the columns link_media (an id) and
   link_extension, and set :media_urls to a JSON object of each id and its
   freshly signed URL (core/media.h). */
void media_links(const char *sql);
#endif
