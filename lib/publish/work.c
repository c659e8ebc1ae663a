/* work.c: prepare, arm, send, finish; or look up, finish. */
#include "publish/work.h"
#include "publish/arm.h"
#include "publish/finish.h"
#include "publish/job.h"
#include "publish/renew.h"
#include "publish/stop.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/text.h"

static void
end(struct claim *claim, enum stage stage, const struct result *result)
{
    struct ending ending = ending_of_result(stage, result, claim,
                                            clock_now());

    note("target %s on %s: %s%s%s", claim->target, claim->network,
         ending.state, ending.category ? ", " : "",
         ending.category ? ending.category : "");
    finish(claim, &ending);
}

/* No call was made. A commit that failed may yet have marked the attempt as
   sent, so it then ends as one that is known not to be out. */
static void
release(struct claim *claim, enum arm armed)
{
    struct ending ending = ending_of_release(clock_now());

    if (armed == ARM_FAILED)
        ending.outcome = "retry";
    finish(claim, &ending);
}

static const struct network *
driver_of(const struct claim *claim)
{
    const struct network *network = network_find(claim->network);

    return network != NULL && claim->part ? network->parts : network;
}

static struct result
prepare(const struct network *network, struct claim *claim, struct job *job)
{
    struct result result;

    if (network == NULL)
        return (struct result){
            .kind = RESULT_REJECTED, .category = "unsupported_network",
            .words = memory_format("Crier cannot publish on %s yet.",
                                   claim->network)
        };
    if (claim->part && (job->reply_to == NULL || job->reply_root == NULL))
        return (struct result){
            .kind = RESULT_REJECTED, .category = "platform_rejected",
            .words = memory_format("Crier does not know the id on %s of what"
                " this part follows: publish the rest below it by hand.",
                claim->network)
        };
    result = job_check(claim, job);
    if (result.kind != RESULT_READY)
        return result;
    point("prepare");
    result = told_hushed(network->prepare(job), job);
    point("prepared");
    stop_progress();
    return result;
}

static void
publish(const struct network *network, struct claim *claim, struct job *job)
{
    struct result result = prepare(network, claim, job);
    enum arm armed = ARM_STOPPED;

    if (result.kind != RESULT_READY) {
        end(claim, STAGE_PREPARE, &result);
        return;
    }
    stop_defer();
    if (!stop_asked())
        armed = arm(claim, job);
    if (armed != ARM_ARMED) {
        release(claim, armed);
    } else {
        stop_progress();
        job->first_sent_at = claim->sent_at;
        point("send");
        result = told_hushed(network->send(job), job);
        point("sent");
        end(claim, STAGE_SEND, &result);
    }
    stop_allow();
}

static void
look_up(const struct network *network, struct claim *claim, struct job *job)
{
    struct result result = {
        .kind = RESULT_UNKNOWN, .words = "this network cannot be asked"
    };

    stop_defer();
    point("look up");
    if (network != NULL && network->look_up != NULL)
        result = told_hushed(network->look_up(job), job);
    point("looked up");
    end(claim, STAGE_LOOK_UP, &result);
    stop_allow();
}

void
work(struct claim *claim)
{
    const struct network *network = driver_of(claim);
    struct job *job = job_load(claim);

    stop_progress();
    if (claim->sent_at != 0)
        look_up(network, claim, job);
    else
        publish(network, claim, job);
    renew_release();
    stop_progress();
}
