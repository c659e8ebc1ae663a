/* guard.h: which addresses an outgoing request may connect to. */
#ifndef GUARD_H
#define GUARD_H
#include <sys/socket.h>

enum { GUARD_URL_LENGTH = 4096 };

/* May a connection be opened to this address and port?

   Public unicast addresses: yes, at ports 80, 443 and 8443. Loopback,
   private, link-local, shared (100.64/10), documentation, benchmarking,
   multicast and reserved ones, every address of this machine's own
   interfaces, and the deprecated IPv6 forms that carry an IPv4 address
   (compatible, 6to4, Teredo): only where allow_private_networks says so, and
   then at any port it says. An IPv4-mapped or NAT64 (64:ff9b::/96) address
   is judged as the IPv4 address it leads to, because a host that has only
   IPv6 reaches the public IPv4 network that way (RFC 6146, 6147).
   Source of the ranges: IANA's IPv4 and IPv6 Special-Purpose Address
   Registries (RFC 6890). */
int guard_allows(const struct sockaddr *, int port);

/* Is plain http allowed to this host and port as the URL writes them? Only
   to a literal address (or "localhost") that allow_private_networks opens. */
int guard_allows_http(const char *host, int port);

/* NULL where the URL has a form we send to: http or https, a host in ASCII
   (so that no look-alike digit becomes an address), no user information, no
   blank or control character, at most GUARD_URL_LENGTH bytes, and plain http
   only where guard_allows_http() says so; else why not, in words. libcurl
   parses it here as it will when it sends. */
const char *guard_url_fault(const char *url);
#endif
