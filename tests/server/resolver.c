/* resolver.c: to be preloaded: names lead where a test says, and every
   connection that is asked for is written down.

   RESOLVER_NAMES is a file of lines `NAME ADDRESS... / ADDRESS... / ...`: the
   first query for a name is answered with the first group, the second with
   the second, and all later ones with the last. Other names are resolved as
   ever. RESOLVER_LOG takes a line `ADDRESS PORT` for each connect(); only
   those to 127.0.0.0/8 and ::1 are really made, the others are refused. One
   public address, 9.9.9.9, is this machine's own. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int resolve(const char *, const char *, const struct addrinfo *,
                    struct addrinfo **);
typedef int interfaces(struct ifaddrs **);
typedef void release(struct ifaddrs *);
typedef int connects(int, const struct sockaddr *, socklen_t);

/* How often was this name asked for before? The file's size tells. */
static int
times_asked(const char *name)
{
    char path[512];
    struct stat about;
    int file;

    snprintf(path, sizeof path, "%s-%s", getenv("RESOLVER_NAMES"), name);
    file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0 || fstat(file, &about) != 0 || write(file, "x", 1) != 1)
        abort();
    close(file);
    return (int)about.st_size;
}

/* The addresses of a group, chained as getaddrinfo() does. */
static int
answer(char *group, const char *service, const struct addrinfo *hints,
       struct addrinfo **result)
{
    resolve *real = (resolve *)dlsym(RTLD_NEXT, "getaddrinfo");
    struct addrinfo literal = *hints, **end = result;
    char *rest = NULL, *word;

    literal.ai_flags |= AI_NUMERICHOST;
    *result = NULL;
    for (word = strtok_r(group, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest)) {
        if (real(word, service, &literal, end) != 0)
            continue;
        while (*end != NULL)
            end = &(*end)->ai_next;
    }
    return *result == NULL ? EAI_NONAME : 0;
}

int
getaddrinfo(const char *name, const char *service,
            const struct addrinfo *hints, struct addrinfo **result)
{
    resolve *real = (resolve *)dlsym(RTLD_NEXT, "getaddrinfo");
    const char *path = getenv("RESOLVER_NAMES");
    FILE *file = path != NULL && name != NULL ? fopen(path, "re") : NULL;
    char line[512], *group, *slash;
    int turn;

    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        size_t length = strcspn(line, " ");

        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, name, length) != 0 || name[length] != '\0')
            continue;
        fclose(file);
        group = line + length;
        for (turn = times_asked(name);
             turn > 0 && (slash = strchr(group, '/')) != NULL; turn--)
            group = slash + 1;
        group[strcspn(group, "/")] = '\0';
        return answer(group, service, hints, result);
    }
    if (file != NULL)
        fclose(file);
    return real(name, service, hints, result);
}

static void
write_down(const char *address, int port)
{
    const char *path = getenv("RESOLVER_LOG");
    char line[128];
    int file, length;

    if (path == NULL)
        return;
    length = snprintf(line, sizeof line, "%s %d\n", address, port);
    file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0 || write(file, line, (size_t)length) != length)
        abort();
    close(file);
}

int
connect(int socket, const struct sockaddr *to, socklen_t size)
{
    connects *real = (connects *)dlsym(RTLD_NEXT, "connect");
    const struct sockaddr_in *in = (const void *)to;
    const struct sockaddr_in6 *in6 = (const void *)to;
    char address[INET6_ADDRSTRLEN];
    int local;

    if (to->sa_family == AF_INET) {
        inet_ntop(AF_INET, &in->sin_addr, address, sizeof address);
        local = ntohl(in->sin_addr.s_addr) >> 24 == 127;
        write_down(address, ntohs(in->sin_port));
    } else if (to->sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &in6->sin6_addr, address, sizeof address);
        local = IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
        write_down(address, ntohs(in6->sin6_port));
    } else {
        return real(socket, to, size);
    }
    if (local)
        return real(socket, to, size);
    errno = ECONNREFUSED;
    return -1;
}

int
getifaddrs(struct ifaddrs **list)
{
    interfaces *real = (interfaces *)dlsym(RTLD_NEXT, "getifaddrs");
    static struct sockaddr_in address = { .sin_family = AF_INET };
    static struct ifaddrs own;

    inet_pton(AF_INET, "9.9.9.9", &address.sin_addr);
    own.ifa_addr = (struct sockaddr *)&address;
    *list = &own;
    return real(&own.ifa_next);
}

void
freeifaddrs(struct ifaddrs *list)
{
    release *real = (release *)dlsym(RTLD_NEXT, "freeifaddrs");

    real(list->ifa_next);
}
