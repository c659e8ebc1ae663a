/* check_shape.h: how wide, how tall, how long a network's media may be.

   Beside the numbers of its catalogue row: sides in pixels, the ratio of
   width to height, the shortest video. */
#ifndef CHECK_SHAPE_H
#define CHECK_SHAPE_H
#include "core/check.h"

/* The first of these rules that one file breaks, as a FAULT_MEDIA with a
   sentence that names the network; NO_FAULT where it breaks none. What is not
   known of the file (0) breaks none. limits is what the account's server
   said, JSON or NULL: X's Premium may more; settings is JSON of this network's
   options, or NULL: a Facebook reel has rules of its own. */
struct fault shape_fault(const struct catalogue_row *, const char *limits,
                         const char *settings, const struct check_media *);

/* The most bytes of a file of a type: this type's own number (X's GIFs), else
   the row's; 0: no limit. type is NULL where it is not known. */
long long shape_bytes(const struct catalogue_row *, const char *type);

/* Several pictures of one pin have the same sides: the first that has not, in
   the same way. Other networks do not ask that. */
struct fault shapes_fault(const struct catalogue_row *,
                          const struct check_content *);
#endif
