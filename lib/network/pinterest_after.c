/* pinterest_after.c: a pin once it was sent: is it there, change it, take it
   away, measure it. */
#include "network/pinterest.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum {
    LOOK_AGAIN = 10 * MINUTE,   /* after the send: the second look */
    CLOCKS_APART = MINUTE
};

static const char *
pin_path(const struct job *job, const char *query)
{
    struct text path = { 0 };

    text_add(&path, "/pins/");
    text_add_url_part(&path, job->remote_id);
    text_add(&path, query);
    return text_string(&path);
}

/* Does a member of a listed pin hold this text, apart from white space around
   it? */
static int
holds(const char *pin, const char *path, const char *ours)
{
    const char *theirs = json_text(pin, path);
    size_t length;

    theirs = theirs ? theirs + strspn(theirs, " \t\r\n") : "";
    ours += strspn(ours, " \t\r\n");
    length = strlen(ours);
    while (length > 0 && strchr(" \t\r\n", ours[length - 1]) != NULL)
        length--;
    return strncmp(theirs, ours, length) == 0
           && theirs[length + strspn(theirs + length, " \t\r\n")] == '\0';
}

/* created_at has no zone: it is UTC. */
static int
is_ours(const struct job *job, const char *pin)
{
    const char *created = json_text(pin, "$.created_at");
    int64_t at;

    return created != NULL && clock_read(created, "UTC", &at) == CLOCK_OK
           && at >= job->first_sent_at - CLOCKS_APART
           && holds(pin, "$.title", job->title)
           && holds(pin, "$.description", job->text)
           && holds(pin, "$.link", pinterest_link(job));
}

/* Not on the board's first page. How a board is ordered, and how soon it
   shows a new pin, is UNVERIFIED: absence proves nothing. */
static struct result
not_found(const struct job *job)
{
    struct result result = told_result(RESULT_UNKNOWN, "network_error",
        "It is not among the board's newest pins, which proves nothing.");

    if (clock_now() < job->first_sent_at + LOOK_AGAIN) {
        result.kind = RESULT_WAIT;
        result.retry_at = job->first_sent_at + LOOK_AGAIN;
    }
    return result;
}

struct result
pinterest_look_up(struct job *job)
{
    struct text path = { 0 };
    struct oauth_answer answer;
    struct result result;
    struct json_member *pins;
    int i, count;

    text_add(&path, "/boards/");
    text_add_url_part(&path, pinterest_board(job));
    text_add(&path, "/pins?page_size=25");
    answer = pinterest_call(job, "GET", text_string(&path), NULL);
    if (!pinterest_is_good(&answer)) {
        result = pinterest_refusal(job, &answer, 0);
        if (result.kind == RESULT_RETRY)
            result.kind = RESULT_WAIT;
        else if (result.kind != RESULT_AUTH)
            result.kind = RESULT_UNKNOWN;
        return result;
    }
    count = json_members(text_string(&answer.http.body), "$.items", &pins);
    for (i = 0; i < count; i++)
        if (is_ours(job, pins[i].json)
            && json_text(pins[i].json, "$.id") != NULL
            && json_text(pins[i].json, "$.id")[0] != '\0')
            return pinterest_posted(json_text(pins[i].json, "$.id"));
    return not_found(job);
}

/* Title and description; what a pin shows cannot change. */
struct result
pinterest_edit(struct job *job)
{
    struct oauth_answer answer;

    value_set_text("pin_title", job->title);
    value_set_text("pin_description", job->text);
    answer = pinterest_call(job, "PATCH", pin_path(job, ""), json_make(
        "json_object('title', :pin_title, 'description', :pin_description)"));
    if (pinterest_is_good(&answer))
        return told_result(RESULT_READY, NULL, NULL);
    return pinterest_refusal(job, &answer, 0);
}

struct result
pinterest_remove(struct job *job)
{
    struct oauth_answer answer = pinterest_call(job, "DELETE",
                                                pin_path(job, ""), NULL);

    if (answer.http.result == HTTP_ANSWERED
        && (answer.http.status == 204 || answer.http.status == 404))
        return told_result(RESULT_READY, NULL, NULL);
    return pinterest_refusal(job, &answer, 0);
}

/* What its analytics alone tell: saves, and of a video its views. Days are
   UTC's, at most 90 of them. The sandbox has none, and they have a rate limit
   of their own: the rest does not wait for them. */
static void
add_analytics(struct job *job, int is_video, struct metrics *metrics)
{
    char first[CLOCK_ROOM], last[CLOCK_ROOM];
    struct oauth_answer answer;
    const char *body;

    clock_print(clock_now() - 89 * (int64_t)DAY, CLOCK_SECONDS, first);
    clock_print(clock_now(), CLOCK_SECONDS, last);
    answer = pinterest_call(job, "GET", pin_path(job, memory_format(
        "/analytics?start_date=%.10s&end_date=%.10s&metric_types=SAVE%s",
        first, last, is_video ? ",VIDEO_MRC_VIEW" : "")), NULL);
    if (!pinterest_is_good(&answer))
        return;
    body = text_string(&answer.http.body);
    metrics->saves = told_count(body, "$.all.summary_metrics.SAVE", -1);
    metrics->views = told_count(
        body, "$.all.summary_metrics.VIDEO_MRC_VIEW", -1);
}

struct result
pinterest_measure(struct job *job, struct metrics *metrics)
{
    struct oauth_answer answer = pinterest_call(job, "GET",
        pin_path(job, "?pin_metrics=true"), NULL);
    const char *body = text_string(&answer.http.body);

    if (!pinterest_is_good(&answer))
        return pinterest_refusal(job, &answer, 0);
#define LIFETIME "$.pin_metrics.lifetime_metrics."
    *metrics = (struct metrics){
        .likes = told_count(body, LIFETIME "reaction", -1),
        .comments = told_count(body, LIFETIME "comment", -1),
        .shares = -1, .views = -1, .saves = -1,
        .impressions = told_count(body, LIFETIME "impression", -1),
        .clicks = told_count(body, LIFETIME "clickthrough", -1)
    };
    add_analytics(job, text_same(json_text(body, "$.media.media_type"),
                                 "video"), metrics);
    return told_result(RESULT_READY, NULL, NULL);
}
