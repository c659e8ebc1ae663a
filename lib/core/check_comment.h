/* check_comment.h: what cannot be a comment, and what takes none. */
#ifndef CHECK_COMMENT_H
#define CHECK_COMMENT_H
#include "core/check.h"

/* Can this be a comment on a network that has them, under a post with these
   settings? FAULT_MEDIA where it carries files, FAULT_FIELD where such a post
   takes no comments, with a sentence. Its length is not looked at. */
struct fault check_comment(const struct catalogue_row *,
                           const struct check_content *);
#endif
