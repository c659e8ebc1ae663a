/* ending.c: the table of outcomes. */
#include "publish/ending.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/secret.h"
#include "base/text.h"
#include "core/catalogue.h"
#include "core/config.h"

#include <string.h>

enum {
    VERIFY_MS = 30 * MINUTE,    /* how long an unknown send is asked about */
    TRIES_MS = DAY              /* how long a target is tried in all */
};

/* Can this network be asked what became of an unknown send? */
static int
can_verify(const struct claim *claim)
{
    const struct catalogue_row *row = catalogue_find(claim->network);
    const struct network *network = network_find(claim->network);

    if (network != NULL && claim->part)
        network = network->parts;
    return row != NULL && row->recovery != RECOVERY_NONE
           && network != NULL && network->look_up != NULL;
}

/* 1, 2, 4 ... times the first wait, spread a little. */
static int64_t
backoff(const struct claim *claim)
{
    int64_t wait = (int64_t)config()->retry_seconds * SECOND;
    int64_t steps = claim->failures < 2 ? claim->failures : 2;

    return hash_spread(wait << steps, claim->attempt);
}

/* Too many requests, and no word of until when: as long again as it has gone
   on, an hour at most. */
static int64_t
patience(const struct claim *claim, int64_t now)
{
    int64_t wait = backoff(claim), waited = now - claim->began_at;

    if (waited > HOUR)
        waited = HOUR;
    return waited > wait ? waited : wait;
}

static struct ending
ending_from(const struct result *result, const char *outcome,
            const char *state)
{
    return (struct ending){
        .outcome = outcome, .state = state,
        .category = result->category, .words = result->words,
        .http_status = result->http_status,
        .remote_id = result->remote_id, .permalink = result->permalink
    };
}

struct ending
ending_of_doubt(const struct claim *claim, const char *words)
{
    return (struct ending){
        .outcome = "uncertain", .state = "uncertain",
        .category = "uncertain",
        .words = memory_format("uncertain: this post may be public; look for"
                               " it at %s before you send it again (%s)",
                               claim->handle, words ? words : "no answer came")
    };
}

/* What a driver has to say of it all the same stays in the journal. */
static struct ending
posted(const struct result *result)
{
    struct ending ending = ending_from(result, "posted", "posted");

    if (ending.permalink != NULL && !text_is_link(ending.permalink))
        ending.permalink = NULL;        /* what a network said is no link */
    if (ending.remote_id == NULL || ending.remote_id[0] == '\0')
        ending.remote_id = ending.permalink ? ending.permalink : "unknown";
    ending.category = NULL;
    return ending;
}

/* Is a time a day or more after the first try? Tries before a new due time,
   which an owner gave it since, do not count. */
static int
is_over(int64_t time, const struct claim *claim)
{
    int64_t began = claim->began_at > claim->due_at ? claim->began_at
                                                    : claim->due_at;

    return time - began >= TRIES_MS;
}

/* Surely not posted, and a later try may work. */
static struct ending
retried(const struct result *result, const struct claim *claim, int64_t now)
{
    struct ending ending = ending_from(result, "retry", "scheduled");
    int is_limited = text_same(result->category, "rate_limited");

    ending.next_at = now + (is_limited ? patience(claim, now)
                                       : backoff(claim));
    if (result->retry_at > 0)
        ending.next_at = result->retry_at;
    if (is_limited)
        ending.not_before = ending.next_at;
    ending.failures = !is_limited;
    if (claim->failures + ending.failures >= ENDING_TRIES
        || is_over(now, claim))
        ending.outcome = ending.state = "failed";
    return ending;
}

const char *
ending_extent(const struct result *result)
{
    return result->pause == PAUSE_ALL ? "all"
           : result->pause == PAUSE_POSTS ? "posts" : NULL;
}

int64_t
ending_pause_until(const struct result *result, int64_t now)
{
    return result->retry_at > now ? result->retry_at : now + HOUR;
}

/* Neither the post nor its account is to blame: what began before does not
   count against it either (claim.c). */
