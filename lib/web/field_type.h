/* field_type.h: taking one field by its type; for field.c. */
#ifndef FIELD_TYPE_H
#define FIELD_TYPE_H
#include "data/json_part.h"
#include "web/field.h"

/* A field as it was sent: a part of JSON, whose text is taken out of it once;
   or of a form, as text. */
struct sent {
    const char *type;           /* of JSON: text, integer, true, ...; "form" */
    struct json_part *part;
    const char *text;           /* of a form, or taken already; or NULL */
};

/* The text of a string, number or form's field; NULL where it is of another
   type. */
const char *field_type_text(struct sent *);

/* For the fields of one request: whose ids they hold, and the time zone of
   times without an offset (NULL: UTC). */
void field_type_begin(const struct dialect *, struct sent *timezone);

/* Set the field's named value from what was sent, or refuse it. */
void field_type_take(const struct field *, struct sent *);

/* Refuse a field: its name, then what about it ("must be a string"). */
_Noreturn void field_wrong(const struct field *, const char *what);
#endif
