/* endpoint.h: an endpoint is a table; each row is one operation on it.

   serve() does what every request needs, in one order: a slot, the row (404,
   405 with Allow), who asks (401, 403), how often (429), the body (413, 415,
   400), the fields; then a transaction for what writes, the Idempotency-Key,
   the row's work, the answer. A row's own code repeats none of it. */
#ifndef ENDPOINT_H
#define ENDPOINT_H
#include "base/secret.h"
#include "core/fault.h"
#include "data/db.h"
#include "data/value.h"
#include "web/dialect.h"
#include "web/reply.h"

enum field_type { TEXT = 1, INTEGER, BOOLEAN, TIME, ID, LIST, OBJECT };

/* A TIME that may be a date alone: its first or its last moment. */
enum day { DAY_NEVER, DAY_BEGIN, DAY_END };

/* One accepted parameter: of the query for GET and DELETE, else of the body.
   SQL sees it as :name, and :has_name is 1 where it was sent, null or not. An
   absent one is SQL NULL, or otherwise. TIME arrives as milliseconds, ID
   without its prefix, LIST and OBJECT as JSON. Where these declare fields of
   their own, each of those is a named value, by its path:
   `platforms[0].accountId`, `owner.name`; and theirs is how many there are. */
struct field {
    const char *name;
    enum field_type type;
    long long minimum, maximum; /* characters, value, items, or an OBJECT's
                                   bytes; both 0: any (an OBJECT has
                                   128 KB, a LIST of anything 256) */
    int required;
    int nullable;               /* null is a value of its own: to clear */
    const char *otherwise;      /* of an absent TEXT, INTEGER or BOOLEAN */
    const char *one_of;         /* TEXT: one of these words */
    enum day day;               /* TIME: may a date stand alone */
    enum field_type item;       /* LIST: of what */
    long long item_maximum;     /* LIST of TEXT: characters of each */
    const struct field *fields; /* OBJECT, LIST of OBJECT: theirs */
    enum fault_kind missing, wrong; /* instead of the usual faults */
    const char *words;          /* what it is, for openapi.json */
};

enum policy {
    POLICY_KEY,                 /* an API key with the row's scope */
    POLICY_SESSION,             /* a signed-in browser */
    POLICY_SIGNED,              /* the URL carries its own proof */
    POLICY_PUBLIC
};

enum body {
    BODY_FIELDS,                /* JSON for POST, PUT, PATCH; query else */
    BODY_FORM,                  /* urlencoded fields, of a page */
    BODY_OWN,                   /* run() reads the body before it begins */
    BODY_AHEAD,                 /* as BODY_FIELDS; run() asks a network, then
                                   begins the transaction: serve_begin(NULL) */
    BODY_NONE
};

/* One operation: what it answers to, whom it serves, what it does. */
struct operation {
    const char *method;
    const char *path;           /* after the program's name: "" or "/:id/x" */
    enum policy policy;
    const char *scope;          /* what the key must grant */
    enum body body;
    int status;                 /* of success */
    const struct field *fields; /* ended by {0} */
    const char *sql;            /* one statement; its one value is the reply */
    void (*before)(void);       /* sets values that sql needs besides */
    const char *sets;           /* their names, parted by spaces */
    void (*run)(void);          /* instead of sql; ends in reply() */
    enum fault_kind absent;     /* instead of FAULT_NOT_FOUND for no row */
    int slow;                   /* a large body, or a network is asked: it has
                                   minutes instead of seconds, and a GET is
                                   not read in one transaction */
    const char *words;          /* what it does, for openapi.json */
};

/* Answer the request in the environment by one of operations, then end. As a
   command: --check DATABASE prepares every statement, --describe prints this
   program's part of openapi.json. */
_Noreturn void serve(int argc, char **argv, const struct dialect *,
                     const struct operation *operations);

/* For a run() with BODY_OWN that has read its body: begin the transaction
   and the Idempotency-Key's part, with this fingerprint; for one with
   BODY_AHEAD with NULL, which stands for that of the fields. */
void serve_begin(const uint8_t fingerprint[HASH_BYTES]);

/* For a run(): answer with one statement's value, or refuse as serve() would
   for a row with that statement. */
_Noreturn void serve_sql(int status, const char *sql, enum fault_kind absent);
#endif
