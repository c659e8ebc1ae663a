/* mastodon.c: the driver for Mastodon and what speaks its client API. */
#include "network/mastodon.h"
#include "network/told.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/json.h"

#include <string.h>

enum { WORDS_MOST = 200 };

/* Mastodon keeps a key for 1 hour per account, from the moment its status was
   saved (methods/statuses.md). Pleroma's key is its server's, for about 6
   hours (UNVERIFIED), and brings back an error as well as a status. Pixelfed
   burns a key before it looks at the post, so none is worth sending again.
   GoToSocial and snac know no keys. GoToSocial is one process (it cannot be
   clustered), inserts a status before it answers (processing/status/create.go)
   and lists an account's statuses from that table: what is not listed is not
   there. Of the others that is not known. */
static const struct mastodon_flavour flavours[] = {
    { "mastodon", .replays = 1, .counts_graphemes = 1 },
    { "hometown", .replays = 1, .counts_graphemes = 1 },
    { "pleroma", .replays = 1, .replays_errors = 1 },
    { "akkoma", .replays = 1, .replays_errors = 1 },
    { "rebased", .replays = 1, .replays_errors = 1 },
    { "gotosocial", .reads_own_writes = 1 },
    { "pixelfed", .needs_media = 1 },
    { "snac" },
    { NULL }
};

const struct mastodon_flavour *
mastodon_flavour(const char *limits)
{
    const char *software = json_text(limits, "$.software");
    const struct mastodon_flavour *flavour = flavours;

    while (flavour->software != NULL
           && !text_same(flavour->software, software))
        flavour++;
    return flavour;
}

const char *
mastodon_url(const char *server, const char *path)
{
    return memory_format("%s%s", config_api_url("mastodon", server), path);
}

const char *
mastodon_token(const struct job *job)
{
    const char *token = json_text(job->credentials, "$.access_token");

    return token ? token : "";
}

/* GoToSocial answers 406 where Accept does not name JSON. */
struct http_answer
mastodon_get(const struct job *job, const char *path)
{
    return http_send(&(struct http_request){
        .url = mastodon_url(job->server, path),
        .bearer = mastodon_token(job),
        .headers = { "Accept: application/json" },
        .answer_limit = 4 * 1024 * 1024
    });
}

struct http_answer
mastodon_post(const struct job *job, const char *path, const char *form,
              const char *key)
{
    return http_send(&(struct http_request){
        .method = "POST",
        .url = mastodon_url(job->server, path),
        .bearer = mastodon_token(job),
        .headers = { "Accept: application/json",
                     "Content-Type: application/x-www-form-urlencoded",
                     key ? memory_format("Idempotency-Key: %s", key) : NULL },
        .body = form, .body_length = strlen(form)
    });
}

int
mastodon_is_good(const struct http_answer *answer)
{
    return answer->result == HTTP_ANSWERED && answer->status == 200
           && http_is_json(answer);
}

void
mastodon_keep(struct job *job, const char *resume)
{
    job->save_resume(job, resume);
    job->resume = resume;
}

/* What the server says went wrong, in its words and language; some send
   nothing, and proxies send HTML. */
static const char *
server_words(const struct http_answer *answer)
{
    const char *error = NULL;

    if (http_is_json(answer))
        error = json_text(text_string(&answer->body), "$.error");
    if (error == NULL || error[0] == '\0')
        return memory_format("The server answered %ld.", answer->status);
    return memory_format("The server answered %ld: %s", answer->status,
                         memory_copy_bytes(error, utf8_grapheme_bytes(
                             error, WORDS_MOST)));
}

/* X-RateLimit-Reset is a time in ISO 8601, unlike anyone else's. */
static int64_t
wait_until(const struct http_answer *answer)
{
    const char *reset = http_header(answer, "x-ratelimit-reset");
    int64_t now = clock_now(), at;

    if (answer->status != 429 || reset == NULL
        || clock_read(reset, NULL, &at) != CLOCK_OK || at <= now)
        return http_retry_at(answer);
    return at > now + DAY ? now + DAY : at;
}

/* 403 is also what a suspended account gets; a token whose scopes are too
   small is told apart by Doorkeeper's header (RFC 6750). Sentences are in any
   language. */
static int
lacks_scope(const struct http_answer *answer)
{
    const char *header = http_header(answer, "www-authenticate");

    return header != NULL && strstr(header, "insufficient_scope") != NULL;
}

struct result
mastodon_refusal(const struct http_answer *answer, int sent)
{
    struct result result;
    long status = answer->status;

    if (answer->result != HTTP_ANSWERED)
        return told_no_answer("Mastodon", answer, sent);
    if (status == 401 || (status == 403 && lacks_scope(answer)))
        result = told_result(RESULT_AUTH, "auth_error", NULL);
    else if (status == 429)
        result = told_result(RESULT_RETRY, "rate_limited", NULL);
    else if (status < 300 || status == 408 || status >= 500)
        result = told_result(sent ? RESULT_UNKNOWN : RESULT_RETRY,
                             "platform_5xx", NULL);
    else
        result = told_result(RESULT_REJECTED, "platform_rejected", NULL);
    result.words = server_words(answer);
    if (status < 300)
        result.words = "The server's answer cannot be read.";
    else if (status < 400)
        result.words = memory_format(
            "The server answered %ld, a redirect: connect the account at the"
            " server's own address.", status);
    result.http_status = status;
    result.retry_at = wait_until(answer);
    return result;
}

static struct result
prepare(struct job *job)
{
    struct result result = mastodon_media_prepare(job);

    if (result.kind != RESULT_READY)
        return result;
    if (!mastodon_flavour(job->limits)->replays)
        mastodon_lookup_prepare(job);
    job->remote_key = mastodon_status_key(job);
    return result;
}

/* Of https://SERVER/@PERSON/ID or https://SERVER/@PERSON/statuses/ID, as the
   account's own server links to it. */
static const char *
id_in_link(const struct job *job, const char *link)
{
    const char *start = memory_format("%s/@", job->server);
    const char *slash = strrchr(link, '/');
    size_t length = slash ? strlen(slash + 1) : 0;

    if (!text_begins(link, start) || length == 0
        || slash < link + strlen(start)
        || strspn(slash + 1, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != length)
        return NULL;
    return slash + 1;
}

const struct network mastodon = {
    .name = "mastodon",
    .prepare = prepare,
    .send = mastodon_status_send,
    .look_up = mastodon_lookup,
    .connect = mastodon_connect,
    .sync = mastodon_sync,
    .oauth_begin = mastodon_oauth_begin,
    .oauth_finish = mastodon_oauth_finish,
    .edit = mastodon_change_edit,
    .remove = mastodon_change_remove,
    .measure = mastodon_measure,
    .parts = &mastodon,
    .id_in_link = id_in_link,
    .revoke = mastodon_oauth_revoke
};
