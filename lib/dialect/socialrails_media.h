/* socialrails_media.h: uploads as SocialRails names them: by a key,
   WORKSPACE/api-uploads/images/MEDIA.EXT (or videos). */
#ifndef SOCIALRAILS_MEDIA_H
#define SOCIALRAILS_MEDIA_H
#include "core/media.h"
#include "core/post.h"
#include "dialect/socialrails.h"

enum { SOCIALRAILS_UPLOAD = 10 * 1024 * 1024 };         /* "max 10MB" */

/* Add what a JSON list of keys (or NULL) names to media; an upload's bare id
   will do. A key that is not of this workspace is refused. */
void socialrails_add_media(struct post_media *, const char *keys);

/* Inside the transaction: store the row of a file that media_keep() kept, and
   answer with its id, key and URL. */
_Noreturn void socialrails_media_reply(const struct media_new *);
#endif
