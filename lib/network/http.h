/* http.h: outgoing requests, over libcurl, under the address guard.

   No redirect is followed, no proxy of the environment is used, only http
   and https are spoken (HTTP/1.1, TLS 1.2 or newer, certificates checked),
   and the address that a name leads to is checked at the moment of
   connecting (guard.h): a request cannot reach a private address unless
   crier.conf allows it. Plain http, and ports other than 80, 443 and 8443,
   are only for allowed private addresses. A connection is made fresh for
   each request and not kept, so libcurl cannot repeat a POST on a dead one;
   no compressed answer is asked for or unpacked. A call ignores SIGPIPE in
   its process from then on, because OpenSSL writes without MSG_NOSIGNAL. */
#ifndef HTTP_H
#define HTTP_H
#include <stddef.h>
#include <stdint.h>
#include "base/text.h"

enum { HTTP_HEADERS = 12, HTTP_PARTS = 16 };

/* One part of a multipart body: a field's value (length 0: a string), or a file
   on disk, or the piece of it that starts at offset and has length bytes (0: to
   its end). */
struct http_part {
    const char *name;
    const char *value;          /* of a field, or a file's bytes in memory */
    const char *path;           /* of a file; then file_name and type too */
    const char *file_name;      /* NULL: a field */
    const char *type;           /* its Content-Type; of a field it may be
                                   NULL: then it has none */
    long long offset, length;
};

/* A body is body, body_path or parts. Its Content-Type is the caller's
   header; of a body without one application/x-www-form-urlencoded; of parts
   multipart/form-data. Files are read as they are sent, never whole. */
struct http_request {
    const char *method;                 /* GET where NULL */
    const char *url;                    /* absolute */
    const char *bearer;                 /* Authorization: Bearer ..., or NULL */
    const char *headers[HTTP_HEADERS];  /* "Name: value" lines, NULL-ended */
    const char *body;                   /* or NULL */
    size_t body_length;
    const char *body_path;              /* a file as the body, or NULL; of a
                                           piece of it its start, and its
                                           length in body_length (0: to the
                                           file's end) */
    long long body_offset;
    struct http_part parts[HTTP_PARTS]; /* multipart/form-data, or none */
    long long answer_limit;             /* bytes; 0: 1 MiB. More: a failure */
    const char *save_path;              /* the answer's body goes to this file
                                           (made or emptied), not to memory */
    int seconds;                        /* whole time; 0: config's */
};

enum http_result {
    HTTP_ANSWERED,              /* a whole answer came: see status. A redirect
                                   is an answer like any other */
    HTTP_NOT_SENT,              /* surely nothing reached the server: its name
                                   did not resolve, no connection or no TLS
                                   came about, or no byte was sent */
    HTTP_REFUSED,               /* the address guard refused: not sent */
    HTTP_UNKNOWN,               /* it may have reached the server */
    HTTP_TOO_LARGE              /* the answer passed its limit, or its headers
                                   64 KiB, or all of it four times the limit
                                   as it came: unknown too */
};

struct http_answer {
    enum http_result result;
    long status;                /* 0 where no status line came; set also when
                                   the rest of the answer did not come */
    struct text body;           /* of at most answer_limit bytes */
    struct text headers;        /* "name: value\n" lines, names lower-case */
    const char *words;          /* what went wrong; no URL, no secret; NULL
                                   with HTTP_ANSWERED */
};

/* Send one request and wait for its answer. Memory is the arena's. */
struct http_answer http_send(const struct http_request *);

/* Make libcurl ready, which takes a quarter of what a worker with one post
   does: once for all the processes that this one forks. http_send() does so
   by itself where nobody did, or where this returned 0: it failed. */
int http_prepare(void);

/* Requests that are on their way together, each under the same rules as one
   that http_send() sends. */
struct http_group;
struct http_group *http_group_new(void);

/* Begin a request; what it points to stays as it is until it has ended. Its
   context says which one it was. */
void http_group_add(struct http_group *, const struct http_request *,
                    void *context);

/* The context of a request that has ended, with its answer; waits for one at
   most so many milliseconds (or until a signal comes). NULL: none has. */
void *http_group_next(struct http_group *, int milliseconds,
                      struct http_answer *);

/* The value of a header of the answer, or NULL, also where it is no clean
   UTF-8. name is lower-case. */
const char *http_header(const struct http_answer *, const char *name);

/* The moment a server asks us to wait until, from Retry-After (seconds or a
   date); 0 where it did not ask. Capped at 24 hours from now. */
int64_t http_retry_at(const struct http_answer *);

/* Is the body clean JSON (json_fault() says nothing)? Read it only then. */
int http_is_json(const struct http_answer *);

/* Append name=value to a form body, escaped, with & between pairs. */
void http_form_add(struct text *form, const char *name, const char *value);
#endif
