/* facebook_comment.c: a comment of the Page's own under its post. */
#include "network/facebook.h"
#include "network/comment.h"
#include "network/graph_comment.h"
#include "network/told.h"
#include "base/memory.h"

#include <string.h>

#define DIGITS "0123456789"

/* The other form of a post's id: PAGE_POST, or what stands behind the
   underscore. */
static const char *
other_id(const struct job *job)
{
    const char *mark = strchr(job->reply_to, '_');

    return mark ? mark + 1 : memory_format("%s_%s", job->remote_account,
                                           job->reply_to);
}

/* Of a post of the Page, a video or a reel; links that hide the number
   (pfbid...) name no id. */
const char *
facebook_id_in_link(const struct job *job, const char *link)
{
    static const char site[] = "https://www.facebook.com/";
    const char *names[] = { job->remote_account, job->handle };
    const char *id = told_link_id(link, memory_format("%sreel/", site),
                                  DIGITS);
    size_t i;

    for (i = 0; i < 2 && id == NULL; i++) {
        const char *post = told_link_id(link, memory_format(
            "%s%s/posts/", site, names[i]), DIGITS);

        id = told_link_id(link, memory_format("%s%s/videos/", site, names[i]),
                          DIGITS);
        if (post != NULL)
            id = memory_format("%s_%s", job->remote_account, post);
    }
    return id;
}

/* A video that was published a moment ago may not be there yet. */
static struct graph_comments
api(const struct job *job)
{
    return (struct graph_comments){ .title = "Facebook",
        .base = facebook_base(), .secret = facebook_secret(job),
        .ids = { job->reply_to, other_id(job) },
        .may_come = facebook_is_video_id(job->reply_to),
        .fields = "id,message,from,created_time"
                  "&order=reverse_chronological&limit=10",
        .text = "$.message", .time = "$.created_time",
        .author = "$.from.id", .ours = job->remote_account,
        .link = "permalink_url",
        .right = "pages_manage_engagement. Connect the Page again and allow"
                 " it" };
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

const struct network facebook_comment = {
    .name = "facebook",
    .prepare = comment_ready,
    .send = send,
    .look_up = look_up
};
