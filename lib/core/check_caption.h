/* check_caption.h: what a network does not take in a caption or a title. */
#ifndef CHECK_CAPTION_H
#define CHECK_CAPTION_H
#include "core/catalogue.h"
#include "core/check.h"
#include "core/fault.h"

/* A sentence where an application without rights that are given one by one
   may be refused: X takes one cashtag of it in a post. NULL: nothing. */
const char *caption_warning(const struct catalogue_row *, const char *text);

struct fault caption_fault(const struct catalogue_row *,
                           const struct check_content *);
#endif
