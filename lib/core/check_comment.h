/* check_comment.h: posts that cannot be commented on. */
#ifndef CHECK_COMMENT_H
#define CHECK_COMMENT_H
#include "core/catalogue.h"
#include "core/fault.h"

/* Does a post with these options (JSON, or NULL) take a comment on a network
   that has them? FAULT_FIELD with a sentence where it does not. */
struct fault check_comment(const struct catalogue_row *,
                           const char *settings);
#endif
