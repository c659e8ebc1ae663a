/* config_public.c: is base_url one that networks can reach? */
#include "core/config.h"
#include "base/memory.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <string.h>

/* Addresses of this machine and of private networks; a network's servers may
   refuse more of them. */
static int
is_private(const unsigned char *ip)
{
    return ip[0] == 0 || ip[0] == 10 || ip[0] == 127
           || (ip[0] == 169 && ip[1] == 254) || (ip[0] == 192 && ip[1] == 168)
           || (ip[0] == 172 && ip[1] >= 16 && ip[1] < 32)
           || (ip[0] == 100 && ip[1] >= 64 && ip[1] < 128);
}

/* Names that stand for nothing outside (RFC 6761, 6762, 8375, 9476 and what
   routers give). */
static int
is_local_name(const char *host)
{
    static const char *const ends[] = { ".localhost", ".local", ".internal",
        ".lan", ".home.arpa", ".test", ".invalid", ".localdomain" };
    size_t i;

    for (i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (text_ends(host, ends[i]))
            return 1;
    return strchr(host, '.') == NULL;
}

int
config_is_public(void)
{
    const char *url = config()->base_url, *host;
    unsigned char ip[16];

    if (!text_begins(url, "https://"))
        return 0;
    host = url + strlen("https://");
    if (host[0] == '[')         /* global unicast addresses are 2000::/3 */
        return inet_pton(AF_INET6, memory_copy_bytes(host + 1,
                   strcspn(host + 1, "]")), ip) == 1 && ip[0] >> 5 == 1;
    host = memory_copy_bytes(host, strcspn(host, ":/"));
    if (inet_pton(AF_INET, host, ip) == 1)
        return !is_private(ip);
    return !is_local_name(host);
}
