/* linkedin_entry.c: what was uploaded to LinkedIn, as resume keeps it.

   {media: {OUR ID: {urn, step, at, check_at}}, forgotten, limits}; a video on
   its way stands beside it (linkedin_video.c). */
#include "network/linkedin.h"
#include "base/clock.h"
#include "data/json.h"
#include "data/value.h"

struct linkedin_entry
linkedin_entry_of(const struct job *job, const char *id)
{
    struct json_member *entries;
    struct linkedin_entry entry = { 0 };
    int i, count = json_members(job->resume, "$.media", &entries);

    for (i = 0; i < count; i++)
        if (text_same(entries[i].key, id)) {
            const char *json = entries[i].json;

            entry.urn = json_text(json, "$.urn");
            entry.step = (enum linkedin_step)json_integer(json, "$.step", 0);
            entry.at = json_integer(json, "$.at", 0);
            entry.check_at = json_integer(json, "$.check_at", 0);
        }
    return entry;
}

void
linkedin_entry_keep(struct job *job, const char *id,
                    const struct linkedin_entry *entry)
{
    value_set_text("linkedin_of", id);
    value_set_text("linkedin_urn", entry->urn);
    value_set_integer("linkedin_step", entry->step);
    value_set_integer("linkedin_at", entry->at);
    value_set_integer("linkedin_check_at", entry->check_at);
    linkedin_keep(job, json_make(
        "json_object('video', NULL, 'media', json_object(:linkedin_of,"
        " json_object('urn', :linkedin_urn, 'step', :linkedin_step,"
        " 'at', :linkedin_at, 'check_at', :linkedin_check_at)))"));
}

int
linkedin_entry_forget(struct job *job)
{
    int first = !json_is_true(job->resume, "$.forgotten");

    linkedin_keep(job, "{\"media\":null,\"video\":null,\"forgotten\":true}");
    return first;
}

void
linkedin_entry_delay(struct job *job, int64_t until)
{
    int i;

    for (i = 0; i < job->media_count; i++) {
        struct linkedin_entry entry = linkedin_entry_of(job,
                                                         job->media[i].id);

        entry.step = LINKEDIN_BLIND;
        entry.check_at = until;
        linkedin_entry_keep(job, job->media[i].id, &entry);
    }
}
