/* parts.h: how every API takes what follows a post. */
#ifndef PARTS_H
#define PARTS_H
#include "core/post_part.h"

/* The fields firstComment and thread, to be followed by what a row says
   besides; post_parts_read() reads them. */
#define FIRST_COMMENT_FIELD \
    "firstComment", TEXT, 0, 10000, .words = "A comment under the post, or" \
    " a reply to it, once it is out"
#define THREAD_FIELD \
    "thread", LIST, 0, POST_PARTS, .words = "What follows the post, each a" \
    " reply to the one before: texts, or objects of text and mediaIds"
#endif