static struct ending
paused(const struct result *result, int64_t now)
{
    struct ending ending = ending_from(result, "retry", "scheduled");

    ending.category = "paused";
    ending.pause = ending_extent(result);
    ending.pause_until = ending_pause_until(result, now);
    ending.next_at = ending.pause ? now : ending.pause_until;
    return ending;
}

/* The network is busy with what was prepared: come back, nothing failed. */
static struct ending
waiting(const struct result *result, const struct claim *claim, int64_t now)
{
    struct ending ending = ending_from(result, "released", "scheduled");

    ending.next_at = result->retry_at > now
        ? result->retry_at : now + config()->retry_seconds * SECOND;
    if (is_over(ending.next_at, claim)) {
        ending.outcome = ending.state = "failed";
        ending.category = "media_processing";
    }
    return ending;
}

static struct ending
expired(const struct result *result, int64_t now)
{
    struct ending ending = ending_from(result, "retry", "scheduled");

    ending.category = "auth_error";
    ending.next_at = now;
    ending.account_expired = 1;
    return ending;
}

/* It may be public: ask about it, while there is somebody to ask. */
static struct ending
unknown(const struct result *result, const struct claim *claim, int64_t now)
{
    struct ending ending = ending_from(result, NULL, "verifying");
    int64_t sent_at = claim->sent_at ? claim->sent_at : now;

    if (!can_verify(claim) || now - sent_at > VERIFY_MS)
        return ending_of_doubt(claim, result->words);
    ending.next_at = now + config()->settle_seconds * SECOND;
    if (result->retry_at > now)
        ending.next_at = result->retry_at;
    return ending;
}

static struct ending
looked_up(const struct result *result, const struct claim *claim, int64_t now)
{
    struct ending ending;

    switch (result->kind) {
    case RESULT_POSTED:
        return posted(result);
    case RESULT_ABSENT:
        return retried(result, claim, now);
    case RESULT_DISCARDED:
        return ending_from(result, "failed", "failed");
    case RESULT_WAIT:
    case RESULT_RETRY:
        ending = unknown(result, claim, now);
        if (result->pause) {
            ending.pause = ending_extent(result);
            ending.pause_until = ending_pause_until(result, now);
        } else if (text_same(result->category, "rate_limited")) {
            ending.not_before = result->retry_at;
        }
        return ending;
    case RESULT_AUTH:
        ending = unknown(result, claim, now);
        ending.account_expired = 1;
        return ending;
    default:
        return ending_of_doubt(claim, result->words);
    }
}

struct ending
ending_of_result(enum stage stage, const struct result *result,
                 const struct claim *claim, int64_t now)
{
    if (stage == STAGE_LOOK_UP)
        return looked_up(result, claim, now);
    if (result->pause && result->kind == RESULT_RETRY)
        return paused(result, now);
    switch (result->kind) {
    case RESULT_POSTED:
        return posted(result);
    case RESULT_REJECTED:
    case RESULT_DISCARDED:
        return ending_from(result, "failed", "failed");
    case RESULT_AUTH:
        return expired(result, now);
    case RESULT_RETRY:
        return retried(result, claim, now);
    case RESULT_WAIT:
        if (stage == STAGE_PREPARE)
            return waiting(result, claim, now);
        return unknown(result, claim, now);
    default:
        if (stage == STAGE_PREPARE)
            return retried(result, claim, now);
        return unknown(result, claim, now);
    }
}

struct ending
ending_of_crash(const struct claim *claim, int64_t now)
{
    struct result died = {
        .category = "crash", .words = "the publisher was interrupted"
    };
    struct ending ending;

    if (claim->sent_at == 0) {
        ending = ending_from(&died, "crashed", "scheduled");
        ending.next_at = now;
        if (claim->crashes + 1 >= ENDING_CRASHES) {
            ending.outcome = ending.state = "failed";
            ending.category = "poison";
            ending.words = "the publisher was interrupted three times at"
                           " this post";
        }
    } else if (claim->crashes + 1 >= ENDING_CRASHES) {
        ending = ending_of_doubt(claim, died.words);
    } else {
        ending = unknown(&died, claim, now);
    }
    ending.crashes = 1;
    return ending;
}

struct ending
ending_of_release(int64_t next_at)
{
    return (struct ending){
        .outcome = "released", .state = "scheduled", .next_at = next_at
    };
}
