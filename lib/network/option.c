/* option.c: a post's options, else its account's. */
#include "network/option.h"
#include "base/text.h"
#include "data/json.h"

#include <stddef.h>

static int
is_set(const char *raw)
{
    return raw != NULL && !text_same(raw, "null");
}

const char *
option_json(const struct job *job, const char *path)
{
    const char *raw = json_raw(job->settings, path);

    if (!is_set(raw))
        raw = json_raw(job->account_settings, path);
    return is_set(raw) ? raw : NULL;
}

const char *
option_text(const struct job *job, const char *path, const char *otherwise)
{
    const char *text = json_text(job->settings, path);

    if (text == NULL)
        text = json_text(job->account_settings, path);
    return text ? text : otherwise;
}

int
option_is_on(const struct job *job, const char *path)
{
    return text_same(option_json(job, path), "true");
}
