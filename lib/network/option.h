/* option.h: the options of a post, as a driver reads them.

   What the post does not set, or sets to null, its account may. path is that
   of SQLite's JSON functions: $.silent */
#ifndef OPTION_H
#define OPTION_H
#include "network/network.h"

/* As JSON; NULL where neither sets it. */
const char *option_json(const struct job *, const char *path);

/* A text; otherwise where neither sets it. */
const char *option_text(const struct job *, const char *path,
                        const char *otherwise);

/* A switch; off where neither sets it. */
int option_is_on(const struct job *, const char *path);
#endif
