/* opengraph.h: what a web page says about itself for a link's card.

   The Open Graph protocol (ogp.me) puts <meta property="og:title"
   content="..."> into a page's head; where it is missing, <title> and
   <meta name="description"> serve. */
#ifndef OPENGRAPH_H
#define OPENGRAPH_H
#include <stddef.h>

struct opengraph {
    const char *title, *description;    /* "" where the page has none */
    const char *image;                  /* absolute URL, or NULL */
};

/* Fetch the page at url under the address guard, through at most three
   redirects, and read its head (the first MiB of it). Returns 1, or 0 where
   there is no such page, it did not come whole, or it has no title. Memory is
   the arena's. */
int opengraph_fetch(const char *url, struct opengraph *);

/* Read the head of a page that came from url. html is clean UTF-8. */
void opengraph_read(const char *html, const char *url, struct opengraph *);

/* The absolute URL that link means on the page at base (RFC 3986 5.2, for
   http and https); NULL where it is no link to send a request to. */
const char *opengraph_resolve(const char *base, const char *link);
#endif
