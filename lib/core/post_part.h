/* post_part.h: what follows a post on its network: the parts of a thread,
   each a reply to the one before it, or a comment under the post.

   A part is a target of its own whose root is the post's target: with its own
   attempts and its own recovery. It is a draft until what is before it is
   posted, and due from then on. Inside a transaction, as post.h. */
#ifndef POST_PART_H
#define POST_PART_H
#include "core/post.h"

enum { POST_PARTS = 25 };

struct post_part {
    const char *text;
    const struct post_media *media;     /* or NULL */
};

struct post_parts {
    struct post_part items[POST_PARTS];
    int count;
    int is_comment;             /* it was asked for as a first comment */
};

/* The parts that a request asks for: comment is the text of a first comment,
   thread a JSON list whose items are texts or objects of text and mediaIds;
   each may be NULL. *parts stays as it is where neither is given; a text
   without a letter and an empty list mean none. FAULT_FIELD: both are given,
   or the list is none of these; FAULT_MEDIA. */
struct fault post_parts_read(const char *comment, const char *thread,
                             const struct post_parts **parts);

/* The same out of one network's options (NULL: none), where they are called
   firstComment and thread; *settings loses them. */
struct fault post_parts_take(const char **settings,
                             const struct post_parts **parts);

/* Do the parts (NULL: none) fit what they follow, with the limits and options
   of its account and target? A fault names the part. FAULT_FIELD where the
   network takes none, FAULT_CONTENT_MISSING, FAULT_MEDIA_NOT_FOUND, or what
   check_part_fits() says. */
struct fault post_parts_check(const char *profile, const struct post_target *,
                              const struct post_parts *);

/* The parts of a target that is stored; NULL where it has none. */
const struct post_parts *post_parts_load(const char *root);

/* Store them instead of those that the target has, none of which may have
   been tried; NULL: none. */
void post_parts_store(const char *root, const struct post_parts *);

/* The target is posted: what follows it is due, if it waits for that. */
void post_parts_release(const char *target);

/* May the target of this id be deleted? FAULT_POST_STATE while a part of it
   is on its way, FAULT_POST_UNCERTAIN while one may be. */
struct fault post_parts_at_rest(const char *root);

/* The target is cancelled or deleted: its parts that wait never go out, and
   nothing of it is kept for them. */
void post_parts_cancel(const char *root);

/* Of a target that has parts, set :thread to them as JSON, in order, and
   :warning to POST_PARTS_WARNING; of another, both to null. */
void post_parts_show(const char *root);

/* For statements, over a row `t` of target: what its owner is to know where
   not all of a public post is public, or null. */
#define POST_PARTS_WARNING \
    "(SELECT 'Part ' || w.part || ' of what follows this post is not" \
    " published: ' || coalesce(w.reason, w.state) FROM target w" \
    " WHERE t.state = 'posted' AND w.root = t.id AND (w.held_at IS NOT NULL" \
    "  OR w.state IN ('failed', 'uncertain', 'cancelled'))" \
    " ORDER BY w.part LIMIT 1)"
#endif
