/* reddit_rules.c: what a subreddit wants of a post: asked when its account is
   synced, for the check of a post that is scheduled, and before one is sent.

   Reddit holds the post against the same rules when it comes
   (validate_on_submit): what cannot be read here is found there. */
#include "network/reddit.h"
#include "network/option.h"
#include "core/check_subreddit.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum { STORED_MOST = 8000 };    /* bytes of rules, of flairs, in limits */

static struct result
ready(void)
{
    return told_result(RESULT_READY, NULL, NULL);
}

static struct result
no(const char *words)
{
    return told_result(RESULT_REJECTED, "platform_rejected", words);
}

static struct oauth_answer
ask(struct job *job, const char *before, const char *place, const char *after)
{
    struct text path = { 0 };

    text_add(&path, before);
    text_add_url_part(&path, place);
    text_add(&path, after);
    return reddit_get(job, text_string(&path));
}

const char *
reddit_flair(const struct job *job)
{
    return option_text(job, "$.flairId", json_text(job->resume, "$.flair"));
}

const char *
reddit_flair_text(const struct job *job)
{
    return json_text(job->resume, "$.flair_text");
}

/* ------------------------------------------------------------ what it says */

/* Its rules as JSON into *rules, which stays NULL where they cannot be read.
   RESULT_READY, or that nothing more is to be asked now. */
static struct result
read_rules(struct job *job, const char *place, const char **rules)
{
    struct oauth_answer answer = ask(job, "/api/v1/", place,
                                     "/post_requirements");
    struct result result = ready();

    if (!reddit_is_good(&answer)) {
        result = reddit_refusal(&answer, 0);
        return text_has_word("rate_limited auth_error", result.category)
               ? result : ready();
    }
    value_set_text("reddit_rules", reddit_body(&answer));
    *rules = json_make("json_patch('{}', json_object("
        " 'is_flair_required', :reddit_rules -> '$.is_flair_required',"
        " 'title_text_min_length', :reddit_rules ->> '$.title_text_min_length',"
        " 'title_text_max_length', :reddit_rules ->> '$.title_text_max_length',"
        " 'body_restriction_policy',"
        "  :reddit_rules ->> '$.body_restriction_policy',"
        " 'domain_blacklist', :reddit_rules -> '$.domain_blacklist',"
        " 'domain_whitelist', :reddit_rules -> '$.domain_whitelist'))");
    return result;
}

/* The same of the flairs that the account may set; who may not set any is
   answered 403. */
static struct result
read_flairs(struct job *job, const char *place, const char **flairs)
{
    struct oauth_answer answer = ask(job, "/r/", place,
                                     "/api/link_flair_v2");

    if (!reddit_is_good(&answer)) {
        if (answer.http.result != HTTP_ANSWERED || answer.http.status != 403)
            return reddit_refusal(&answer, 0);
        *flairs = "[]";
        return ready();
    }
    value_set_text("reddit_flairs", reddit_body(&answer));
    *flairs = json_make("(SELECT json_group_array(json_object("
        " 'id', value ->> '$.id', 'text', value ->> '$.text',"
        " 'text_editable', value -> '$.text_editable'))"
        " FROM json_each(:reddit_flairs) WHERE type = 'object')");
    return ready();
}

/* What core/check_subreddit.h reads; either may be NULL. */
static const char *
told_of(const char *rules, const char *flairs)
{
    value_set_text("reddit_rules", rules);
    value_set_text("reddit_flairs", flairs);
    return json_make("json_patch('{}', json_object('rules',"
                     " json(:reddit_rules), 'flairs', json(:reddit_flairs)))");
}

/* What few rules and flairs take; NULL for more. */
static const char *
short_of(const char *json)
{
    return json != NULL && strlen(json) <= STORED_MOST ? json : NULL;
}

