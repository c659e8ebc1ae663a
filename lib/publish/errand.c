/* errand.c: jobs of accounts and of public posts. */
#include "publish/errand.h"
#include "publish/renew.h"
#include "publish/spend.h"
#include "publish/stop.h"
#include "base/clock.h"
#include "base/memory.h"
#include "core/account.h"
#include "core/config.h"
#include "core/connect.h"
#include "data/db.h"
#include "data/value.h"

/* Drivers are given its first member. */
struct errand {
    struct job job;
    const char *network;
    int64_t version;
};

static const char *
text_of(const char *name)
{
    const char *text = value_text(name);

    return text ? memory_copy(text) : "";
}

static void
load_credentials(struct errand *errand)
{
    errand->job.credentials = account_credentials(errand->job.account,
                                                  &errand->version);
    if (errand->job.credentials == NULL)
        errand->job.credentials = "{}";
}

static int
hold_credentials(struct job *job)
{
    stop_progress();
    if (!renew_hold(job->account))
        return 0;
    load_credentials((struct errand *)job);
    return 1;
}

static void
save_credentials(struct job *job, const char *credentials,
                 int64_t token_expires_at)
{
    struct errand *errand = (struct errand *)job;

    stop_progress();
    job->credentials = renew_keep(job->account, &errand->version, credentials,
                                  token_expires_at);
}

static void
save_resume(struct job *job, const char *resume)
{
    job->resume = memory_copy(resume);
}

static struct result
spend(struct job *job, enum day_kind kind, int amount)
{
    return spend_count(((struct errand *)job)->network, kind, amount, 1);
}

/* The job of the account in the errand_... values. */
static struct errand *
begin(void)
{
    struct errand *errand = memory_get(sizeof *errand);
    struct job *job = &errand->job;

    job->target = job->text = job->title = job->category = "";
    job->settings = job->resume = "{}";
    job->account = text_of("errand_account");
    job->server = text_of("errand_server");
    job->remote_account = text_of("errand_remote_account");
    job->handle = text_of("errand_handle");
    job->account_settings = text_of("errand_account_settings");
    job->limits = text_of("errand_limits");
    errand->network = text_of("errand_network");
    job->app = config_app(errand->network);
    if (job->app == NULL)
        job->app = connect_app(errand->network, job->server);
    job->spend = spend;
    job->now = clock_now();
    job->hold_credentials = hold_credentials;
    job->save_credentials = save_credentials;
    job->save_resume = save_resume;
    load_credentials(errand);
    return errand;
}

#define ACCOUNT \
    " c.id AS errand_account, c.server AS errand_server," \
    " c.network AS errand_network, c.remote_id AS errand_remote_account," \
    " c.handle AS errand_handle, c.settings AS errand_account_settings," \
    " c.limits AS errand_limits"

struct job *
errand_of_account(const char *account)
{
    value_set_text("errand_id", account);
    if (db_run("SELECT" ACCOUNT " FROM account c WHERE c.id = :errand_id")
        != DB_ROW)
        return NULL;
    return &begin()->job;
}

struct job *
errand_of_post(const char *target)
{
    struct job *job;

    value_set_text("errand_id", target);
    if (db_run("SELECT" ACCOUNT ", t.id AS errand_target,"
               " coalesce(t.text, p.text) AS errand_text,"
               " coalesce(t.title, p.title) AS errand_title,"
               " p.category AS errand_category,"
               " t.settings AS errand_settings, t.due_at AS errand_due_at,"
               " t.remote_id AS errand_remote_id,"
               " t.remote_key AS errand_remote_key,"
               " t.permalink AS errand_permalink FROM target t"
               " JOIN post p ON p.id = t.post JOIN account c"
               " ON c.id = t.account"
               " WHERE t.id = :errand_id AND t.state = 'posted'") != DB_ROW)
        return NULL;
    job = &begin()->job;
    job->target = text_of("errand_target");
    job->text = text_of("errand_text");
    job->title = text_of("errand_title");
    job->category = text_of("errand_category");
    job->settings = text_of("errand_settings");
    job->due_at = value_integer("errand_due_at", 0);
    job->remote_id = text_of("errand_remote_id");
    job->remote_key = text_of("errand_remote_key");
    job->permalink = text_of("errand_permalink");
    return job;
}

int64_t
errand_version(const struct job *job)
{
    return ((const struct errand *)job)->version;
}
