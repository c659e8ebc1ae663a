/* media_store.h: where media bytes are; nothing else knows their paths.

   A file is written under no name, or a temporary one, and appears whole and
   durable under ID.EXTENSION or not at all. A temporary name begins with
   "new-": one that is a day old belongs to a program that died. */
#ifndef MEDIA_STORE_H
#define MEDIA_STORE_H
#include <stddef.h>
#include <stdint.h>
#include "base/secret.h"

/* A file on its way into the store. */
struct media_temp {
    int file;                   /* open for reading and writing; -1: none */
    const char *path;           /* NULL where it has no name */
    int64_t bytes;              /* written, or measured */
    struct hash state;
};

/* Begin a file. Returns 1, or 0 with errno set; ENOSPC also when less than
   minimum_free_mb of the disk would stay free. The named form is for bytes
   that something else writes to path; it needs media_store_measure(). The
   nameless one is gone with the program. */
int media_store_begin(struct media_temp *);
int media_store_begin_nameless(struct media_temp *);
int media_store_begin_named(struct media_temp *);

/* Append bytes. Returns 1, or 0 with errno set (ENOSPC, EDQUOT: the disk is
   full). The caller hashes them, into state or a hash of its own that it puts
   there: a reader may need the hash as well, and it is half of an upload's
   work. */
int media_store_add(struct media_temp *, const void *bytes, size_t length);

/* Read what something else wrote to the file, for its size and hash. */
int media_store_measure(struct media_temp *);

/* The SHA-256 of all bytes; once, before media_store_finish(). */
void media_store_hash(struct media_temp *, uint8_t hash[HASH_BYTES]);

/* Make the bytes durable: what a caller does before it takes the writer lock,
   so that finishing under it is quick. Returns 1, or 0 with errno set. */
int media_store_sync(struct media_temp *);

/* Make the bytes durable and give them their name. Returns 1, or 0 with errno
   set. Either way the temporary file is gone afterwards. */
int media_store_finish(struct media_temp *, const char *id,
                       const char *extension);

/* Throw the bytes away. Right after a finish or an abandon, too. */
void media_store_abandon(struct media_temp *);

/* The absolute path of a stored file. */
const char *media_store_path(const char *id, const char *extension);

/* Go through the store: temporary files that are a day old are removed, and
   each other file that is_needed() says no to. It is told when the file was
   last written. What has no name of ours stays. Returns how many went. */
int media_store_sweep(int (*is_needed)(const char *id, const char *extension,
                                       int64_t written_at));

/* Remove a stored file; one that is gone already is removed. */
void media_store_delete(const char *id, const char *extension);
#endif
