/* loop.c: the floor of publishing: processes that do nothing but send the
   same statuses with libcurl, one after the other.

     loop URL WORKERS STATUSES

   Prints the seconds it took. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static size_t
ignore(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes, (void)context;
    return size * count;
}

static int
send_some(const char *url, int first, int step, int end)
{
    struct curl_slist *headers = curl_slist_append(NULL,
        "Authorization: Bearer 1");
    char body[100];
    long status = 0;

    for (int i = first; i < end; i += step) {
        CURL *curl = curl_easy_init();

        snprintf(body, sizeof body, "status=bare+%d", i);
        curl_easy_setopt(curl, CURLOPT_URL, url);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
        if (curl_easy_perform(curl) != CURLE_OK
            || curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status)
               != CURLE_OK || status != 200)
            return 1;
        curl_easy_cleanup(curl);
    }
    return 0;
}

int
main(int argc, char **argv)
{
    int i, workers = argc > 3 ? atoi(argv[2]) : 0, status, failed = 0;
    double begin = now();

    if (workers < 1)
        return 2;
    for (i = 0; i < workers; i++)
        if (fork() == 0)
            _exit(send_some(argv[1], i, workers, atoi(argv[3])));
    while (wait(&status) > 0)
        failed |= status != 0;
    printf("%.3f\n", now() - begin);
    return failed;
}
