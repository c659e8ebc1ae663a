/* check_reddit.h: what Reddit allows of content, beside its catalogue row. */
#ifndef CHECK_REDDIT_H
#define CHECK_REDDIT_H
#include "core/check.h"

/* A title is one line; a link, a gallery, a video each carry what they are; a
   gallery has its text as a caption. limits is what the account's subreddit
   said when it was connected or synced, {submission_type, allow_images,
   allow_videos} and what check_subreddit.h reads, or {}, and counts where the
   post names no other; all of it is asked anew before a post is sent.
   NO_FAULT, or the first rule that the content breaks. */
struct fault reddit_fault(const struct catalogue_row *, const char *limits,
                          const struct check_content *);
#endif
