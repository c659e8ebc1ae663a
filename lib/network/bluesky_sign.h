/* bluesky_sign.h: the classes of signs that the app's expressions for links
   and tags speak of (JavaScript's \s and \p{P}, and signs without width). */
#ifndef BLUESKY_SIGN_H
#define BLUESKY_SIGN_H
#include <stddef.h>
#include <stdint.h>

/* The code point at p in clean UTF-8, and how many bytes it takes; 0 and 0 at
   the end. */
int32_t bluesky_sign_at(const char *p, size_t *bytes);

int bluesky_sign_is_space(int32_t point);
int bluesky_sign_is_hidden(int32_t point);
int bluesky_sign_is_punctuation(int32_t point);
int bluesky_sign_is_letter(int32_t point);      /* of ASCII */
int bluesky_sign_is_digit(int32_t point);       /* of ASCII */
#endif
