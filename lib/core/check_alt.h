/* check_alt.h: what becomes of alt text that a network has no place for. */
#ifndef CHECK_ALT_H
#define CHECK_ALT_H
#include "core/catalogue.h"
#include "core/check.h"

/* A sentence where the network does not show the alt text of the content's
   files, or not of each; NULL where it does, or where they have none. It is
   no fault. */
const char *check_alt_warning(const struct catalogue_row *,
                              const struct check_content *);
#endif
