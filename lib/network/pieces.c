/* pieces.c: going back to a mark with what has to stay. */
#include "network/pieces.h"
#include "base/log.h"
#include "data/value.h"

#include <stdlib.h>
#include <string.h>

struct pieces
pieces_begin(void)
{
    return (struct pieces){ memory_mark(), value_count() };
}

/* A string's copy outside of what goes; NULL where it need not be saved. */
static char *
carried(const struct pieces *pieces, const char *string)
{
    char *copy = memory_is_since(&pieces->mark, string) ? strdup(string)
                                                        : NULL;

    if (copy == NULL && memory_is_since(&pieces->mark, string))
        die("out of memory");
    return copy;
}

static const char *
put_down(char *copy, const char *otherwise)
{
    const char *string = copy ? memory_copy(copy) : otherwise;

    free(copy);
    return string;
}

void
pieces_next(const struct pieces *pieces, struct job *job)
{
    char *resume = carried(pieces, job->resume);
    char *credentials = carried(pieces, job->credentials);

    value_back(pieces->values, &pieces->mark);
    memory_back(&pieces->mark);
    job->resume = put_down(resume, job->resume);
    job->credentials = put_down(credentials, job->credentials);
}
