/* field_type.h: taking one field by its type; for field.c. */
#ifndef FIELD_TYPE_H
#define FIELD_TYPE_H
#include "web/field.h"

/* A field as it was sent: from JSON with its type, from a form as text. */
struct sent {
    const char *type;           /* of JSON: text, integer, true, ...; "form" */
    const char *text, *json;
};

/* For the fields of one request: whose ids they hold, and the time zone of
   times without an offset (NULL: UTC). */
void field_type_begin(const struct dialect *, const char *timezone);

/* Set the field's named value from what was sent, or refuse it. */
void field_type_take(const struct field *, const struct sent *);

/* Refuse a field: its name, then what about it ("must be a string"). */
_Noreturn void field_wrong(const struct field *, const char *what);
#endif
