/* post_store.h: what creating and changing a post share; for core/post*.c. */
#ifndef POST_STORE_H
#define POST_STORE_H
#include "core/post.h"

/* Does the content fit each of the post's targets? The first fault of
   post_check_target(). */
struct fault post_check(const char *profile, const struct post_new *);

/* What goes to an account that was taken away would wait for ever: is that
   of the found target still there? FAULT_POST_STATE. */
struct fault post_check_account(void);

/* The target that post_find() found as it will be after a change: the one
   target of after, with its media. The faults of platform_choose(), and of
   post_check_account(). */
struct fault post_plan(struct viewer, const struct post_change *,
                       struct post_new *after);

/* What is known of each medium into content. FAULT_MEDIA_NOT_FOUND for an
   upload that is not the profile's. */
struct fault post_load_media(const char *profile, const struct post_media *,
                             struct check_content *);

/* The attachments of a target's own, added to media as they are kept. */
void post_own_media(const char *target, struct post_media *);

/* Store the media as attachments of post; of target alone, unless it
   is NULL. */
void post_store_media(const char *post, const char *target,
                      const struct post_media *);
#endif
