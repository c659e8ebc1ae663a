/* job.c: from the claim's rows to a driver's job, and back while it runs. */
#include "publish/job.h"
#include "publish/fetch.h"
#include "publish/finish.h"
#include "publish/follow.h"
#include "publish/renew.h"
#include "publish/spend.h"
#include "publish/steps.h"
#include "publish/stop.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "core/account.h"
#include "core/check.h"
#include "core/config.h"
#include "core/media_store.h"
#include "data/db.h"
#include "data/value.h"

#include <unistd.h>

/* The job, and what its driver need not know. Drivers are given its first
   member. */
struct task {
    struct job job;
    struct claim *claim;
    int64_t version;            /* of the content */
    struct { const char *attachment, *url; } source[MEDIA_MOST];
    int attached;               /* of any number: MEDIA_MOST are kept */
};

static const char *
text_of(const char *name)
{
    const char *text = value_text(name);

    return text ? memory_copy(text) : "";
}

static const char *
text_or_null(const char *name)
{
    return value_is_set(name) ? text_of(name) : NULL;
}

/* Asked to stop while nothing was sent: give the target back and go. */
static void
leave_if_asked(struct claim *claim)
{
    struct ending ending = ending_of_release(clock_now());

    if (!stop_asked() || claim->sent_at != 0)
        return;
    finish(claim, &ending);
    program_end(0);
}

/* Attempts of one target after which a step more proves nothing: a program
   that dies at its post may make the same steps anew for ever. */
enum { FORGIVEN_MOST = 500 };

/* The steps are kept with the version of the content they were done for. A
   commit that fails costs only that a step is done again. A step more is
   proof that the deaths before were not the post's own fault. */
static void
save_resume(struct job *job, const char *resume)
{
    struct task *task = (struct task *)job;

    stop_progress();
    value_set_integer("job_further", !text_same(job->resume, resume));
    job->resume = memory_copy(resume);
    value_set_text("job_resume", steps_close(task->claim->target,
                                             task->version, resume));
    value_set_text("job_target", task->claim->target);
    value_set_text("job_worker", task->claim->worker);
    value_set_integer("job_forgiven", FORGIVEN_MOST);
    db_begin();
    db_run("UPDATE target SET resume = :job_resume,"
           "  crashes = iif(:job_further AND :job_forgiven > (SELECT"
           "    max(number) FROM attempt WHERE target = :job_target),"
           "   0, crashes)"
           " WHERE id = :job_target AND worker = :job_worker");
    db_try_commit();
    leave_if_asked(task->claim);
}

static int
hold_credentials(struct job *job)
{
    struct claim *claim = ((struct task *)job)->claim;

    stop_progress();
    if (!renew_hold(claim->account))
        return 0;
    job->credentials = account_credentials(claim->account,
                                           &claim->credentials_version);
    if (job->credentials == NULL)
        job->credentials = "{}";
    return 1;
}

static void
save_credentials(struct job *job, const char *credentials,
                 int64_t token_expires_at)
{
    struct claim *claim = ((struct task *)job)->claim;

    stop_progress();
    job->credentials = renew_keep(claim->account, &claim->credentials_version,
                                  credentials, token_expires_at);
    leave_if_asked(claim);
}

static struct result
spend(struct job *job, enum day_kind kind, int amount)
{
    return spend_count(((struct task *)job)->claim->network, kind, amount, 0);
}

static void
add_media(void *context)
{
    struct task *task = context;
    struct job_media *media = &task->job.media[task->job.media_count];
    int place = task->job.media_count;

    if (task->attached++ == MEDIA_MOST || place == MEDIA_MOST)
        return;
    task->source[place].attachment = text_of("job_attachment");
    task->source[place].url = text_of("job_url");
    *media = (struct job_media){ .alt = text_of("job_alt") };
    if (value_is_set("job_media")) {
        media->id = text_of("job_media");
        media->type = text_of("job_type");
        media->extension = text_of("job_extension");
        media->path = media_store_path(media->id, media->extension);
        media->bytes = value_integer("job_bytes", 0);
        media->width = (int)value_integer("job_width", 0);
        media->height = (int)value_integer("job_height", 0);
        media->duration_ms = value_integer("job_duration_ms", 0);
    }
    task->job.media_count++;
}

static void
load_media(struct task *task)
{
    db_each(
        "SELECT x.id AS job_attachment, x.url AS job_url,"
        "  m.id AS job_media, m.type AS job_type,"
        "  m.extension AS job_extension, m.bytes AS job_bytes,"
        "  m.width AS job_width, m.height AS job_height,"
        "  m.duration_ms AS job_duration_ms,"
        "  coalesce(x.alt, m.alt, '') AS job_alt"
        " FROM target t JOIN attachment x ON x.post = t.post"
        "  AND x.target IS iif(t.own_media, t.id, NULL)"
        "  LEFT JOIN media m ON m.id = x.media"
        " WHERE t.id = :job_target ORDER BY x.position, x.id",
        add_media, task);
}

