/* mastodon_status.c: making a status, and what the answer to it means. */
#include "network/mastodon.h"
#include "network/guard.h"
#include "network/option.h"
#include "network/told.h"
#include "base/memory.h"
#include "base/secret.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

const char *
mastodon_status_key(const struct job *job)
{
    struct text content = { 0 };
    uint8_t secret[HASH_BYTES];
    char *room = memory_get(HASH_ROOM);
    int i;

    text_add_format(&content, "%s\n%lld\n%s\n", job->target,
                    (long long)json_integer(job->resume, "$.refusals", 0),
                    job->settings);
    for (i = 0; i < job->media_count; i++)
        text_add_format(&content, "%s\n%s\n", job->media[i].id,
                        job->media[i].alt);
    text_add(&content, job->text);
    secret_derive("mastodon", secret);
    return hmac_hex(secret, sizeof secret, text_string(&content),
                    content.length, room);
}

/* The form that makes the status. What is not set is the account's default
   on its server, so it is left out. */
static const char *
form_of(const struct job *job)
{
    static const struct { const char *field, *setting; } fields[] = {
        { "visibility", "$.visibility" },
        { "spoiler_text", "$.contentWarning" },
        { "language", "$.language" },
    };
    struct text form = { 0 };
    size_t i;
    int m;

    http_form_add(&form, "status", job->text);
    if (job->reply_to != NULL)
        http_form_add(&form, "in_reply_to_id", job->reply_to);
    for (m = 0; m < job->media_count; m++)
        http_form_add(&form, "media_ids[]", mastodon_media_id(job, m));
    for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const char *value = option_text(job, fields[i].setting, "");

        if (value[0] != '\0')
            http_form_add(&form, fields[i].field, value);
    }
    if (option_is_on(job, "$.sensitive"))
        http_form_add(&form, "sensitive", "true");
    return text_string(&form);
}

struct http_answer
mastodon_status_post(const struct job *job)
{
    return mastodon_post(job, "/api/v1/statuses", form_of(job),
                         job->remote_key);
}

struct result
mastodon_status_posted(const char *status)
{
    const char *url = json_text(status, "$.url");
    struct result result = {
        .kind = RESULT_POSTED, .http_status = 200,
        .remote_id = json_text(status, "$.id")
    };

    if (url == NULL)
        url = json_text(status, "$.uri");
    if (url != NULL && text_is_link(url) && guard_url_fault(url) == NULL)
        result.permalink = url;
    return result;
}

/* A server shows the posts of an account that it silenced to fewer people
   than they were meant for, and only says so in what it answers. */
static void
tell_downgrade(const struct job *job, const char *status,
               struct result *result)
{
    const char *wanted = option_text(job, "$.visibility", NULL);
    const char *shown = json_text(status, "$.visibility");

    if (wanted != NULL && shown != NULL && !text_same(wanted, shown))
        result->words = memory_format("The server shows it as %s, not as %s.",
                                      told_words(shown, ""), wanted);
}

struct result
mastodon_status_result(const struct job *job,
                       const struct http_answer *answer)
{
    const char *software = mastodon_flavour(job->limits)->software;
    const char *body = text_string(&answer->body);
    struct result result;

    if (mastodon_is_good(answer)) {
        result = mastodon_status_posted(body);
        tell_downgrade(job, body, &result);
        if (result.remote_id != NULL && result.remote_id[0] != '\0')
            return result;
    }
    result = mastodon_refusal(answer, 1);
    /* Pixelfed: this key came before, and nobody says what became of it. */
    if (answer->status == 400 && text_same(software, "pixelfed")
        && strstr(body, "dempotency") != NULL)
        result.kind = RESULT_UNKNOWN;
    /* GoToSocial throttles before it looks at a request. */
    if (answer->status == 503 && text_same(software, "gotosocial")
        && http_header(answer, "retry-after") != NULL) {
        result.kind = RESULT_RETRY;
        result.category = "rate_limited";
    }
    return result;
}

void
mastodon_status_refused(struct job *job)
{
    value_set_text("resume", job->resume);
    value_set_integer("refusals",
                      json_integer(job->resume, "$.refusals", 0) + 1);
    mastodon_keep(job, json_make(
        "json_set(:resume, '$.refusals', :refusals)"));
}

struct result
mastodon_status_send(struct job *job)
{
    struct http_answer answer = mastodon_status_post(job);
    struct result result = mastodon_status_result(job, &answer);

    if (result.kind == RESULT_POSTED || result.kind == RESULT_UNKNOWN)
        return result;
    mastodon_status_refused(job);
    if (answer.status == 422 && job->media_count > 0) {
        struct result review = mastodon_media_review(job);

        if (review.kind == RESULT_RETRY && review.category != NULL
            && text_begins(review.category, "media"))
            return review;
    }
    return result;
}
