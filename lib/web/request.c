/* request.c: reading a CGI request that a stranger composed. */
#include "web/request.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "core/config.h"
#include "data/value.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_HEADERS = 100, HEADER_BYTES = 8192 };

extern char **environ;

struct request request;

static long long body_left;     /* of the announced length */
static const char *body_bytes;  /* of a body that was read whole */
static size_t body_length;

static const char *
variable(const char *name)
{
    const char *value = getenv(name);

    return value ? value : "";
}

static struct fault
bad(const char *detail)
{
    return (struct fault){ .kind = FAULT_HEADER, .detail = detail };
}

/* Two spellings of one header reach us as two variables of one name, of which
   getenv() would show either: such a request is not served. */
static struct fault
check_headers(void)
{
    int count = 0;
    char **one, **other;

    for (one = environ; *one != NULL; one++) {
        size_t name = strcspn(*one, "=");

        if (!text_begins(*one, "HTTP_"))
            continue;
        if (++count > MOST_HEADERS || strlen(*one) > HEADER_BYTES)
            return bad("The request has too many or too long headers.");
        for (other = one + 1; *other != NULL; other++)
            if (strncmp(*one, *other, name + 1) == 0)
                return bad("A header was sent twice.");
    }
    return NO_FAULT;
}

static struct fault
read_length(void)
{
    const char *length = getenv("CONTENT_LENGTH");

    request.length = -1;
    if (length != NULL && length[0] != '\0'
        && !text_number(length, 0, 1LL << 40, &request.length))
        return bad("Content-Length is not a number.");
    if (request.length < 0 && request_header("TRANSFER_ENCODING") == NULL
        && (text_same(request.method, "GET")
            || text_same(request.method, "HEAD")
            || text_same(request.method, "DELETE")))
        request.length = 0;
    body_left = request.length;
    return NO_FAULT;
}

static const char *
media_type(const char *full)
{
    char *type = memory_copy_bytes(full, strcspn(full, "; \t"));
    char *p;

    for (p = type; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    return type;
}

/* Who connected to the server; or, where that is a proxy of ours, the address
   it added last to X-Forwarded-For: what stands before, anybody may write. */
static const char *
client_address(void)
{
    const char *list = request_header("X_FORWARDED_FOR"), *last;

    if (list == NULL || !config()->trust_forwarded)
        return variable("REMOTE_ADDR");
    last = strrchr(list, ',');
    last = last ? last + 1 : list;
    last += strspn(last, " ");
    return memory_copy_bytes(last, strcspn(last, " "));
}

struct fault
request_read(void)
{
    struct fault fault;

    request.method = variable("REQUEST_METHOD");    /* a refusal's form, too */
    fault = check_headers();
    if (fault.kind)
        return fault;
    request.program = variable("SCRIPT_NAME");
    request.rest = variable("PATH_INFO");
    request.query = variable("QUERY_STRING");
    request.full_type = variable("CONTENT_TYPE");
    request.content_type = media_type(request.full_type);
    request.address = client_address();
    return read_length();
}

const char *
request_header(const char *name)
{
    return getenv(memory_format("HTTP_%s", name));
}

const char *
request_key(void)
{
    const char *sent = request_header("AUTHORIZATION");

    if (sent == NULL || sent[0] == '\0')
        sent = getenv("REDIRECT_HTTP_AUTHORIZATION");
    if (sent == NULL || sent[0] == '\0')
        return request_header("X_API_KEY");
    if (strncasecmp(sent, "Bearer ", 7) != 0 || strchr(sent, ',') != NULL)
        return "";
    return sent + 7 + strspn(sent + 7, " ");
}

const char *
request_cookie(const char *name)
{
    const char *p = request_header("COOKIE"), *found = NULL;
    size_t length = strlen(name);

    while (p != NULL && *p != '\0') {
        size_t size = strcspn(p, ";,");

        if (size > length && strncmp(p, name, length) == 0
            && p[length] == '=') {
            if (found != NULL)
                return NULL;
            found = memory_copy_bytes(p + length + 1, size - length - 1);
        }
        p += size;
        p += strspn(p, ";, ");
    }
    return found;
}

long
request_body_some(void *room, size_t length)
{
    ssize_t got;

    if (body_left == 0)
        return 0;
    if (body_left > 0 && (long long)length > body_left)
        length = (size_t)body_left;
    do
        got = read(STDIN_FILENO, room, length);
    while (got < 0 && errno == EINTR);
    if (got < 0 || (got == 0 && body_left > 0))
        return -1;
    if (body_left > 0)
        body_left -= got;
    return (long)got;
}

struct fault
request_body(struct text *body, size_t limit)
{
    char room[16384];
    long got;

    body->limit = limit + 1;
    if (request.length > (long long)limit)
        return (struct fault){ .kind = FAULT_BODY_TOO_LARGE,
                               .limit = (long long)limit };
    if (request.length > 0)
        text_reserve(body, (size_t)request.length);
    while ((got = request_body_some(room, sizeof room)) > 0) {
        if (body->length + (size_t)got > limit)
            return (struct fault){ .kind = FAULT_BODY_TOO_LARGE,
                                   .limit = (long long)limit };
        text_add_bytes(body, room, (size_t)got);
    }
    body_bytes = body->data;
    body_length = body->length;
    return got < 0 ? (struct fault){ .kind = FAULT_BODY_SHORT } : NO_FAULT;
}

void
request_body_done(void)
{
    if (body_bytes == NULL)
        return;
    value_forget(body_bytes, body_length);
    memory_release(body_bytes);
    body_bytes = NULL;
}

void
request_drain(void)
{
    char room[65536];
    long long most = 64LL << 20;
    long got = 1;

    for (; most > 0 && got > 0; most -= got)
        got = request_body_some(room, sizeof room);
}

static int
hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode length bytes of p; NULL where an escape is broken or the result is
   no clean text. */
static char *
decode(const char *p, size_t length)
{
    char *out = memory_get(length + 1), *to = out;
    const char *end = p + length;

    for (; p < end; p++) {
        if (*p == '+') {
            *to++ = ' ';
        } else if (*p == '%') {
            if (end - p < 3 || hex(p[1]) < 0 || hex(p[2]) < 0)
                return NULL;
            *to++ = (char)(hex(p[1]) * 16 + hex(p[2]));
            p += 2;
        } else {
            *to++ = *p;
        }
    }
    return utf8_is_clean(out, (size_t)(to - out)) ? out : NULL;
}

int
request_form_next(const char **rest, char **name, char **value)
{
    const char *pair = *rest;
    size_t length, equals;

    pair += strspn(pair, "&");
    if (*pair == '\0')
        return 0;
    length = strcspn(pair, "&");
    equals = strcspn(pair, "=");
    *rest = pair + length;
    if (equals >= length) {
        *name = decode(pair, length);
        *value = memory_copy("");
    } else {
        *name = decode(pair, equals);
        *value = decode(pair + equals + 1, length - equals - 1);
    }
    return *name && *value ? 1 : -1;
}
