/* native_post.h: the fields that create and change a post at /api/v1, for
   the programs posts and publish. */
#ifndef NATIVE_POST_H
#define NATIVE_POST_H
#include "core/post.h"
#include "data/json.h"
#include "dialect/native.h"

enum { NATIVE_CAPTION = 2200 };         /* Sprkly: "Max 2,200 chars" */

/* "Post payload fields" of Sprkly's documentation, and beside them mediaIds
   (several uploads), altTexts (one for each of the media, in order), timezone
   (for times without an offset), draft, and what follows the post: firstComment
   and thread, also among a network's options in platformMeta. */
extern const struct field native_post_fields[];

/* The post that these fields, already taken, describe; due_at is 0 where no
   scheduledTime was sent. Refuses what core/ finds wrong. */
struct post_new *native_post_read(void);

/* The media that the fields describe, added to media. */
void native_post_media(struct post_media *);

/* The members of platformMeta: how many; each an object of options under its
   network's name. Refuses any other, and a network that comes twice. */
int native_post_options(struct json_member **networks);

/* scheduledTime in milliseconds; 0 where none was sent. The first moment of
   1970 is given as the next, which is as long past. */
int64_t native_post_due(void);

/* Create it and answer { postIds, status, scheduledTime }. */
_Noreturn void native_post_create(struct post_new *);
#endif
