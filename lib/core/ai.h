/* ai.h: what an AI that writes posts is told, and what a text costs. */
#ifndef AI_H
#define AI_H
#include <stddef.h>
#include "core/catalogue.h"

enum { AI_CREDITS = 2 };        /* for one text */

#define AI_TONES \
    "professional casual friendly formal humorous inspirational educational" \
    " persuasive"

/* The instructions for one post of at most so many characters, in one of these
   tones, for a network (NULL: any) with its limit. */
const char *ai_instructions(const struct catalogue_row *, size_t most,
                            const char *tone);
#endif
