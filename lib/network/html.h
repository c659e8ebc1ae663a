/* html.h: a small reader of HTML that others wrote: entities, tags and their
   attributes, as far as a page's head and a status need them. Nothing of it
   is ever shown as HTML. */
#ifndef HTML_H
#define HTML_H
#include "base/text.h"

/* Add what the & at p stands for, or the & itself where that is nothing we
   know. Returns what follows. */
const char *html_add_entity(struct text *, const char *p);

/* Tag by tag through a page: start one as { .rest = html }. */
struct html_reader {
    const char *rest;           /* where to go on */
    const char *tag;            /* the tag's name, behind its < */
};

/* Go to the next tag. Comments, and what stands in script and style, hold no
   tags. Returns 0 at the end. */
int html_next(struct html_reader *);

/* Is the tag of that name, in any case? A closing tag's begins with /. */
int html_is(const struct html_reader *, const char *name);

/* The value of the tag's attribute, its entities read; NULL where it has
   none. It may stand in quotes of both kinds, or in none. */
const char *html_attribute(const struct html_reader *, const char *name);

/* The text between the tag and the next one, its entities read and its white
   space folded. */
const char *html_text(const struct html_reader *);
#endif
