/* reply.c: composing an answer and writing it once. */
#include "web/reply.h"
#include "web/idempotency.h"
#include "web/request.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/db.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static const struct dialect *dialect;
static struct text headers;

void
reply_dialect(const struct dialect *which)
{
    dialect = which;
}

void
reply_header(const char *name, const char *value)
{
    const char *p;

    for (p = value; *p != '\0'; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            die("header %s would carry a control character", name);
    text_add_format(&headers, "%s: %s\r\n", name, value);
}

static const char *
reason(int status)
{
    static const struct { int status; const char *words; } reasons[] = {
        { 200, "OK" }, { 201, "Created" }, { 202, "Accepted" },
        { 204, "No Content" }, { 206, "Partial Content" },
        { 303, "See Other" }, { 304, "Not Modified" },
        { 400, "Bad Request" }, { 401, "Unauthorized" },
        { 402, "Payment Required" }, { 403, "Forbidden" },
        { 404, "Not Found" }, { 405, "Method Not Allowed" },
        { 409, "Conflict" }, { 410, "Gone" },
        { 413, "Content Too Large" }, { 415, "Unsupported Media Type" },
        { 416, "Range Not Satisfiable" }, { 422, "Unprocessable Content" },
        { 429, "Too Many Requests" }, { 500, "Internal Server Error" },
        { 503, "Service Unavailable" }, { 507, "Insufficient Storage" },
    };
    size_t i;

    for (i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status)
            return reasons[i].words;
    return "Status";
}

/* Write the head and the body of an answer, in one call as far as that goes:
   a body may be large, and is not copied behind its head. */
static void
write_both(const char *head, size_t length, const char *body, size_t size)
{
    while (length + size > 0) {
        struct iovec parts[] = {
            { (char *)head, length }, { (char *)body, size }
        };
        ssize_t wrote = writev(STDOUT_FILENO, parts, 2);
        size_t of_head;

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            program_end(0);     /* the client has gone; the work is done */
        of_head = (size_t)wrote < length ? (size_t)wrote : length;
        head += of_head;
        length -= of_head;
        body += (size_t)wrote - of_head;
        size -= (size_t)wrote - of_head;
    }
}

static void
add_head(struct text *out, int status, const char *type, long long length)
{
    text_add_format(out, "Status: %d %s\r\n", status, reason(status));
    if (status != 204 && status != 304) {
        text_add_format(out, "Content-Type: %s\r\n", type);
        text_add_format(out, "Content-Length: %lld\r\n", length);
    }
    text_add(out, "X-Content-Type-Options: nosniff\r\n");
    if (strstr(text_string(&headers), "Cache-Control:") == NULL)
        text_add(out, "Cache-Control: no-store\r\n");
    text_add(out, text_string(&headers));
    text_add(out, "\r\n");
}

_Noreturn static void
write_reply(int status, const char *type, const struct text *body)
{
    struct text head = { .limit = TEXT_LIMIT };

    request_drain();
    add_head(&head, status, type, (long long)body->length);
    if (text_same(request.method, "HEAD") || status == 204)
        write_both(text_string(&head), head.length, "", 0);
    else
        write_both(text_string(&head), head.length, text_string(body),
                   body->length);
    program_end(0);
}

void
reply_stream(int status, const char *type, long long length)
{
    struct text out = { .limit = TEXT_LIMIT };

    request_drain();
    add_head(&out, status, type, length);
    write_both(text_string(&out), out.length, "", 0);
}

void
reply_file(int file, long long at, long long length)
{
    static char piece[64 * 1024];

    while (length > 0) {
        size_t most = length < (long long)sizeof piece ? (size_t)length
                                                       : sizeof piece;
        ssize_t got = pread(file, piece, most, at);

        if (got <= 0)
            program_end(1);
        write_both(piece, (size_t)got, "", 0);
        at += got;
        length -= got;
    }
    program_end(0);
}

void
reply_keep(int status, const struct text *body)
{
    idempotency_store(status, body);
    db_commit();
}

void
reply_as(int status, const char *type, const struct text *body)
{
    if (db_in_transaction()) {
        idempotency_store(status, body);
        db_commit();
    }
    write_reply(status, type, body);
}

void
reply(int status, const struct text *body)
{
    reply_as(status, "application/json", body);
}

void
reply_redirect(const char *location)
{
    struct text empty = { .limit = 1 };

    reply_header("Location", location);
    reply_as(303, "text/plain", &empty);
}

static const struct saying *
saying_for(enum fault_kind kind)
{
    const struct saying *saying = dialect->sayings;

    while (saying->kind != kind && saying[1].kind != FAULT_NONE)
        saying++;
    return saying;
}

int
reply_error(const struct fault *fault, struct text *body)
{
    const struct saying *saying = saying_for(fault->kind);

    dialect->write_error(body, saying, fault,
                         fault->detail ? fault->detail : saying->words);
    return saying->status;
}

void
refuse(struct fault fault)
{
    struct text body = { .limit = TEXT_LIMIT };
    int status = reply_error(&fault, &body);

    if (status == 401)
        reply_header("WWW-Authenticate", "Bearer");
    if (db_in_transaction()) {
        db_rollback();
        idempotency_store_refusal(status, &body);
    }
    write_reply(status, dialect->error_type ? dialect->error_type
                : "application/json", &body);
}

void
refuse_if(struct fault fault)
{
    if (fault.kind)
        refuse(fault);
}

void
refuse_kind(enum fault_kind kind)
{
    refuse((struct fault){ .kind = kind });
}

void
refuse_field(enum fault_kind kind, const char *field, const char *pattern, ...)
{
    char words[512];
    size_t length;
    va_list list;

    va_start(list, pattern);
    vsnprintf(words, sizeof words, pattern, list);
    va_end(list);
    length = strlen(words);
    while (!utf8_is_clean(words, length))
        length--;               /* it was cut within a character */
    refuse((struct fault){ .kind = kind, .field = field,
                           .detail = memory_copy_bytes(words, length) });
}
