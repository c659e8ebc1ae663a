/* check_reddit.h: what Reddit allows of content, beside its catalogue row. */
#ifndef CHECK_REDDIT_H
#define CHECK_REDDIT_H
#include "core/check.h"

/* A title is one line; a link, a gallery, a video each carry what they are; a
   gallery has its text as a caption. limits is what the account's subreddit
   said when it was connected, {submission_type, allow_images, allow_videos} or
   {}, and counts where the post names no other. Its rules of titles, bodies,
   domains and flair are asked for before a post is sent. NO_FAULT, or the
   first rule that the content breaks. */
struct fault reddit_fault(const struct catalogue_row *, const char *limits,
                          const struct check_content *);
#endif
