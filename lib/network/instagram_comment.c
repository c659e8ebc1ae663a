/* instagram_comment.c: a comment of the account's own under its post. */
#include "network/instagram.h"
#include "network/comment.h"
#include "network/graph_comment.h"

/* Comments have no links of their own. */
static struct graph_comments
api(const struct job *job)
{
    return (struct graph_comments){ .title = "Instagram",
        .base = instagram_base(), .ids = { job->reply_to },
        .fields = "id,text,username,timestamp",
        .text = "$.text", .time = "$.timestamp",
        .author = "$.username", .ours = job->handle,
        .right = "instagram_business_manage_comments. Connect the account"
                 " again and allow it" };
}

static struct result
send(struct job *job)
{
    struct graph_comments comments = api(job);

    return graph_comment_send(&comments, job);
}

static struct result
look_up(struct job *job)
{
    struct graph_comments comments = api(job);

    return graph_comment_look_up(&comments, job);
}

const struct network instagram_comment = {
    .name = "instagram",
    .prepare = comment_ready,
    .send = send,
    .look_up = look_up
};
