/* guard.c: refusing the addresses that an outgoing request must not reach. */
#include "network/guard.h"
#include "core/config.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

/* An address as 16 bytes; IPv4 stands in its mapped form ::ffff:a.b.c.d. */
struct address {
    unsigned char bytes[16];
};

struct range {
    const char *start;
    int bits;
};

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
static const unsigned char nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

static const struct range ipv4_closed[] = {
    { "0.0.0.0", 8 }, { "10.0.0.0", 8 }, { "100.64.0.0", 10 },
    { "127.0.0.0", 8 }, { "169.254.0.0", 16 }, { "172.16.0.0", 12 },
    { "192.0.0.0", 24 }, { "192.0.2.0", 24 }, { "192.88.99.0", 24 },
    { "192.168.0.0", 16 }, { "198.18.0.0", 15 }, { "198.51.100.0", 24 },
    { "203.0.113.0", 24 }, { "224.0.0.0", 4 }, { "240.0.0.0", 4 },
    { NULL, 0 }
};

/* Of IPv6 only global unicast is open, and of that not these: protocol
   assignments with Teredo and benchmarking, documentation, 6to4. */
static const struct range ipv6_open = { "2000::", 3 };
static const struct range ipv6_closed[] = {
    { "2001::", 23 }, { "2001:db8::", 32 }, { "2002::", 16 },
    { "3fff::", 20 }, { NULL, 0 }
};

static int
is_ipv4(const struct address *address)
{
    return memcmp(address->bytes, mapped, sizeof mapped) == 0;
}

/* Read a literal address. Returns 1, or 0 where it is none. */
static int
read_literal(const char *string, struct address *address)
{
    memcpy(address->bytes, mapped, sizeof mapped);
    return inet_pton(AF_INET, string, address->bytes + 12) == 1
           || inet_pton(AF_INET6, string, address->bytes) == 1;
}

/* Returns 1, or 0 where it is no internet address. */
static int
read_sockaddr(const struct sockaddr *from, struct address *address)
{
    if (from->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)from;

        memcpy(address->bytes, mapped, sizeof mapped);
        memcpy(address->bytes + 12, &in->sin_addr, 4);
        return 1;
    }
    if (from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)from;

        memcpy(address->bytes, &in6->sin6_addr, 16);
        if (memcmp(address->bytes, nat64, sizeof nat64) == 0)
            memcpy(address->bytes, mapped, sizeof mapped);
        return 1;
    }
    return 0;
}

static int
is_within(const struct address *address, const struct range *range)
{
    struct address start;
    int bits, whole;

    if (!read_literal(range->start, &start))
        return 0;
    bits = range->bits + (is_ipv4(&start) ? 96 : 0);
    whole = bits / 8;
    if (memcmp(address->bytes, start.bytes, (size_t)whole) != 0)
        return 0;
    return bits % 8 == 0
           || (address->bytes[whole] ^ start.bytes[whole]) >> (8 - bits % 8)
              == 0;
}

/* Does the address belong to one of this machine's own interfaces? */
static int
is_own(const struct address *address)
{
    struct ifaddrs *list, *at;
    struct address own;
    int found = 0;

    if (getifaddrs(&list) != 0)
        return 1;               /* nothing is known: not open */
    for (at = list; at != NULL && !found; at = at->ifa_next)
        found = at->ifa_addr != NULL && read_sockaddr(at->ifa_addr, &own)
                && memcmp(own.bytes, address->bytes, 16) == 0;
    freeifaddrs(list);
    return found;
}

static int
is_public(const struct address *address)
{
    const struct range *closed = is_ipv4(address) ? ipv4_closed : ipv6_closed;

    if (!is_ipv4(address) && !is_within(address, &ipv6_open))
        return 0;
    for (; closed->start != NULL; closed++)
        if (is_within(address, closed))
            return 0;
    return !is_own(address);
}

/* Is word, one ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT of crier.conf, this
   address and port? */
