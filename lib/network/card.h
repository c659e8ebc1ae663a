/* card.h: what a link's card shows, for networks that make none themselves:
   the page is read here, and its picture goes up like any other. */
#ifndef CARD_H
#define CARD_H
#include "network/http.h"
#include "network/opengraph.h"

/* Fetch the page (opengraph_fetch()), its words cut to 300 graphemes: no
   network says how many it takes. 0 where it makes no card. */
int card_fetch(const char *url, struct opengraph *);

/* Fetch its picture, of at most 1,000,000 bytes (as much as Bluesky takes),
   under the address guard. Its MIME type, by its first bytes, with the bytes
   in *bytes; NULL where there is none, or url is NULL. */
const char *card_picture(const char *url, struct text *bytes);
#endif
