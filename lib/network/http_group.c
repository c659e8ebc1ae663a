/* http_group.c: several outgoing requests at once, in one libcurl loop. */
#include "network/http_exchange.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"

/* One request of a group. */
struct flight {
    struct exchange exchange;
    void *context;
    struct flight *next;        /* of those that ended without being sent */
};

struct http_group {
    CURLM *multi;
    struct flight *unsent;
};

struct http_group *
http_group_new(void)
{
    struct http_group *group = memory_get(sizeof *group);

    group->multi = curl_multi_init();
    if (group->multi == NULL)
        die("libcurl gave no handle");
    return group;
}

void
http_group_add(struct http_group *group, const struct http_request *request,
               void *context)
{
    struct flight *flight = memory_get(sizeof *flight);

    flight->context = context;
    if (!http_exchange_begin(&flight->exchange, request)) {
        flight->next = group->unsent;
        group->unsent = flight;
        return;
    }
    point("http begin");
    curl_easy_setopt(flight->exchange.curl, CURLOPT_PRIVATE, flight);
    if (curl_multi_add_handle(group->multi, flight->exchange.curl) != CURLM_OK)
        die("libcurl took no request");
}

static void *
land(struct flight *flight, struct http_answer *answer)
{
    http_exchange_end(&flight->exchange);
    *answer = flight->exchange.answer;
    return flight->context;
}

/* One that has ended by now, or NULL. */
static struct flight *
ended(struct http_group *group)
{
    struct flight *flight = group->unsent;
    CURLMsg *message;
    int left;

    if (flight != NULL) {
        group->unsent = flight->next;
        return flight;
    }
    while ((message = curl_multi_info_read(group->multi, &left)) != NULL) {
        CURLcode code = message->data.result;
        CURL *curl = message->easy_handle;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(curl, CURLINFO_PRIVATE, &flight);
        point("http end");
        curl_multi_remove_handle(group->multi, curl);
        http_exchange_judge(&flight->exchange, code);
        return flight;
    }
    return NULL;
}

void *
http_group_next(struct http_group *group, int milliseconds,
                struct http_answer *answer)
{
    struct flight *flight;
    int running;

    curl_multi_perform(group->multi, &running);
    flight = ended(group);
    if (flight == NULL && milliseconds > 0) {
        curl_multi_poll(group->multi, NULL, 0, milliseconds, NULL);
        curl_multi_perform(group->multi, &running);
        flight = ended(group);
    }
    return flight == NULL ? NULL : land(flight, answer);
}
