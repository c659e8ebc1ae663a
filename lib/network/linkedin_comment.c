/* linkedin_comment.c: a comment of the author's own under their post.

   Source: the Comments API (socialActions). Its text is plain, not little
   text. */
#include "network/linkedin.h"
#include "network/comment.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

static const char *
path_of(const struct job *job, const char *query)
{
    return linkedin_path("/rest/socialActions/", job->reply_to,
                         memory_format("/comments%s", query));
}

/* A link may name the post's activity instead, which is no post's URN. */
const char *
linkedin_id_in_link(const struct job *job, const char *link)
{
    const char *urn = text_begins(link,
        "https://www.linkedin.com/feed/update/urn:li:")
        ? linkedin_text_urn(link) : NULL;

    (void)job;
    return urn;
}

/* Its URN, or else the number by which it goes under its post. */
static const char *
id_in(const char *comment)
{
    const char *id = told_id(comment, "$.\"$URN\"");

    if (id == NULL)
        id = told_id(comment, "$.commentUrn");
    return id ? id : told_id(comment, "$.id");
}

static struct result
taken(const struct oauth_answer *answer)
{
    const char *id = http_header(&answer->http, "x-restli-id");

    if (http_is_json(&answer->http)
        && id_in(text_string(&answer->http.body)) != NULL)
        id = id_in(text_string(&answer->http.body));
    return comment_posted(id != NULL && id[0] != '\0' ? id : NULL, NULL);
}

/* An application without the product Community Management may post, and may
   not comment. */
static struct result
send(struct job *job)
{
    struct oauth_answer answer;

    value_set_text("linkedin_author", linkedin_author(job));
    value_set_text("linkedin_object", job->reply_to);
    value_set_text("linkedin_text", job->text);
    answer = linkedin_call(job, "POST", path_of(job, ""), NULL, json_make(
        "json_object('actor', :linkedin_author, 'object', :linkedin_object,"
        " 'message', json_object('text', :linkedin_text))"));
    if (answer.http.result == HTTP_ANSWERED && answer.http.status == 201)
        return taken(&answer);
    if (linkedin_is_forbidden(&answer))
        return comment_forbidden("LinkedIn", "the product Community"
            " Management, which this server's operator asks LinkedIn for");
    return linkedin_paced(job, linkedin_refusal(&answer, 1));
}

/* ------------------------------------------------------------ looking */

static int
is_ours(const struct job *job, const char *comment)
{
    return json_integer(comment, "$.created.time", 0) >= comment_since(job)
           && text_same(json_text(comment, "$.actor"), linkedin_author(job))
           && comment_is_text(job, json_text(comment, "$.message.text"));
}

/* Of a page's posts alone: r_member_social is closed to new applications. */
static struct result
look_up(struct job *job)
{
    struct oauth_answer answer = { .renewal = { .kind = RESULT_READY } };
    struct json_member *comments;
    int i, count;

    if (linkedin_is_page(job))
        answer = linkedin_call(job, "GET", path_of(job, "?count=20"), NULL,
                               NULL);
    if (!linkedin_is_page(job) || linkedin_is_forbidden(&answer))
        return told_result(RESULT_UNKNOWN, "network_error",
                           "LinkedIn does not let its comments be read.");
    if (!linkedin_is_good(&answer))
        return comment_unreadable(linkedin_refusal(&answer, 0));
    count = json_members(text_string(&answer.http.body), "$.elements",
                         &comments);
    for (i = 0; i < count; i++)
        if (is_ours(job, comments[i].json) && id_in(comments[i].json))
            return comment_posted(id_in(comments[i].json), NULL);
    return comment_missing(job, "LinkedIn");
}

static struct result
prepare(struct job *job)
{
    return oauth_fresh(linkedin_provider(), job);
}

const struct network linkedin_comment = {
    .name = "linkedin",
    .prepare = prepare,
    .send = send,
    .look_up = look_up
};
