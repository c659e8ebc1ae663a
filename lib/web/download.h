/* download.h: a file as the answer: ranges, validators, constant memory. */
#ifndef DOWNLOAD_H
#define DOWNLOAD_H
#include "core/fault.h"

struct download {
    const char *path, *type;
    const char *etag;           /* without quotes; its bytes never change */
    int seconds;                /* how long a browser may keep it */
};

/* Answer with the file and end the program: whole (200), one range (206, 416;
   RFC 9110 section 14), or 304 to If-None-Match. Several ranges are answered
   with the whole, as a server may. With config()->x_sendfile the web server
   sends a whole file itself. The file is shown as its type and nothing else:
   no sniffing, a sandbox without scripts, inline for images and video.
   Returns only where there is no such file: FAULT_NOT_FOUND. */
struct fault download_send(const struct download *);

/* Read a Range header for a file of so many bytes. Returns 1 and the first
   and last byte; 0 where it is to be ignored; -1 where no byte of the file
   is in it. */
int download_range(const char *header, long long bytes, long long *first,
                   long long *last);
#endif
