/* change.c: one call to a network, and what its answer means. */
#include "publish/change.h"
#include "publish/ending.h"
#include "publish/job.h"
#include "publish/stop.h"
#include "publish/worker.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/secret.h"
#include "base/text.h"
#include "core/config.h"
#include "data/db.h"
#include "data/value.h"

enum { TRIES = 3 };

static struct result
refused(const char *category, const char *words)
{
    return (struct result){ .kind = RESULT_REJECTED, .category = category,
                            .words = words };
}

static struct result
call(const struct change *change, struct job *job)
{
    const struct network *network = network_find(change->claim.network);
    struct result (*act)(struct job *) = network == NULL ? NULL
        : change->is_edit ? network->edit : network->remove;
    struct result result;

    if (act == NULL)
        return refused("unsupported_network", memory_format(
            "Crier cannot do this on %s.", change->claim.network));
    if (change->claim.sent_at == 0)
        return refused("auth_error",
                       "The account is not connected any more.");
    if (change->is_edit)
        job->text = change->text;
    point("change");
    result = told_hushed(act(job), job);
    point("changed");
    return result;
}

/* Surely or perhaps not done: again, in a while. A moment that the network
   named is no failure, but for a day. */
static struct change_ending
again(const struct change *change, const struct result *result, int64_t now)
{
    int limited = text_same(result->category, "rate_limited")
                  && !result->pause;
    int64_t wait = (int64_t)config()->retry_seconds * SECOND;
    struct change_ending ending = {
        .outcome = "retry", .result = *result,
        .failures = !(limited && result->retry_at > 0),
        .next_at = result->retry_at > now ? result->retry_at
            : now + hash_spread(wait << change->claim.failures,
                                change->claim.attempt)
    };

    if (result->pause) {
        ending.failures = 0;
        ending.next_at = ending_pause_until(result, now);
        return ending;
    }
    if (limited)
        ending.not_before = ending.next_at;
    if (change->claim.failures + ending.failures >= TRIES
        || ending.next_at - change->asked_at > DAY)
        ending.outcome = "failed";
    return ending;
}

static struct change_ending
ending_of(const struct change *change, const struct result *result,
          int64_t now)
{
    struct change_ending ending = { .outcome = "failed", .result = *result };

    switch (result->kind) {
    case RESULT_READY:
    case RESULT_POSTED:
        ending.outcome = "done";
        ending.result.category = ending.result.words = NULL;
        return ending;
    case RESULT_AUTH:
        ending.account_expired = 1;
        return ending;
    case RESULT_REJECTED:
        return ending;
    default:
        return again(change, result, now);
    }
}

void
change_work(struct change *change)
{
    struct job *job = job_load(&change->claim);
    struct change_ending ending;
    struct result result;

    stop_progress();
    stop_defer();
    result = call(change, job);
    ending = ending_of(change, &result, clock_now());
    note("%s of target %s on %s: %s%s%s", change->is_edit ? "edit"
         : "deletion", change->claim.target, change->claim.network,
         ending.outcome, ending.result.category ? ", " : "",
         ending.result.category ? ending.result.category : "");
    change_write(change, &ending);
    stop_allow();
}

static void
recover_worker(void *nothing)
{
    const char *worker = memory_copy(value_text("change_worker"));
    struct change change;
    struct change_ending ending = {
        .outcome = "crashed", .crashes = 1, .next_at = clock_now(),
        .result = { .category = "crash",
                    .words = "the publisher was interrupted" }
    };

    (void)nothing;
    if (lock_is_held(worker_path(worker))
        || !change_of_worker(worker, &change))
        return;
    if (change.claim.crashes + 1 >= TRIES) {
        ending.outcome = "failed";
        ending.result.category = "poison";
        ending.result.words = memory_format("the publisher was interrupted"
            " three times: it may be done at %s all the same; look there, or"
            " ask again", change.claim.handle);
    }
    note("target %s: its worker died while it was changed: %s",
         change.claim.target, ending.outcome);
    change_write(&change, &ending);
}

void
change_recover(void)
{
    db_each("SELECT DISTINCT worker AS change_worker FROM change"
            " WHERE worker IS NOT NULL", recover_worker, NULL);
}
