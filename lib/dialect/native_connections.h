/* native_connections.h: the operations of the program connections that one
   statement cannot do, and readiness as JSON. */
#ifndef NATIVE_CONNECTIONS_H
#define NATIVE_CONNECTIONS_H
#include "dialect/native.h"
#include "core/readiness.h"

/* The accounts `a` that the key may see. */
#define NATIVE_SEEN \
    " FROM account a WHERE a.profile = :my_profile AND " ACCESS_SEES("a.id")

extern const struct field native_connect_fields[];

void native_connect(void);      /* POST /connections */
void native_disconnect(void);   /* DELETE /connections/:id */
void native_readiness(void);    /* GET /connections/readiness */
void native_connection(void);   /* GET /connections/:id */
void native_sync(void);         /* POST /connections/:id/sync */

/* Append the members missingRequirements (the needs that block) and warnings
   (the others): lists of code, message and, where they pass by themselves,
   until. */
void native_needs(struct text *, const struct needs *);
#endif
