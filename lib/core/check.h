/* check.h: does this content fit that network?

   Asked before anything is stored, and again by the publisher. The limits
   are the network's row in catalogue.c, made stricter or wider by what the
   account's own server said (its limits, JSON as its driver stored it). */
#ifndef CHECK_H
#define CHECK_H
#include <stdint.h>
#include "core/catalogue.h"
#include "core/fault.h"

enum { CHECK_MEDIA = 20 };

/* What is known of one attachment; of a URL that has not been fetched only
   is_url, and every other member is 0 or NULL. */
struct check_media {
    int is_url;
    const char *type;           /* MIME type */
    int64_t bytes, duration_ms;
    int width, height;
    const char *alt;            /* or NULL */
    const char *path;           /* where it lies; or NULL */
};

struct check_content {
    const char *text, *title;   /* title: NULL where there is none */
    const char *settings;       /* JSON of this network's options, or NULL */
    struct check_media media[CHECK_MEDIA];
    int media_count;
};

/* The first rule that the content breaks, with the field it concerns
   (caption, title, mediaUrls, mediaId, platformMeta.NETWORK.x), the limit and
   a sentence that names the network; NO_FAULT where it fits. The sides of
   media are check_shape.h's. Settings are
   checked too: known names with the right types (TikTok's rules are those of
   Sprkly's documentation). */
struct fault check_fits(const struct catalogue_row *, const char *limits,
                        const struct check_content *);

/* Is there something to post without a text: media, or a link post's link? */
int check_stands_alone(const struct catalogue_row *,
                       const struct check_content *);

/* The same of a part that follows a post (post_part.h): a reply has the
   limits of a post but needs no files, a comment has its own and takes none.
   The settings are those of the post. */
struct fault check_part_fits(const struct catalogue_row *, const char *limits,
                             const struct check_content *);
#endif
