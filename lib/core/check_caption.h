/* check_caption.h: what a network does not take in a caption or a title. */
#ifndef CHECK_CAPTION_H
#define CHECK_CAPTION_H
#include "core/catalogue.h"
#include "core/check.h"
#include "core/fault.h"

struct fault caption_fault(const struct catalogue_row *,
                           const struct check_content *);
#endif