static void
load_content(struct task *task)
{
    if (db_run(
        "SELECT t.version AS job_version, t.settings AS job_settings,"
        "  coalesce(t.text, p.text) AS job_text,"
        "  coalesce(t.title, p.title) AS job_title,"
        "  p.category AS job_category, t.resume AS job_resume,"
        "  t.remote_key AS job_remote_key, c.server AS job_server,"
        "  c.remote_id AS job_remote_account,"
        "  c.settings AS job_account_settings, c.limits AS job_limits,"
        "  t.remote_id AS job_remote_id, t.permalink AS job_permalink"
        " FROM target t JOIN post p ON p.id = t.post"
        "  JOIN account c ON c.id = t.account"
        " WHERE t.id = :job_target") != DB_ROW)
        die("target %s is gone", task->claim->target);
    task->version = value_integer("job_version", 0);
    task->job.settings = text_of("job_settings");
    task->job.text = text_of("job_text");
    task->job.title = text_of("job_title");
    task->job.category = text_of("job_category");
    task->job.server = text_of("job_server");
    task->job.remote_account = text_of("job_remote_account");
    task->job.account_settings = text_of("job_account_settings");
    task->job.limits = text_of("job_limits");
    task->job.remote_key = text_or_null("job_remote_key");
    task->job.remote_id = text_or_null("job_remote_id");
    task->job.permalink = text_or_null("job_permalink");
    task->job.resume = steps_open(task->claim->target, task->version,
                                  value_text("job_resume"));
}

struct job *
job_load(struct claim *claim)
{
    struct task *task = memory_get(sizeof *task);

    task->claim = claim;
    task->job.target = claim->target;
    task->job.account = claim->account;
    task->job.handle = claim->handle;
    task->job.due_at = claim->due_at;
    task->job.first_sent_at = claim->sent_at;
    task->job.now = clock_now();
    value_set_text("job_attempt", claim->attempt);
    task->job.age_unknown = db_text("SELECT 1 FROM attempt WHERE"
        " id = :job_attempt AND rowid <= (SELECT CAST(value AS INTEGER)"
        "  FROM meta WHERE name = 'clock_back')") != NULL;
    task->job.save_resume = save_resume;
    task->job.save_credentials = save_credentials;
    task->job.hold_credentials = hold_credentials;
    task->job.spend = spend;
    value_set_text("job_target", claim->target);
    load_content(task);
    load_media(task);
    if (claim->part)
        follow_load(&task->job, network_find(claim->network));
    task->job.credentials = account_credentials(
        claim->account, &claim->credentials_version);
    if (task->job.credentials == NULL)
        task->job.credentials = "{}";
    task->job.app = config_app(claim->network);
    return &task->job;
}

static struct result
refused(const char *category, const char *words)
{
    return (struct result){
        .kind = RESULT_REJECTED, .category = category, .words = words
    };
}

/* Every attachment is a file of ours. */
static struct result
collect_media(struct task *task)
{
    int i;

    if (task->attached > MEDIA_MOST)
        return refused("media_error", memory_format(
            "A post carries at most %d files; this one has %d.",
            MEDIA_MOST, task->attached));
    for (i = 0; i < task->job.media_count; i++) {
        struct job_media *media = &task->job.media[i];

        leave_if_asked(task->claim);
        if (media->path == NULL) {
            struct result fetched = fetch_media(
                task->source[i].url, task->source[i].attachment, media);

            stop_progress();
            if (fetched.kind != RESULT_READY)
                return fetched;
        }
        if (access(media->path, R_OK) != 0)
            return refused("media_error", memory_format(
                "The file of media %s is not there.", media->id));
    }
    return (struct result){ .kind = RESULT_READY };
}

struct result
job_check(struct claim *claim, struct job *job)
{
    struct check_content content = {
        .text = job->text, .title = job->title[0] ? job->title : NULL,
        .settings = job->settings, .media_count = job->media_count
    };
    const struct catalogue_row *row = catalogue_find(claim->network);
    struct result collected = collect_media((struct task *)job);
    struct fault fault;
    int i;

    if (collected.kind != RESULT_READY)
        return collected;
    for (i = 0; i < job->media_count; i++)
        content.media[i] = (struct check_media){
            .type = job->media[i].type, .bytes = job->media[i].bytes,
            .duration_ms = job->media[i].duration_ms,
            .width = job->media[i].width, .height = job->media[i].height,
            .alt = job->media[i].alt, .path = job->media[i].path
        };
    fault = (claim->part ? check_part_fits : check_fits)(
        row, row->asks_anew ? NULL : job->limits, &content);
    if (fault.kind == FAULT_NONE)
        return collected;
    return refused(fault.kind == FAULT_MEDIA ? "media_error"
                   : "platform_rejected", fault.detail ? fault.detail
                   : "The network does not take this content.");
}
