/* x_entry.c: what was uploaded to X, as resume keeps it.

   {media: {OUR ID: {id, key, step, next, at, check_at, expires_at}}}: a crash,
   or a video that is still processed, costs no second upload. */
#include "network/x.h"
#include "base/clock.h"
#include "data/json.h"
#include "data/value.h"

enum { LAST_MINUTES = 5 * MINUTE };     /* of an upload's life: too few */

struct x_entry
x_entry_of(const struct job *job, int position)
{
    struct json_member *entries;
    struct x_entry entry = { 0 };
    int i, count = json_members(job->resume, "$.media", &entries);

    for (i = 0; i < count; i++)
        if (text_same(entries[i].key, job->media[position].id)) {
            const char *json = entries[i].json;

            entry.expires_at = json_integer(json, "$.expires_at", 0);
            if (entry.expires_at < clock_now() + LAST_MINUTES)
                break;
            entry.id = json_text(json, "$.id");
            entry.key = json_text(json, "$.key");
            entry.step = (enum x_step)json_integer(json, "$.step", 0);
            entry.next = (int)json_integer(json, "$.next", 0);
            entry.at = json_integer(json, "$.at", 0);
            entry.check_at = json_integer(json, "$.check_at", 0);
            break;
        }
    return entry;
}

void
x_entry_keep(struct job *job, int position, const struct x_entry *entry)
{
    value_set_text("x_of", job->media[position].id);
    value_set_text("x_id", entry->id);
    value_set_text("x_key", entry->key);
    value_set_integer("x_step", entry->step);
    value_set_integer("x_next", entry->next);
    value_set_integer("x_at", entry->at);
    value_set_integer("x_check_at", entry->check_at);
    value_set_integer("x_expires_at", entry->expires_at);
    x_keep(job, json_make(
        "json_object('media', json_object(:x_of, json_object('id', :x_id,"
        " 'key', :x_key, 'step', :x_step, 'next', :x_next, 'at', :x_at,"
        " 'check_at', :x_check_at, 'expires_at', :x_expires_at)))"));
}

static int
forget(struct job *job, const char *changes)
{
    int first = !json_is_true(job->resume, "$.forgotten");

    x_keep(job, changes);
    return first;
}

int
x_entry_forget(struct job *job, int position)
{
    value_set_text("x_of", job->media[position].id);
    return forget(job, json_make(
        "json_object('media', json_object(:x_of, NULL),"
        " 'forgotten', json('true'))"));
}

int
x_entry_forget_all(struct job *job)
{
    return forget(job, "{\"media\":null,\"forgotten\":true}");
}
