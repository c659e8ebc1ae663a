/* field.h: taking the declared fields of a request, all in one pass. */
#ifndef FIELD_H
#define FIELD_H
#include "web/endpoint.h"

/* Take the fields of a JSON object, or of an urlencoded query or form. Each
   becomes a named value; the first that is missing or wrong is refused.
   Unknown ones are ignored in a body, and in a query refused where the
   dialect says so. The values of a document are left in it: it is spent, and
   must live as long as they. */
void field_take_json(const struct field *, char *document);
void field_take_form(const struct field *, const char *form,
                     int refuse_unknown);

/* Take an id of this dialect: its prefix off, lower case. Returns NULL where
   it is no id. */
const char *field_id(const struct dialect *, const char *sent);

/* Set by serve(): the dialect whose ids and words fields are in. */
void field_dialect(const struct dialect *);
#endif
