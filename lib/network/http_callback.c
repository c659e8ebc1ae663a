/* http_callback.c: what libcurl calls while a request is under way. */
#include "network/http_exchange.h"
#include "network/guard.h"
#include "base/point.h"

#include <errno.h>
#ifdef __GLIBC__
#include <linux/tcp.h>          /* glibc's own tcp_info ends too early */
#else
#include <netinet/tcp.h>
#endif
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* An answer may take WIRE_SHARE times its limit on the wire, and WIRE_LIMIT in
   any case. */
enum { HEADER_LIMIT = 64 * 1024, WIRE_SHARE = 4, WIRE_LIMIT = 1024 * 1024 };

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
    exchange->socket = socket(to->family, to->socktype | SOCK_CLOEXEC,
                              to->protocol);
    return exchange->socket;
}

/* What neither headers nor body count, such as the extensions of chunks, has
   an end too: libcurl skips it for as long as it comes. */
static int
watch(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total,
      curl_off_t up_now)
{
    struct exchange *exchange = context;
    struct tcp_info info = { 0 };
    socklen_t length = sizeof info;

    (void)total, (void)now, (void)up_total, (void)up_now;
    point("http watch");
    if (exchange->socket < 0
        || getsockopt(exchange->socket, IPPROTO_TCP, TCP_INFO, &info,
                      &length) != 0
        || info.tcpi_bytes_received < WIRE_LIMIT
        || (long long)info.tcpi_bytes_received / WIRE_SHARE
           < exchange->limit)
        return 0;
    exchange->too_large = 1;
    return 1;
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
    exchange->header_bytes += length;
    if (exchange->header_bytes > HEADER_LIMIT) {
        exchange->too_large = 1;
        return 0;
    }
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        text_clear(headers);
        exchange->headers_ended = 0;
        return length;
    }
    while (end > 0 && (line[end - 1] == '\r' || line[end - 1] == '\n'))
        end--;
    exchange->headers_ended |= end == 0;
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
    HTTP_SET(exchange, CURLOPT_XFERINFOFUNCTION, watch);
    HTTP_SET(exchange, CURLOPT_XFERINFODATA, exchange);
    HTTP_SET(exchange, CURLOPT_NOPROGRESS, 0L);
    HTTP_SET(exchange, CURLOPT_HEADERFUNCTION, take_header);
    HTTP_SET(exchange, CURLOPT_HEADERDATA, exchange);
    HTTP_SET(exchange, CURLOPT_WRITEFUNCTION, take_body);
    HTTP_SET(exchange, CURLOPT_WRITEDATA, exchange);
}
