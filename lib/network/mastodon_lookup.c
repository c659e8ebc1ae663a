/* mastodon_lookup.c: after a send without an answer: is the status there? */
#include "network/mastodon.h"
#include "network/option.h"
#include "network/told.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

enum {
    KEY_LIFE = 50 * MINUTE,     /* of the hour that a server keeps a key */
    ASK_AGAIN = 1 * MINUTE,
    SKEW = 2 * MINUTE,          /* between the server's clock and ours */
    PAGE = 20
};

static const char *
account_path(const struct job *job, int limit)
{
    struct text path = { 0 };

    text_add(&path, "/api/v1/accounts/");
    text_add_url_part(&path, job->remote_account);
    text_add_format(&path, "/statuses?limit=%d&exclude_reblogs=true", limit);
    return text_string(&path);
}

static int64_t
created_at(const char *status)
{
    const char *words = json_text(status, "$.created_at");
    int64_t at;

    if (words == NULL || clock_read(words, NULL, &at) != CLOCK_OK)
        return 0;
    return at;
}

/* The newest status's id and time, both as the server says them; an account
   that is empty has "" and 0. Without an answer nothing is noted, and a
   look-up can then prove nothing. */
void
mastodon_lookup_prepare(struct job *job)
{
    struct http_answer answer = mastodon_get(job, account_path(job, 1));
    const char *body = text_string(&answer.body);
    const char *first, *id;

    if (!mastodon_is_good(&answer) || body[0] != '[')
        return;
    first = json_raw(body, "$[0]");
    id = first ? json_text(first, "$.id") : "";
    value_set_text("resume", job->resume);
    value_set_text("newest_id", id ? id : "");
    value_set_integer("newest_at", first ? created_at(first) : 0);
    mastodon_keep(job, json_make(
        "json_set(:resume, '$.newest',"
        " json_object('id', :newest_id, 'at', :newest_at))"));
}

/* Can this status have come from our send? */
static int
is_newer(const struct job *job, const char *status)
{
    const char *newest = json_text(job->resume, "$.newest.id");
    int64_t at = created_at(status);

    if (newest == NULL)
        return at >= job->first_sent_at - SKEW;
    return at >= json_integer(job->resume, "$.newest.at", 0)
           && !text_same(json_text(status, "$.id"), newest);
}

/* Do the status's files carry the ids of our uploads? */
static int
has_our_media(const struct job *job, const char *status)
{
    struct json_member *files;
    int i, count = json_members(status, "$.media_attachments", &files);

    if (count != job->media_count || count == 0)
        return 0;
    for (i = 0; i < count; i++)
        if (!text_same(json_text(files[i].json, "$.id"),
                       mastodon_media_id(job, i)))
            return 0;
    return 1;
}

/* The text as it was sent, where the server still knows; else NULL. */
static const char *
source_text(const struct job *job, const char *id)
{
    struct text path = { 0 };
    struct http_answer answer;

    text_add(&path, "/api/v1/statuses/");
    text_add_url_part(&path, id);
    text_add(&path, "/source");
    answer = mastodon_get(job, text_string(&path));
    return mastodon_is_good(&answer)
           ? json_text(text_string(&answer.body), "$.text") : NULL;
}

/* A text alone becomes the content of HTML; a warning without a text is moved
   into it by Mastodon. */
static int
has_our_text(const struct job *job, const char *status)
{
    const char *ours = mastodon_html_normal(job->text);
    const char *content = json_text(status, "$.content");
    const char *id = json_text(status, "$.id"), *source;

    if (ours[0] == '\0')
        ours = mastodon_html_normal(
            option_text(job, "$.contentWarning", ""));
    if (content != NULL
        && text_same(ours, mastodon_html_normal(mastodon_html_text(content))))
        return 1;
    source = id ? source_text(job, id) : NULL;
    return source != NULL && text_same(ours, mastodon_html_normal(source));
}

static int
is_ours(const struct job *job, const char *status)
{
    const char *id = json_text(status, "$.id");

    if (id == NULL || id[0] == '\0' || !is_newer(job, status)
        || !text_same(json_text(status, "$.in_reply_to_id"), job->reply_to))
        return 0;
    if (has_our_media(job, status))
        return 1;
    return json_count(status, "$.media_attachments") == job->media_count
           && has_our_text(job, status);
}

static struct result
unknown(const char *words)
{
    return told_result(RESULT_UNKNOWN, "network_error", words);
}

static struct result
ask_later(int64_t at)
{
    struct result result = told_result(RESULT_WAIT, "network_error",
        "The server does not say yet whether the post is there.");

    result.retry_at = at ? at : clock_now() + ASK_AGAIN;
    return result;
}

/* May a list without our status be taken as proof? The software must be one
   whose list shows every status; the list must reach back to before our send;
   and a request that was still on its way has had five times the settling
   time to arrive. */
static struct result
not_found(const struct job *job, int reaches_back)
{
    int64_t sure_at = job->first_sent_at
                      + 5 * config()->settle_seconds * (int64_t)SECOND;

    if (!mastodon_flavour(job->limits)->reads_own_writes
        || json_text(job->resume, "$.newest.id") == NULL || !reaches_back)
        return unknown("It is not among the account's newest posts, which"
                       " proves nothing.");
    if (clock_now() < sure_at)
        return ask_later(sure_at);
    return told_result(RESULT_ABSENT, "network_error",
                       "The post had not arrived.");
}

/* Look through the account's newest statuses. */
static struct result
look_through(const struct job *job)
{
    struct http_answer answer = mastodon_get(job, account_path(job, PAGE));
    const char *body = text_string(&answer.body);
    struct json_member *statuses;
    int i, count;

    if (!mastodon_is_good(&answer) || body[0] != '[') {
        struct result result = mastodon_refusal(&answer, 0);

        if (result.kind == RESULT_RETRY)
            return ask_later(result.retry_at);
        return result.kind == RESULT_AUTH ? result : unknown(result.words);
    }
    count = json_members(body, "$", &statuses);
    for (i = 0; i < count; i++)
        if (is_ours(job, statuses[i].json))
            break;
    if (i == count)
        return not_found(job, count < PAGE
                              || !is_newer(job, statuses[count - 1].json));
    return mastodon_status_posted(statuses[i].json);
}

/* Send again under the same key. An answer that is not the status proves
   nothing of the first send: it may come before the key was looked at, and
   Pleroma brings back what it answered then. */
static struct result
send_again(struct job *job)
{
    struct http_answer answer = mastodon_status_post(job);
    struct result result = mastodon_status_result(job, &answer);

    if (result.kind == RESULT_POSTED)
        return result;
    if (http_header(&answer, "idempotent-replayed") != NULL)
        mastodon_status_refused(job);
    else if (result.kind == RESULT_UNKNOWN || result.kind == RESULT_RETRY)
        return ask_later(result.retry_at);
    return look_through(job);
}

struct result
mastodon_lookup(struct job *job)
{
    if (mastodon_flavour(job->limits)->replays && job->remote_key != NULL
        && clock_now() < job->first_sent_at + KEY_LIFE && !job->age_unknown)
        return send_again(job);
    return look_through(job);
}
