/* upload.c: from the request's body into the media store. */
#include "web/upload.h"
#include "web/reply.h"
#include "web/request.h"

#include <errno.h>

enum { OTHER_PARTS = 1024 * 1024 };     /* bytes beside the file */

static int
store_bytes(void *temp, const void *bytes, size_t length)
{
    return media_store_add(temp, bytes, length);
}

void
upload_receive(struct multipart *form, struct media_temp *temp, int64_t most)
{
    *form = (struct multipart){
        .boundary = multipart_boundary(request.full_type),
        .read = request_body_some, .write = store_bytes, .context = temp,
        .file_field = "file", .file_most = most
    };
    if (form->boundary == NULL)
        refuse((struct fault){ FAULT_BODY_TYPE, NULL, 0,
               "Content-Type must be multipart/form-data with a boundary" });
    if (request.length > most + OTHER_PARTS)
        refuse((struct fault){ FAULT_FILE_TOO_LARGE, "file", most, NULL });
    if (!media_store_begin(temp))
        refuse_kind(errno == ENOSPC || errno == EDQUOT ? FAULT_DISK_FULL
                                                       : FAULT_INTERNAL);
    refuse_if(multipart_read(form));
    if (!form->has_file)
        refuse_kind(FAULT_FILE_MISSING);
    temp->state = form->file_hash;
}
