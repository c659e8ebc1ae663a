/* guard.c: URLs, servers as people type them, and addresses. The first byte
   says which: 4 or 6, an address of so many bytes; else a string. */
#include "fuzz.h"
#include "network/guard.h"
#include "network/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static void
fuzz_begin(void)
{
    fuzz_instance("allow_private_networks = 10.1.2.3:8080 [fd00::7]:80\n");
}

/* Judged by other means than the guard's: surely not public. */
static int
is_closed4(uint32_t a)
{
    return a >> 24 == 0 || a >> 24 == 10 || a >> 24 == 127 || a >> 28 >= 14
           || a >> 16 == 0xa9fe || a >> 20 == 0xac1 || a >> 16 == 0xc0a8
           || a >> 22 == 0x191 || a >> 17 == 0xc612 >> 1
           || a >> 8 == 0xc00000 || a >> 8 == 0xc00002 || a >> 8 == 0xc63364
           || a >> 8 == 0xcb0071 || a >> 8 == 0xc05863;
}

static uint32_t
number(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8
           | p[3];
}

static int
is_closed6(const uint8_t *p)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    static const uint8_t nat64[12] = { 0, 0x64, 0xff, 0x9b };

    if (memcmp(p, mapped, 12) == 0 || memcmp(p, nat64, 12) == 0)
        return is_closed4(number(p + 12));
    return p[0] >> 5 != 1 || number(p) == 0x20010000
           || number(p) == 0x20010db8 || number(p) >> 16 == 0x2002;
}

static void
try_address(int family, const char *bytes)
{
    struct sockaddr_in in = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
    int closed;

    if (family == '4') {
        memcpy(&in.sin_addr, bytes, 4);
        closed = is_closed4(ntohl(in.sin_addr.s_addr));
        must(!guard_allows((struct sockaddr *)&in, 443) || !closed);
        must(!guard_allows((struct sockaddr *)&in, 8080)
             || ntohl(in.sin_addr.s_addr) == 0x0a010203);
    } else {
        memcpy(&in6.sin6_addr, bytes, 16);
        closed = is_closed6((const uint8_t *)bytes);
        must(!guard_allows((struct sockaddr *)&in6, 443) || !closed);
        must(!guard_allows((struct sockaddr *)&in6, 25));
    }
}

static void
check_url(const char *url)
{
    const char *host;

    must(strncasecmp(url, "https://", 8) == 0
         || strncasecmp(url, "http://", 7) == 0);
    must(strlen(url) <= GUARD_URL_LENGTH);
    host = strstr(url, "://") + 3;
    must(memchr(host, '@', strcspn(host, "/?#")) == NULL);
    must(strcspn(host, "/?#") > 0);
    must(strncasecmp(url, "http:", 5) != 0 || strncmp(host, "10.1.2.3", 8) == 0
         || strncmp(host, "[", 1) == 0 || host[0] == '1' || host[0] == '0');
}

static void
fuzz_try(const char *bytes, size_t length)
{
    const char *string = fuzz_string(bytes, length), *fault, *server;

    if ((length == 5 && bytes[0] == '4') || (length == 17 && bytes[0] == '6'))
        try_address(bytes[0], bytes + 1);
    if (guard_url_fault(string) == NULL)
        check_url(string);
    server = network_server(string, &fault);
    must(fault != NULL || guard_url_fault(server) == NULL);
    must(fault != NULL || server[strlen(server) - 1] != '/');
    guard_allows_http(string, 80);
}
