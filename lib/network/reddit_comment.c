/* reddit_comment.c: a comment of the person's own under their post. */
#include "network/reddit.h"
#include "network/comment.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

const char *
reddit_id_in_link(const struct job *job, const char *link)
{
    const char *mark = text_begins(link, "https://www.reddit.com/")
                       ? strstr(link, "/comments/") : NULL;
    const char *id = mark ? told_link_id(mark, "/comments/",
        "0123456789abcdefghijklmnopqrstuvwxyz") : NULL;

    (void)job;
    return id ? memory_format("t3_%s", id) : NULL;
}

/* Its full name (t1_...): some answers tell its id alone. */
static struct result
posted(const char *comment)
{
    const char *name = told_id(comment, "$.name");
    const char *id = told_id(comment, "$.id");
    const char *path = json_text(comment, "$.permalink");

    if (name == NULL && id != NULL)
        name = text_begins(id, "t1_") ? id : memory_format("t1_%s", id);
    return comment_posted(name, path && path[0] == '/'
        ? memory_format("https://www.reddit.com%s", path) : NULL);
}

static struct result
send(struct job *job)
{
    struct text form = { 0 };
    struct oauth_answer answer;
    const char *comment = NULL;

    http_form_add(&form, "api_type", "json");
    http_form_add(&form, "thing_id", job->reply_to);
    http_form_add(&form, "text", job->text);
    answer = reddit_post(job, "/api/comment", &form);
    if (!reddit_is_good(&answer))
        return reddit_refusal(&answer, 1);
    comment = json_raw(reddit_body(&answer), "$.json.data.things[0].data");
    if (comment == NULL || posted(comment).remote_id == NULL)
        return told_result(RESULT_UNKNOWN, "platform_5xx",
                           "Reddit's answer does not name the comment.");
    return posted(comment);
}

/* ------------------------------------------------------------ looking */

static int
is_ours(const struct job *job, const char *comment)
{
    return reddit_made_at(comment) >= comment_since(job)
           && text_same(json_text(comment, "$.parent_id"), job->reply_to)
           && comment_is_text(job, json_text(comment, "$.body"));
}

static struct result
look_up(struct job *job)
{
    struct result fault;
    const char *name = reddit_name(job, &fault);
    struct text path = { 0 };
    struct oauth_answer answer;
    struct json_member *comments;
    int i, count;

    if (name == NULL)
        return comment_unreadable(fault);
    text_add(&path, "/user/");
    text_add_url_part(&path, name);
    text_add(&path, "/comments?sort=new&limit=25");
    answer = reddit_get(job, text_string(&path));
    if (!reddit_is_good(&answer))
        return comment_unreadable(reddit_refusal(&answer, 0));
    count = json_members(reddit_body(&answer), "$.data.children", &comments);
    for (i = 0; i < count; i++) {
        const char *comment = json_raw(comments[i].json, "$.data");

        if (comment != NULL && is_ours(job, comment)
            && posted(comment).remote_id != NULL)
            return posted(comment);
    }
    return comment_missing(job, "Reddit");
}

static struct result
prepare(struct job *job)
{
    return oauth_fresh(reddit_provider(), job);
}

const struct network reddit_comment = {
    .name = "reddit",
    .prepare = prepare,
    .send = send,
    .look_up = look_up
};
