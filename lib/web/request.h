/* request.h: what a client asked, as the web server hands it to a CGI program.

   Read once, at the start. Everything here is a stranger's. What both servers
   were measured to let through (argv from the query string, a header twice
   under two spellings, joined duplicates, a length that lies) is refused or
   ignored here, so that no endpoint has to know of it. */
#ifndef REQUEST_H
#define REQUEST_H
#include <stddef.h>
#include "base/text.h"
#include "core/fault.h"

struct request {
    const char *method;         /* any word; a row that has it knows it */
    const char *program;        /* the program's URL path: SCRIPT_NAME */
    const char *rest;           /* what follows it: "" or "/..." */
    const char *query;          /* as sent, without the ? */
    const char *content_type;   /* lower-case, without parameters; "" if none */
    const char *full_type;      /* with its parameters, as sent */
    long long length;           /* of the body; -1: unknown (chunked) */
    const char *address;        /* of the client */
};

/* The request in the environment. NO_FAULT, or why it cannot be served. */
struct fault request_read(void);

/* The one request of this process. */
extern struct request request;

/* A header's value by its CGI name without HTTP_ ("IDEMPOTENCY_KEY"); NULL
   where it was not sent. */
const char *request_header(const char *name);

/* The API key the client sent as Authorization: Bearer or X-API-Key; NULL
   where there is none, and "" where Authorization is of another kind. */
const char *request_key(void);

/* The value of a cookie; NULL where it is absent or occurs twice. */
const char *request_cookie(const char *name);

/* Read the whole body, at most limit bytes. Exactly the announced length must
   come; fewer is FAULT_BODY_SHORT, more than limit FAULT_BODY_TOO_LARGE. */
struct fault request_body(struct text *body, size_t limit);

/* Give the body's memory back, for an answer that may be as long: fields whose
   texts were left in it are null from now on. */
void request_body_done(void);

/* Read up to room bytes of the body: how many came, 0 at its end, -1 where
   the client went away early. For bodies that are streamed. */
long request_body_some(void *room, size_t length);

/* Read away what is left of the body, within what a server passes on (64 MB):
   Apache breaks off an answer to a request that was not read to its end. */
void request_drain(void);

/* Take the next name=value of an urlencoded string, decoded; *rest moves
   past it. Returns 1; 0 at the end; -1 where it is malformed. */
int request_form_next(const char **rest, char **name, char **value);
#endif
