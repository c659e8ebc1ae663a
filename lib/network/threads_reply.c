/* threads_reply.c: posts of Threads by their ids, and those that a part of a
   thread answers. */
#include "network/threads.h"
#include "network/container.h"
#include "network/told.h"
#include "core/config.h"
#include "base/text.h"

enum {
    PARAMETER = 100,            /* the code of what is gone */
    NOT_THERE = 24              /* and of what is not there yet */
};

const char *
threads_base(void)
{
    return config_api_url("threads", "https://graph.threads.net");
}

const char *
threads_url(const char *id, const char *query)
{
    struct text url = { 0 };

    text_add_format(&url, "%s/v1.0/", threads_base());
    text_add_url_part(&url, id);
    text_add(&url, query);
    return text_string(&url);
}

/* A post that was published a moment ago cannot always be answered yet
   (measured by others): is it there? A container, whose id stands for a post's
   that no list showed, has no time and can never be answered. */
struct result
threads_find_answered(struct job *job)
{
    struct http_answer answer = graph_get(threads_url(job->reply_to,
        "?fields=id,timestamp"), container_token(job));
    struct result result = told_result(RESULT_READY, NULL, NULL);

    if (graph_is_good(&answer))
        return result;
    if (graph_code(&answer) != PARAMETER && graph_code(&answer) != NOT_THERE)
        return graph_refusal("Threads", &answer, 0);
    return told_result(RESULT_RETRY, "platform_rejected",
        "Threads does not know what this part answers, or not yet: send it"
        " again later, or publish the rest there by hand.");
}
