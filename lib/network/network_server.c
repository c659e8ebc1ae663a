/* network_server.c: servers as people type them. */
#include "network/network.h"
#include "network/guard.h"
#include "base/memory.h"

#include <ctype.h>
#include <string.h>

const char *
network_server(const char *typed, const char **fault)
{
    const char *at = strrchr(typed, '@');
    char *server = strstr(typed, "://") ? memory_copy(typed)
                   : memory_format("https://%s", at ? at + 1 : typed);
    size_t length = strlen(server), i;

    while (length > 0 && server[length - 1] == '/')
        server[--length] = '\0';
    for (i = 0; server[i] != '\0' && (i < 8 || server[i] != '/'); i++)
        server[i] = (char)tolower((unsigned char)server[i]);
    *fault = guard_url_fault(server);
    if (typed[0] == '\0')
        *fault = "Name the server, such as https://mastodon.social.";
    else if (*fault != NULL)
        *fault = memory_format("The server's address is wrong: %s.", *fault);
    else if (strpbrk(server, "?#") != NULL)
        *fault = "The server's address has no ? or #.";
    return server;
}
