/* http_callback.c: what libcurl calls while a request is under way. */
#include "network/http_exchange.h"
#include "network/guard.h"
#include "base/point.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER_LIMIT = 64 * 1024 };

static curl_socket_t
open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct exchange *exchange = context;
    int port = 0;

    (void)purpose;
    point("http socket");
    if (to->family == AF_INET)
        port = ntohs(((struct sockaddr_in *)(void *)&to->addr)->sin_port);
    else if (to->family == AF_INET6)
        port = ntohs(((struct sockaddr_in6 *)(void *)&to->addr)->sin6_port);
    if (!guard_allows(&to->addr, port)) {
        exchange->refused = 1;
        return CURL_SOCKET_BAD;
    }
    exchange->opened = 1;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

size_t
http_callback_read(char *room, size_t size, size_t count, void *context)
{
    struct source *source = context;
    size_t most = size * count;
    ssize_t got;

    point("http upload");
    if (most > source->length - source->at)
        most = source->length - source->at;
    if (source->bytes != NULL) {
        memcpy(room, source->bytes + source->at, most);
        source->at += most;
        return most;
    }
    do
        got = read(source->file, room, most);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return CURL_READFUNC_ABORT;
    source->at += (size_t)got;
    return (size_t)got;
}

/* A status line begins a new set of headers: those of a 1xx before it go. */
static size_t
take_header(char *line, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct text *headers = &exchange->answer.headers;
    size_t length = size * count, end = length, i;
    const char *colon = memchr(line, ':', length);

    point("http header");
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        text_clear(headers);
        return length;
    }
    if (headers->length + length + 1 > HEADER_LIMIT) {
        exchange->too_large = 1;
        return 0;
    }
    while (end > 0 && (line[end - 1] == '\r' || line[end - 1] == '\n'))
        end--;
    if (colon == NULL || memchr(line, '\0', length) != NULL)
        return length;
    for (i = 0; line + i < colon; i++)
        if (line[i] >= 'A' && line[i] <= 'Z')
            line[i] = (char)(line[i] + 'a' - 'A');
    text_add_bytes(headers, line, end);
    text_add_char(headers, '\n');
    return length;
}

static int
save(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t wrote = write(file, bytes, length);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return 0;
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return 1;
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    size_t length = size * count;

    point("http answer");
    exchange->received += (long long)length;
    if (exchange->received > exchange->limit) {
        exchange->too_large = 1;
        return 0;
    }
    if (exchange->save_file < 0) {
        text_add_bytes(&exchange->answer.body, bytes, length);
        return length;
    }
    if (save(exchange->save_file, bytes, length))
        return length;
    exchange->save_failed = 1;
    return 0;
}

void
http_callbacks_set(struct exchange *exchange)
{
    HTTP_SET(exchange, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    HTTP_SET(exchange, CURLOPT_OPENSOCKETDATA, exchange);
    HTTP_SET(exchange, CURLOPT_HEADERFUNCTION, take_header);
    HTTP_SET(exchange, CURLOPT_HEADERDATA, exchange);
    HTTP_SET(exchange, CURLOPT_WRITEFUNCTION, take_body);
    HTTP_SET(exchange, CURLOPT_WRITEDATA, exchange);
}
