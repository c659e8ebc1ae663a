/* steps.c: a driver's steps, sealed and opened. */
#include "publish/steps.h"
#include "base/base64.h"
#include "base/memory.h"
#include "base/secret.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

static const char *
context_of(const char *target)
{
    return memory_format("steps%s", target);
}

const char *
steps_close(const char *target, int64_t version, const char *steps)
{
    struct text box = { 0 }, sealed = { 0 };

    secret_seal(context_of(target), steps, strlen(steps), &box);
    base64_add(&sealed, box.data, box.length);
    value_set_integer("steps_version", version);
    value_set_text("steps_sealed", text_string(&sealed));
    return json_make("json_object('version', :steps_version, 'sealed',"
                     " :steps_sealed)");
}

const char *
steps_open(const char *target, int64_t version, const char *stored)
{
    struct text box = { 0 }, steps = { 0 };
    const char *sealed, *plain;

    if (stored == NULL || json_integer(stored, "$.version", 0) != version)
        return "{}";
    sealed = json_text(stored, "$.sealed");
    plain = json_raw(stored, "$.steps");
    if (sealed == NULL)
        return plain ? plain : "{}";
    if (!base64_read(&box, sealed)
        || !secret_open(context_of(target), box.data, box.length, &steps))
        return "{}";
    return text_string(&steps);
}
