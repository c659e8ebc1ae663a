/* fit.h: cutting a text to what a network takes. */
#ifndef FIT_H
#define FIT_H
#include <stddef.h>
#include "core/catalogue.h"

/* The text, if the network (NULL: any) takes it and it has at most so many
   code points; else its longest beginning that fits, cut behind a sentence
   where one ends in its second half, else behind a word there, else between
   two graphemes. The text is clean UTF-8. */
const char *fit_text(const struct catalogue_row *, size_t most,
                     const char *text);

/* A title for a network that requires one, for APIs that have no titles: the
   text's first line that is not blank, cut to the network's limit. NULL where
   the network requires none or the text is blank. */
const char *fit_title(const struct catalogue_row *, const char *text);
#endif
