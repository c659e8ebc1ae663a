/* network.c: a Mastodon server that costs next to nothing: each status is
   taken after 200 ms, everything else at once. What it asks of requests the
   strict stand-in in tests/doubles asks; this one must not be what is measured.

     network LEDGER

   Prints its port; serves until it is killed. The ledger has a line for each
   status: when it came, in milliseconds, and its text. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LATENCY_MS = 200, ROOM = 16384 };

static int ledger, port;

static const char instance[] =
    "{\"domain\":\"127.0.0.1\",\"title\":\"bench\",\"version\":\"4.3.0\","
    "\"configuration\":{\"statuses\":{\"max_characters\":500,"
    "\"max_media_attachments\":4,\"characters_reserved_per_url\":23}}}";

static long long
now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_REALTIME, &time);
    return (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void
publish(const char *request, char *body, size_t room)
{
    const char *text = strstr(request, "\r\n\r\nstatus=");
    struct timespec wait = { 0, LATENCY_MS * 1000000L };
    static long long last;
    char line[600];
    long long id = __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
    int length = snprintf(line, sizeof line, "%lld %.500s\n", now_ms(),
                          text ? text + 11 : "");

    if (write(ledger, line, (size_t)length) != length)
        abort();
    nanosleep(&wait, NULL);
    snprintf(body, room, "{\"id\":\"%lld\",\"url\":"
             "\"http://127.0.0.1:%d/@bench/%lld\",\"visibility\":\"public\"}",
             id, port, id);
}

/* An account for each token: its id is the token's number. */
static void
answer(const char *request, char *body, size_t room)
{
    const char *token = strstr(request, "Bearer ");
    int number = token ? atoi(token + 7) : 0;

    if (strncmp(request, "POST /api/v1/statuses ", 22) == 0)
        publish(request, body, room);
    else if (strncmp(request, "GET /.well-known/nodeinfo", 25) == 0)
        snprintf(body, room, "{\"links\":[{\"rel\":\"http://nodeinfo."
                 "diaspora.software/ns/schema/2.0\",\"href\":"
                 "\"http://127.0.0.1:%d/nodeinfo/2.0\"}]}", port);
    else if (strncmp(request, "GET /nodeinfo/2.0", 17) == 0)
        snprintf(body, room, "{\"version\":\"2.0\",\"software\":"
                 "{\"name\":\"mastodon\",\"version\":\"4.3.0\"}}");
    else if (strncmp(request, "GET /api/v2/instance", 20) == 0)
        snprintf(body, room, "%s", instance);
    else
        snprintf(body, room, "{\"id\":\"%d\",\"username\":\"u%d\",\"acct\":"
                 "\"u%d\",\"display_name\":\"u%d\",\"avatar\":null,\"url\":"
                 "\"http://127.0.0.1:%d/@u%d\"}", number, number, number,
                 number, port, number);
}

static int
is_whole(const char *request)
{
    const char *end = strstr(request, "\r\n\r\n");
    const char *length = strcasestr(request, "\r\ncontent-length:");

    return end != NULL && (length == NULL || length > end
        || strlen(end + 4) >= (size_t)atoi(length + 17));
}

static void *
serve(void *context)
{
    int fd = (int)(intptr_t)context;
    char request[ROOM] = "", body[ROOM], whole[ROOM + 256];
    size_t length = 0;
    ssize_t got;

    while (!is_whole(request) && length < sizeof request - 1
           && (got = read(fd, request + length,
                          sizeof request - 1 - length)) > 0)
        request[length += (size_t)got] = '\0';
    if (is_whole(request)) {
        answer(request, body, sizeof body);
        got = snprintf(whole, sizeof whole, "HTTP/1.1 200 OK\r\n"
                       "Content-Type: application/json\r\nContent-Length: %zu"
                       "\r\nConnection: close\r\n\r\n%s", strlen(body), body);
        if (write(fd, whole, (size_t)got) != got)
            length = 0;
    }
    close(fd);
    return NULL;
}

int
main(int argc, char **argv)
{
    struct sockaddr_in here = { .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof here;
    int fd = socket(AF_INET, SOCK_STREAM, 0), client;
    pthread_t thread;

    signal(SIGPIPE, SIG_IGN);
    ledger = open(argc > 1 ? argv[1] : "", O_WRONLY | O_CREAT | O_APPEND,
                  0644);
    if (ledger < 0 || bind(fd, (struct sockaddr *)&here, size) != 0
        || listen(fd, 256) != 0
        || getsockname(fd, (struct sockaddr *)&here, &size) != 0)
        return 1;
    port = ntohs(here.sin_port);
    printf("%d\n", port);
    fflush(stdout);
    while ((client = accept(fd, NULL, NULL)) >= 0)
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)client)
            == 0)
            pthread_detach(thread);
    return 1;
}
