/* media_strip.h: a picture without what its camera and programs wrote beside
   it: where it was taken, when, with what, by whom.

   Most networks take that out of what they are sent; some hand it on. */
#ifndef MEDIA_STRIP_H
#define MEDIA_STRIP_H
#include "base/text.h"

/* Append the picture at path, of this type, to clean, without its metadata.
   Pixels and colour profile are the same bytes; of EXIF a JPEG keeps its
   orientation. What stands behind a picture's end is cut off. Returns 1; 0
   where it is of another type than JPEG, PNG or WebP, or not as such a file
   should be: then clean holds nothing of use. */
int media_strip(const char *path, const char *type, struct text *clean);
#endif