struct result
reddit_limits(struct job *job, const char *place, const char **limits)
{
    const char *rules = NULL, *flairs = NULL;
    struct result result = read_rules(job, place, &rules);

    if (result.kind != RESULT_READY)
        return result;
    result = read_flairs(job, place, &flairs);
    if (result.kind != RESULT_READY
        && text_has_word("rate_limited auth_error", result.category))
        return result;
    value_set_text("reddit_told", told_of(short_of(rules), short_of(flairs)));
    value_set_text("reddit_limits", *limits);
    *limits = json_make("json_patch(:reddit_limits, :reddit_told)");
    return ready();
}

/* ------------------------------------------------------------ rules */

/* NULL, or what the subreddit does not take. */
static const char *
refused_kind(const struct job *job, const char *about)
{
    enum reddit_kind kind = reddit_kind(job);
    const char *taken = json_text(about, "$.submission_type");

    if (json_is_true(about, "$.user_is_banned"))
        return "has banned this account";
    if (text_same(taken, "link") && kind == REDDIT_SELF)
        return "takes no posts that are text alone";
    if (text_same(taken, "self") && kind != REDDIT_SELF)
        return "takes posts of text alone";
    if ((kind == REDDIT_IMAGE || kind == REDDIT_GALLERY)
        && text_same(json_raw(about, "$.allow_images"), "false"))
        return "takes no pictures";
    if (kind == REDDIT_VIDEO
        && text_same(json_raw(about, "$.allow_videos"), "false"))
        return "takes no videos";
    return NULL;
}

/* A name that no subreddit has is answered 404, or by a way to the search. */
static struct result
check_about(struct job *job)
{
    struct oauth_answer answer = ask(job, "/r/", reddit_place(job),
                                     "/about");
    const char *data, *why;

    if (answer.http.result == HTTP_ANSWERED
        && (answer.http.status == 404 || answer.http.status / 100 == 3))
        return no(memory_format("There is no subreddit r/%s.",
                                reddit_place(job)));
    if (!reddit_is_good(&answer))
        return reddit_refusal(&answer, 0);
    data = json_raw(reddit_body(&answer), "$.data");
    why = data ? refused_kind(job, data) : NULL;
    if (why != NULL)
        return no(memory_format("r/%s %s.", reddit_place(job), why));
    return reddit_allowance(&answer);
}

/* The post against them; keeps the flair that it names by its text. */
static struct result
check_rules(struct job *job, const char *told)
{
    struct check_content content = {
        .text = job->text, .title = job->title, .settings = job->settings
    };
    const char *place = memory_format("r/%s", reddit_place(job));
    struct fault fault = subreddit_fault(place, told, &content);
    const char *text = json_text(job->settings, "$.flairText"), *flair;

    if (fault.kind)
        return no(fault.detail);
    flair = text != NULL ? subreddit_flair(told, job->settings) : NULL;
    if (flair == NULL)
        return ready();
    value_set_text("reddit_flair", json_text(flair, "$.id"));
    value_set_text("reddit_flair_text",
                   text_same(json_text(flair, "$.text"), text) ? NULL : text);
    reddit_keep(job, json_make("json_object('flair', :reddit_flair,"
                               " 'flair_text', :reddit_flair_text)"));
    return ready();
}

struct result
reddit_rules(struct job *job)
{
    const char *place = reddit_place(job), *rules = NULL, *flairs = NULL;
    int named = json_text(job->settings, "$.flairId") != NULL;
    struct result result;

    if (text_begins(place, "u_"))
        return ready();
    result = check_about(job);
    if (result.kind == RESULT_READY)
        result = read_rules(job, place, &rules);
    if (result.kind == RESULT_READY
        && (json_text(job->settings, "$.flairText") != NULL
            || (!named && rules != NULL
                && json_is_true(rules, "$.is_flair_required"))))
        result = read_flairs(job, place, &flairs);
    if (result.kind != RESULT_READY)
        return result;
    return check_rules(job, told_of(rules, flairs));
}
