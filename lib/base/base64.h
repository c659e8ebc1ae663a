/* base64.h: libb64 behind two calls, without its line breaks. */
#ifndef BASE64_H
#define BASE64_H
#include "base/text.h"

/* Append bytes in base64 (RFC 4648 section 4, padded, on one line). */
void base64_add(struct text *, const void *bytes, size_t length);

/* Append bytes in base64url (RFC 4648 section 5) without padding. */
void base64url_add(struct text *, const void *bytes, size_t length);

/* Append what a base64 string stands for, with its padding or without it.
   Returns 1, or 0 where it is none. */
int base64_read(struct text *, const char *string);

/* Append what a base64url string stands for. Returns 1, or 0 where a
   character is not of its alphabet. */
int base64url_read(struct text *, const char *string);
#endif
