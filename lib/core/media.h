/* media.h: files of a profile: what posts carry.

   A file is made durable outside any transaction, gets its name (media_keep),
   then its row (media_create, media_adopt). A program that dies between the
   two leaves a file without a row, which nothing refers to. */
#ifndef MEDIA_H
#define MEDIA_H
#include <stdint.h>
#include "core/fault.h"
#include "core/media_store.h"
#include "core/media_type.h"

enum { MEDIA_UPLOAD_MOST = 50 * 1024 * 1024 };

/* A file that becomes media. The caller sets the first four. */
struct media_new {
    const char *profile;
    const char *name, *alt;     /* file name as sent, alt text; or NULL */
    const char *source_url;     /* where it was fetched from, or NULL */
    char id[ID_ROOM];           /* these are media_keep()'s */
    struct media_facts facts;
    int64_t bytes;
    uint8_t hash[HASH_BYTES];
};

/* May this profile upload so many more bytes? Its owner's plan and storage
   say: FAULT_UPLOAD_PLAN, FAULT_STORAGE_QUOTA. Asked with 1 before a body is
   read, and again by media_create(). What the publisher fetched and what was
   deleted does not count. */
struct fault media_allowed(const char *profile, int64_t bytes);

/* Look at the finished file and give it its lasting place. The temporary file
   is gone afterwards. Faults: FAULT_FILE_MISSING (no bytes), FAULT_FILE_TYPE,
   FAULT_DISK_FULL, FAULT_INTERNAL. */
struct fault media_keep(struct media_temp *, struct media_new *);

/* Inside a transaction: the row of an upload, and its event. On a fault
   (those of media_allowed, and FAULT_RATE for more than uploads_an_hour) the
   file is removed again. */
struct fault media_create(const struct media_new *);

/* Inside a transaction: the row of what the publisher fetched. It is born
   deleted: it stands in no list, and its file goes once no post needs it. */
void media_adopt(const struct media_new *);

/* Remove the file of media that got no row after all. */
void media_discard(const struct media_new *);

/* Inside a transaction: take media out of a profile's lists and quota.
   FAULT_MEDIA_NOT_FOUND where it is not there. Its row stays, because posts
   show it; its file goes with the commit unless a post may still send it. */
struct fault media_delete(const char *id, const char *profile);

/* Inside a transaction after which a target is posted, cancelled or hidden:
   with the commit, the files of deleted media among what it carries go,
   unless another target may still send them. */
void media_release(const char *target);

/* Remove the files of a day ago and more that have no row, and those of
   deleted media that no post may still send: what a program that died left
   behind. Returns how many. */
int media_sweep(void);

/* An absolute URL that serves a file without a key, for a day and up to an
   hour more: it changes once an hour, so that caches can keep it. The second
   form appends it. */
const char *media_serve_url(const char *id, const char *extension);
void media_add_serve_url(struct text *, const char *id, const char *extension);

/* Is this what media_serve_url() made, and not yet expired? key is ID.EXT;
   expires and signature are as the URL has them. NULLs are not. */
int media_check_signature(const char *key, const char *expires,
                          const char *signature);
#endif
