/* dialect.h: how one API says things, as data.

   Everything that differs between two vocabularies is a member here or a
   shape macro beside it in dialect/; everything else is web/ and core/. */
#ifndef DIALECT_H
#define DIALECT_H
#include "base/clock.h"
#include "base/text.h"
#include "core/fault.h"

/* What an API says for one kind of fault. words is a whole sentence, used
   where the fault has no detail of its own. */
struct saying {
    enum fault_kind kind;
    int status;
    const char *code;
    const char *words;
};

struct dialect {
    const char *name;
    const struct saying *sayings;       /* ended by FAULT_NONE; the last row
                                           stands in for a kind it lacks */
    /* Append the error body. words is the sentence to show. */
    void (*write_error)(struct text *, const struct saying *,
                        const struct fault *, const char *words);
    const char *error_type;             /* of that body; NULL: JSON */
    const char *id_prefixes;            /* taken off ids: "post_ media_" */
    int refuse_unknown_query;           /* a misspelt filter is an error */
    int requests_an_hour;               /* of one key; 0: no limit */
    const char *rate_prefix;            /* of -Limit, -Remaining, -Reset (epoch
                                           seconds); NULL: no such headers */
};
#endif
