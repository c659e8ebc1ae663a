/* picture.h: a cover or thumbnail that a post names by URL. */
#ifndef PICTURE_H
#define PICTURE_H
#include "network/http.h"

struct picture {
    struct text bytes;
    const char *type;           /* image/jpeg or image/png; NULL: it is none */
    const char *file_name;      /* cover.jpg or cover.png */
    const char *why;            /* where type is NULL: not a whole sentence */
    struct http_answer answer;
};

/* Fetch a picture of at most so many bytes, in so many seconds, under the
   address guard. What it is its first bytes say. */
struct picture picture_fetch(const char *url, long long most, int seconds);
#endif
