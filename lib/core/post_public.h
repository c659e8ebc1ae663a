/* post_public.h: what is done to a post where it is public: edit it, take it
   away. Here it is only asked for: the publisher does it (publish/change.h),
   at once where change_now() of publish_now.h starts it, and again at its
   ticks until it is done or has failed. */
#ifndef POST_PUBLIC_H
#define POST_PUBLIC_H
#include "core/post.h"

/* What a network's rules of editing look at. */
struct post_public {
    int64_t published_at;
    int edits;                  /* that it had */
    int media;                  /* files that it carries */
};

/* May a post on this network be edited now? FAULT_UNCHANGEABLE, with a
   sentence that says why not. */
struct fault post_public_editable(const struct catalogue_row *,
                                  const struct post_public *, int64_t now);

/* Inside a transaction: ask that a posted target's public copy be brought to
   this text, or be taken away. A change that waits for its next try gives
   way; the same one asked for twice is one. Faults: FAULT_POST_NOT_FOUND;
   FAULT_UNCHANGEABLE where the network does not allow it, or Crier does not
   know the post's id there; FAULT_POST_STATE where it is not published, its
   account is not connected, or another change is under way;
   FAULT_POST_UNCERTAIN; and for a text those of check_fits(). */
struct fault post_public_edit(struct viewer, const char *target,
                              const char *text);
struct fault post_public_delete(struct viewer, const char *target);

/* For statements, over a row `t` of target: what became of the change of this
   kind (edit, delete) that was asked for last: pending, failed, or the word
   for done; and why it is not done, or null. */
#define POST_PUBLIC_OUTCOME(change, done) \
    "CASE WHEN EXISTS (SELECT 1 FROM change WHERE target = t.id)" \
    "  THEN 'pending'" \
    " WHEN 'done' = (SELECT outcome FROM attempt WHERE target = t.id" \
    "  AND kind = '" change "' ORDER BY number DESC LIMIT 1)" \
    "  THEN '" done "' ELSE 'failed' END"
#define POST_PUBLIC_REASON(change) \
    "(SELECT iif(outcome = 'done', NULL, coalesce(detail, category))" \
    "  FROM attempt WHERE target = t.id AND kind = '" change "'" \
    "  ORDER BY number DESC LIMIT 1)"
#endif
