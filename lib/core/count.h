/* count.h: how long a text is, as each network counts it. */
#ifndef COUNT_H
#define COUNT_H
#include <stddef.h>
#include "core/catalogue.h"

/* The length of clean UTF-8 text in a network's counting. url_length is what
   a link counts as where the counting shortens links (Mastodon's servers say
   so in characters_reserved_per_url; 0: 23). Where a network's rule cannot be
   followed to the letter the answer is rather too high: a text that fits by
   this count fits there. */
size_t count_text(enum counting, const char *text, int url_length);
#endif
