/* fetch.h: media that a post names by URL. */
#ifndef FETCH_H
#define FETCH_H
#include "network/network.h"

/* Fetch the URL of an attachment, under the address guard, into the media
   store; the attachment then has that media for good. Fills all of media but
   alt. RESULT_READY; RESULT_RETRY where the server may answer another time;
   RESULT_REJECTED where what is there cannot be used (media_error). */
struct result fetch_media(const char *url, const char *attachment,
                          struct job_media *media);
#endif
