/* socialsyncer_post.h: the operations on posts at /socialsyncer/v1. */
#ifndef SOCIALSYNCER_POST_H
#define SOCIALSYNCER_POST_H
#include "dialect/socialsyncer.h"

extern const struct field syncer_post_fields[];
extern const struct field syncer_filter_fields[];
extern const struct field syncer_edit_fields[];

/* Before a page or one post: sign the URLs of the uploads in it. */
void syncer_sign_page(void);
void syncer_sign_one(void);

/* The operations; each ends in an answer. */
void syncer_create(void);
void syncer_edit(void);
void syncer_delete(void);
void syncer_retry(void);
#endif
