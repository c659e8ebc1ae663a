/* load.c: clients that read and write through a web server, four reads to a
   write, each request on a connection of its own.

     load PORT SECONDS CLIENTS KEY READ-PATH WRITE-PATH BODY

   Prints one JSON object: how many were answered 2xx, how many were not, and
   percentiles in milliseconds. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 100000, READ = 0, WRITE = 1, CLIENTS_MOST = 64 };

/* What one client saw; shared with the parent. */
struct client {
    int errors, count[2];
    float took[2][MOST / 8];
};

static char requests[2][8192];
static struct sockaddr_in server;

static double
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int
ask(const char *request)
{
    char answer[65536], head[13] = "";
    size_t length = 0;
    ssize_t got;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&server, sizeof server) != 0
        || write(fd, request, strlen(request)) < 0) {
        close(fd);
        return 0;
    }
    while ((got = read(fd, answer, sizeof answer)) > 0)
        for (ssize_t i = 0; i < got && length < 12; i++)
            head[length++] = answer[i];
    close(fd);
    return strncmp(head, "HTTP/1.", 7) == 0 && head[9] == '2';
}

static void
run(struct client *client, int number, double until)
{
    for (int i = number; now() < until; i++) {
        int kind = i % 5 == 0 ? WRITE : READ;
        double begin = now();

        if (!ask(requests[kind]))
            client->errors++;
        else if (client->count[kind] < MOST / 8)
            client->took[kind][client->count[kind]++]
                = (float)((now() - begin) * 1000);
    }
    _exit(0);
}

static int
by_size(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return x < y ? -1 : x > y;
}

static void
report(const char *name, const struct client *clients, int count, int kind)
{
    static float all[MOST];
    int i, total = 0;

    for (i = 0; i < count; i++)
        for (int j = 0; j < clients[i].count[kind] && total < MOST; j++)
            all[total++] = clients[i].took[kind][j];
    qsort(all, (size_t)total, sizeof all[0], by_size);
    printf("\"%ss\": %d, \"%s_p50\": %.2f, \"%s_p99\": %.2f, ", name, total,
           name, all[total / 2], name, all[total * 99 / 100]);
}

int
main(int argc, char **argv)
{
    int i, count = argc > 7 ? atoi(argv[3]) : 0, errors = 0;
    struct client *clients = mmap(NULL, CLIENTS_MOST * sizeof *clients,
        PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    double begin = now();

    if (count < 1 || count > CLIENTS_MOST || clients == MAP_FAILED)
        return 2;
    server.sin_family = AF_INET;
    server.sin_port = htons((unsigned short)atoi(argv[1]));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    snprintf(requests[READ], sizeof requests[READ], "GET %s HTTP/1.0\r\n"
             "Authorization: Bearer %s\r\n\r\n", argv[5], argv[4]);
    snprintf(requests[WRITE], sizeof requests[WRITE], "POST %s HTTP/1.0\r\n"
             "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\n\r\n%s", argv[6], argv[4],
             strlen(argv[7]), argv[7]);
    for (i = 0; i < count; i++)
        if (fork() == 0)
            run(&clients[i], i, begin + atoi(argv[2]));
    while (wait(NULL) > 0)
        continue;
    for (i = 0; i < count; i++)
        errors += clients[i].errors;
    printf("{");
    report("read", clients, count, READ);
    report("write", clients, count, WRITE);
    printf("\"errors\": %d, \"seconds\": %.2f}\n", errors, now() - begin);
    return 0;
}
