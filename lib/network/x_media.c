/* x_media.c: a post's files, until X can attach them. */
#include "network/x.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

enum { PROCESSING_MOST = 15 * MINUTE };

static struct result
ready(void)
{
    return told_result(RESULT_READY, NULL, NULL);
}

static struct result
poll(struct job *job, int position, struct x_entry *entry)
{
    struct oauth_answer answer;
    struct result wait = told_result(RESULT_WAIT, "media_processing",
                                  "X is processing a file.");

    wait.retry_at = entry->check_at;
    if (clock_now() < entry->check_at)
        return wait;
    if (clock_now() > entry->at + PROCESSING_MOST) {
        x_entry_forget(job, position);
        return told_result(RESULT_REJECTED, "media_error",
            "X did not finish processing a file in 15 minutes.");
    }
    answer = x_upload_status(job, entry);
    if (!x_is_good(&answer))
        return x_upload_lost(job, position, &answer);
    return x_upload_judge(job, position, entry, &answer);
}

/* Alt text of videos is not sent: X documents it for pictures. */
static struct result
describe(struct job *job, int position, struct x_entry *entry)
{
    const struct job_media *media = &job->media[position];

    if (media->alt[0] != '\0' && text_begins(media->type, "image/")) {
        struct oauth_answer answer;

        value_set_text("x_id", entry->id);
        value_set_text("x_alt", media->alt);
        answer = x_post_json(job, "/2/media/metadata", json_make(
            "json_object('id', :x_id, 'metadata', json_object('alt_text',"
            " json_object('text', :x_alt)))"));
        if (!x_is_good(&answer))
            return x_upload_lost(job, position, &answer);
    }
    entry->step = X_DESCRIBED;
    x_entry_keep(job, position, entry);
    return ready();
}

static struct result
prepare_one(struct job *job, int position)
{
    struct x_entry entry = x_entry_of(job, position);
    struct result result = ready();

    if (entry.id == NULL || entry.step == X_UPLOADING)
        result = x_upload(job, position);
    else if (entry.step == X_PROCESSING)
        result = poll(job, position, &entry);
    if (result.kind != RESULT_READY)
        return result;
    entry = x_entry_of(job, position);
    return entry.step == X_DESCRIBED ? result
                                     : describe(job, position, &entry);
}

/* Four photos, or one GIF, or one video. */
static int
is_gif_among_others(const struct job *job)
{
    int i;

    for (i = 0; i < job->media_count; i++)
        if (text_same(job->media[i].type, "image/gif"))
            return job->media_count > 1;
    return 0;
}

struct result
x_media_prepare(struct job *job)
{
    struct result result = ready();
    int i;

    if (is_gif_among_others(job))
        return told_result(RESULT_REJECTED, "media_error",
                        "X takes a GIF alone, without other files.");
    for (i = 0; i < job->media_count && result.kind == RESULT_READY; i++)
        result = prepare_one(job, i);
    return result;
}
