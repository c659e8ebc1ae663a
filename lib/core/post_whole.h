/* post_whole.h: what is done to a post with all its targets, for the APIs
   whose post is the whole. Inside a transaction, as post.h. */
#ifndef POST_WHOLE_H
#define POST_WHOLE_H
#include "core/post.h"

/* Cancel what waits, hide what has ended, and the post with them. Nothing is
   taken back from a network. FAULT_POST_NOT_FOUND; FAULT_POST_STATE while one
   is publishing; FAULT_POST_UNCERTAIN while one may have been sent. */
struct fault post_whole_delete(struct viewer, const char *post);

/* Send the failed targets again, now, and no other. FAULT_POST_NOT_FOUND;
   where none failed FAULT_POST_UNCERTAIN or FAULT_POST_STATE. */
struct fault post_whole_retry(struct viewer, const char *post);

/* Ask that every published target be brought to this text (post_public.h).
   *kept is a JSON object: of each target that is not asked to change, why.
   FAULT_POST_NOT_FOUND; FAULT_POST_STATE where none is published; where none
   can be edited the first one's fault; and for the text, where it does not
   fit one of those that can, check_fits()'s. */
struct fault post_whole_edit(struct viewer, const char *post,
                             const char *text, const char **kept);
#endif
