/* check_frames.h: how many frames a network's GIFs may have. */
#ifndef CHECK_FRAMES_H
#define CHECK_FRAMES_H
#include "core/catalogue.h"
#include "core/check.h"
#include "core/fault.h"

/* They are counted in the file itself, where one has a path and the network a
   limit. FAULT_MEDIA, or NO_FAULT. */
struct fault check_frames(const struct catalogue_row *,
                          const struct check_media *);
#endif
