/* reddit_rules.c: what a subreddit wants of a post, asked before it is sent.

   Reddit holds the post against the same rules when it comes
   (validate_on_submit): what cannot be read here is found there. */
#include "network/reddit.h"
#include "network/option.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum { FLAIRS_TOLD = 10 };

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
ask(struct job *job, const char *before, const char *after)
{
    struct text path = { 0 };

    text_add(&path, before);
    text_add_url_part(&path, reddit_place(job));
    text_add(&path, after);
    return reddit_get(job, text_string(&path));
}

/* ------------------------------------------------------------ flair */

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

/* The names of some of these flairs, for people. */
static const char *
names_of(const struct json_member *flairs, int count)
{
    struct text names = { 0 };
    int i;

    for (i = 0; i < count && i < FLAIRS_TOLD; i++) {
        const char *text = json_text(flairs[i].json, "$.text");

        text_add_format(&names, "%s%s", i ? ", " : "",
                        text ? told_words(text, "") : "");
    }
    return count > 0 ? text_string(&names) : "none that you may set";
}

/* The flair that the job names by its id, else by its text. */
static struct result
choose_flair(struct job *job, const struct json_member *flairs, int count,
             const char *id, const char *text)
{
    int i;

    for (i = 0; i < count; i++) {
        const char *flair = flairs[i].json;
        int is_text = text_same(json_text(flair, "$.text"), text);

        if (id != NULL ? !text_same(json_text(flair, "$.id"), id) : !is_text)
            continue;
        if (!is_text && !json_is_true(flair, "$.text_editable"))
            return no(memory_format("The text of this flair cannot be changed"
                " in r/%s; leave flairText out.", reddit_place(job)));
        value_set_text("reddit_flair", json_text(flair, "$.id"));
        value_set_text("reddit_flair_text", is_text ? NULL : text);
        reddit_keep(job, json_make("json_object('flair', :reddit_flair,"
                                   " 'flair_text', :reddit_flair_text)"));
        return ready();
    }
    return no(memory_format("r/%s has no such flair. It has: %s.",
                            reddit_place(job), names_of(flairs, count)));
}

/* needed: the subreddit takes no post without one. A person who may not set
   any is answered 403. */
static struct result
check_flair(struct job *job, int needed)
{
    const char *id = option_text(job, "$.flairId", NULL);
    const char *text = option_text(job, "$.flairText", NULL);
    struct json_member *flairs = NULL;
    struct oauth_answer answer;
    int count = 0;

    if (text == NULL && (id != NULL || !needed))
        return ready();
    answer = ask(job, "/r/", "/api/link_flair_v2");
    if (reddit_is_good(&answer))
        count = json_members(reddit_body(&answer), "$", &flairs);
    else if (answer.http.result != HTTP_ANSWERED
             || answer.http.status != 403)
        return reddit_refusal(&answer, 0);
    if (text != NULL)
        return choose_flair(job, flairs, count, id, text);
    return no(memory_format("r/%s takes no post without a flair: set flairId"
        " or flairText. It has: %s.", reddit_place(job),
        names_of(flairs, count)));
}

/* ------------------------------------------------------------ rules */

/* Is a host, or one that it stands below, in a list of the subreddit's? */
static int
is_listed(const char *requirements, const char *path, const char *link)
{
    const char *host = strstr(link, "://");
    struct json_member *listed;
    int i, count = json_members(requirements, path, &listed);
    const char *name = host ? memory_copy_bytes(host + 3,
                                  strcspn(host + 3, ":/?#")) : "";

    for (i = 0; i < count; i++)
        if (listed[i].text != NULL && listed[i].text[0] != '\0'
            && (text_same_nocase(name, listed[i].text)
                || text_ends(name, memory_format(".%s", listed[i].text))))
            return 1;
    return 0;
}

/* The lengths and texts that post_requirements tells of; NULL, or what is
   wrong with the post. */
static const char *
broken_rule(const struct job *job, const char *requirements)
{
    int64_t length = (int64_t)utf8_code_points(job->title);
    int64_t least = json_integer(requirements, "$.title_text_min_length", 0);
    int64_t most = json_integer(requirements, "$.title_text_max_length",
                                INT32_MAX);
    const char *body = json_text(requirements, "$.body_restriction_policy");
    const char *link = json_text(job->settings, "$.url");

    if (length < least || length > most)
        return memory_format("r/%s takes titles of %lld to %lld characters.",
            reddit_place(job), (long long)least, (long long)(most == INT32_MAX
                                                           ? 300 : most));
    if (text_same(body, "required") && job->text[0] == '\0')
        return memory_format("r/%s takes no post without a text.",
                             reddit_place(job));
    if (text_same(body, "notAllowed") && job->text[0] != '\0')
        return memory_format("r/%s takes no text in a post.",
                             reddit_place(job));
    if (link != NULL
        && (is_listed(requirements, "$.domain_blacklist", link)
            || (json_count(requirements, "$.domain_whitelist") > 0
                && !is_listed(requirements, "$.domain_whitelist", link))))
        return memory_format("r/%s takes no links to this site.",
                             reddit_place(job));
    return NULL;
}

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
    struct oauth_answer answer = ask(job, "/r/", "/about");
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

struct result
reddit_rules(struct job *job)
{
    struct oauth_answer answer;
    const char *why = NULL;
    struct result result;
    int needed = 0;

    if (text_begins(reddit_place(job), "u_"))
        return ready();
    result = check_about(job);
    if (result.kind != RESULT_READY)
        return result;
    answer = ask(job, "/api/v1/", "/post_requirements");
    if (reddit_is_good(&answer)) {
        why = broken_rule(job, reddit_body(&answer));
        needed = json_is_true(reddit_body(&answer), "$.is_flair_required");
    } else {
        result = reddit_refusal(&answer, 0);
        if (text_has_word("rate_limited auth_error", result.category))
            return result;
    }
    return why ? no(why) : check_flair(job, needed);
}
