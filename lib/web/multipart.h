/* multipart.h: reading multipart/form-data (RFC 7578) as it comes, with one
   file in it.

   The file's bytes go on piece by piece and are never held; small fields are
   kept. Nothing that a part's headers say is believed: a file name is only a
   label, a declared type is ignored. Memory does not depend on the body. */
#ifndef MULTIPART_H
#define MULTIPART_H
#include <stddef.h>
#include <stdint.h>
#include "base/secret.h"
#include "core/fault.h"

enum {
    MULTIPART_PARTS = 20,               /* most parts of a body */
    MULTIPART_FIELD = 32 * 1024,        /* most bytes of a field's value */
    MULTIPART_LINE = 8 * 1024,          /* most bytes of a header line */
    MULTIPART_NAME = 255                /* most bytes kept of a file name */
};

struct multipart {
    /* What the caller sets. read is as request_body_some(). write takes the
       file's next bytes and answers 1, or 0 where they cannot be kept. */
    const char *boundary;
    long (*read)(void *room, size_t length);
    int (*write)(void *context, const void *bytes, size_t length);
    void *context;
    const char *file_field;             /* the part that is the file */
    int64_t file_most;                  /* its most bytes */

    /* What was read. */
    int has_file;
    struct hash file_hash;      /* over the file's bytes, not yet ended */
    const char *file_name;      /* its last component, clean text of at most
                                   MULTIPART_NAME bytes; NULL: none sent */
    int field_count;
    struct { const char *name, *value; } fields[MULTIPART_PARTS];
    uint8_t fingerprint[HASH_BYTES];    /* over the parts' names, file names
                                           and bytes, but not the boundary */
};

/* The boundary of a Content-Type; NULL where it is no multipart/form-data
   with a boundary of 1 to 70 of RFC 2046's characters. */
const char *multipart_boundary(const char *content_type);

/* Read the body to its end. Faults: FAULT_BODY_SHORT (it ends too early),
   FAULT_FILE_TOO_LARGE (the file, or all parts together), FAULT_FIELD (a
   malformed, doubled or overlong part), FAULT_DISK_FULL (write said 0). */
struct fault multipart_read(struct multipart *);

/* The value of a field, clean UTF-8; NULL where it was not sent. */
const char *multipart_field(const struct multipart *, const char *name);
#endif
