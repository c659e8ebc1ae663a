/* native_media.h: what the program media does besides its statements. */
#ifndef NATIVE_MEDIA_H
#define NATIVE_MEDIA_H
#include "dialect/native.h"

enum { NATIVE_ALT = 5000 };             /* characters of alt text */

/* What a page of uploads is taken from; the cursor is an id. */
#define NATIVE_MEDIA_FILTER \
    " FROM media WHERE profile = :my_profile AND deleted_at IS NULL" \
    " AND id < coalesce(:cursor, '~') ORDER BY id DESC"

/* Set :media_urls for a page, or for one upload. */
void native_media_sign_page(void);
void native_media_sign_one(void);

/* The operations; each ends in an answer. */
void native_media_upload(void);
void native_media_delete(void);
#endif
