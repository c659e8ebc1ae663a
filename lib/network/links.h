/* links.h: the links that a text was written with. */
#ifndef LINKS_H
#define LINKS_H
#include <stddef.h>

/* Bytes of the http or https link that begins at p, a place in text; 0 where
   none does. Punctuation at its end belongs to the sentence, and so does a
   bracket it does not open. */
size_t links_length(const char *text, const char *p);

/* The first of them, or NULL. */
const char *links_first(const char *text);
#endif