static int
is_named(char *word, const struct address *address, int port)
{
    char *colon = strrchr(word, ':'), *close = strchr(word, ']');
    long long named = port;
    struct address allowed;

    if (colon != NULL && (close ? colon == close + 1
                                : strchr(word, ':') == colon)) {
        *colon = '\0';
        if (!text_number(colon + 1, 1, 65535, &named))
            return 0;
    }
    if (word[0] == '[' && close != NULL) {
        *close = '\0';
        word++;
    }
    return named == port && read_literal(word, &allowed)
           && memcmp(allowed.bytes, address->bytes, 16) == 0;
}

/* Does allow_private_networks open this address and port? */
static int
is_opened(const struct address *address, int port)
{
    const char *allowed = config()->allow_private_networks;
    char *rest = memory_copy(allowed), *word;

    if (text_same(allowed, "yes"))
        return !is_public(address);
    while ((word = strsep(&rest, " ,")) != NULL)
        if (is_named(word, address, port))
            return 1;
    return 0;
}

int
guard_allows(const struct sockaddr *to, int port)
{
    struct address address;

    if (!read_sockaddr(to, &address))
        return 0;
    return is_opened(&address, port)
           || ((port == 80 || port == 443 || port == 8443)
               && is_public(&address));
}

int
guard_allows_http(const char *host, int port)
{
    char *name = memory_copy(host);
    size_t length = strlen(name);
    struct address address;

    if (text_same_nocase(name, "localhost"))
        return guard_allows_http("127.0.0.1", port)
               || guard_allows_http("::1", port);
    if (length > 1 && name[0] == '[' && name[length - 1] == ']') {
        name[length - 1] = '\0';
        name++;
    }
    return read_literal(name, &address) && is_opened(&address, port);
}

/* One part of a parsed URL, copied; NULL where it is absent. */
static const char *
url_part(CURLU *parsed, CURLUPart which, unsigned flags)
{
    char *part = NULL;
    const char *copy = NULL;

    CURLUcode code = curl_url_get(parsed, which, &part, flags);

    if (code == CURLUE_OUT_OF_MEMORY)
        die("out of memory at a URL");
    if (code == CURLUE_OK)
        copy = memory_copy(part);
    curl_free(part);
    return copy;
}

static int
is_ascii(const char *string)
{
    while (*string != '\0')
        if ((unsigned char)*string++ >= 0x80)
            return 0;
    return 1;
}

static const char *
parsed_fault(CURLU *parsed)
{
    const char *scheme = url_part(parsed, CURLUPART_SCHEME, 0);
    const char *host = url_part(parsed, CURLUPART_HOST, 0);
    const char *port = url_part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    long long number;

    if (host == NULL || host[0] == '\0')
        return "the URL has no host";
    if (!is_ascii(host))
        return "the URL's host must be in its ASCII form (xn--)";
    if (port == NULL || !text_number(port, 1, 65535, &number))
        return "the URL has a bad port";
    if (text_same(scheme, "http") && !guard_allows_http(host, (int)number))
        return "the URL must begin with https://";
    return NULL;
}

const char *
guard_url_fault(const char *url)
{
    const char *p, *fault;
    CURLUcode code;
    CURLU *parsed;

    if (strlen(url) > GUARD_URL_LENGTH)
        return "the URL is too long";
    for (p = url; *p != '\0'; p++)
        if ((unsigned char)*p <= ' ' || *p == 0x7f)
            return "the URL has a blank or a control character";
    if (strncasecmp(url, "https://", 8) != 0
        && strncasecmp(url, "http://", 7) != 0)
        return "the URL must begin with https://";
    if (strchr(url, '/')[2] == '/')
        return "the URL has no host";   /* libcurl would skip the slash */
    parsed = curl_url();
    code = parsed == NULL ? CURLUE_OUT_OF_MEMORY
        : curl_url_set(parsed, CURLUPART_URL, url, CURLU_DISALLOW_USER);
    if (code == CURLUE_OUT_OF_MEMORY)
        die("out of memory at a URL");      /* the URL is not to blame */
    fault = code == CURLUE_OK ? parsed_fault(parsed)
                              : "the URL is not well formed";
    curl_url_cleanup(parsed);
    return fault;
}
