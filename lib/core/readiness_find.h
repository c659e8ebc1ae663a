/* readiness_find.h: what the parts of readiness.h share. */
#ifndef READINESS_FIND_H
#define READINESS_FIND_H
#include "core/readiness.h"

/* Add a need; what passes NEEDS_MOST is left out. */
void readiness_add(struct needs *, const char *code, int blocks,
                   int64_t until_at, const char *words);

/* What any account on this server needs. */
void readiness_of_server(struct needs *);
#endif
