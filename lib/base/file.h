/* file.h: whole files and folders, put in place so that no reader ever meets
   half of one, and no crash leaves half of one behind. */
#ifndef FILE_H
#define FILE_H
#include <stddef.h>
#include "base/text.h"

/* Functions return 1, or 0 with errno set. What they make can be read by
   everybody (files 0644, folders 0755, whatever the umask): it is for a web
   server. They are durable when they return. Two processes must not replace
   one path at a time: their callers hold a lock (lock.h). */

/* Make a folder whose parent is there; one that is there already is right. */
int file_make_folder(const char *path);

/* Put bytes at path: written to path.new, synced, renamed, folder synced. A
   file that holds these bytes already is left as it is, with its time. */
int file_replace(const char *path, const void *bytes, size_t length);

/* Copy a file the same way. */
int file_copy(const char *from, const char *path);

/* Remove a file; one that is gone already is right. */
int file_remove(const char *path);

/* Append the file's bytes to text. EFBIG where it has more than limit. */
int file_read(const char *path, size_t limit, struct text *text);
#endif
