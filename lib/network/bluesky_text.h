/* bluesky_text.h: what in a text is a link, a mention or a hashtag.

   Bluesky shows a text as it is and makes nothing in it active by itself: a
   post carries facets, which say what the bytes from start to end are. What
   is found is what Bluesky's own app finds: the expressions of
   bluesky-social/atproto, packages/api/src/rich-text/{util,detection}.ts
   (August 2026), with four differences, each because the app's answer makes
   a PDS refuse the whole post or shows nothing: a link must be a URI as
   packages/syntax/src/uri.ts checks it; a bare domain that begins with
   "http" gets its https:// too; a tag has at most 640 bytes; and of two
   facets that overlap the first one stays. */
#ifndef BLUESKY_TEXT_H
#define BLUESKY_TEXT_H
#include <stddef.h>

enum bluesky_facet_kind { FACET_LINK, FACET_MENTION, FACET_TAG };

struct bluesky_facet {
    size_t start, end;          /* bytes of the text; end is the first after */
    enum bluesky_facet_kind kind;
    const char *value;          /* URI; handle without @; tag without # */
};

/* Find the facets of clean UTF-8 text, in order and without overlap. Sets
   *facets to them and returns how many there are. Memory is the arena's. */
int bluesky_text_facets(const char *text, struct bluesky_facet **facets);
#endif
