/* upload.h: a file that comes as multipart/form-data, on its way into the
   store. */
#ifndef UPLOAD_H
#define UPLOAD_H
#include "core/media_store.h"
#include "web/multipart.h"

/* Read the request's body: its part `file`, of at most so many bytes, into the
   store's temporary file, the other parts into the form. Refuses what is no
   form or has no file. A refusal ends the program, and with it a file without
   a name. */
void upload_receive(struct multipart *, struct media_temp *, int64_t most);
#endif
