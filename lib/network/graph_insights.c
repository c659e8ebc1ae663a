/* graph_insights.c: what Meta's Graph APIs tell of a post in numbers. */
#include "network/graph.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

/* A metric that this kind of post lacks; and the share of the calls, in per
   cent, from which on Meta asks to slow down. */
enum { PARAMETER = 100, MUCH = 80 };

static int64_t
insight(const char *answer, const char *name)
{
    struct json_member *data;
    int i, count = json_members(answer, "$.data", &data);

    for (i = 0; i < count; i++)
        if (text_same(json_text(data[i].json, "$.name"), name))
            return told_count(data[i].json, "$.total_value.value",
                told_count(data[i].json, "$.values[0].value", -1));
    return -1;
}

static struct http_answer
ask(const char *url, const char *metrics, const char *more, const char *token)
{
    return graph_get(memory_format("%s%smetric=%s%s", url,
                     strchr(url, '?') ? "&" : "?", metrics, more), token);
}

/* Each by itself: how many were answered. *answer: of the last one. */
static int
one_by_one(const char *url, const char *const *names, const char *more,
           const char *token, int64_t *counts, struct http_answer *answer)
{
    int i, answered = 0;

    for (i = 0; names[i] != NULL; i++) {
        *answer = ask(url, names[i], more, token);
        if (graph_is_good(answer)) {
            counts[i] = insight(text_string(&answer->body), names[i]);
            answered++;
        }
    }
    return answered;
}

int
graph_insights(const char *url, const char *const *names, const char *more,
               const char *token, int64_t *counts, struct http_answer *answer)
{
    struct text list = { 0 };
    int i;

    for (i = 0; names[i] != NULL; i++) {
        text_add_format(&list, "%s%s", i ? "," : "", names[i]);
        counts[i] = -1;
    }
    *answer = ask(url, text_string(&list), more, token);
    if (graph_code(answer) == PARAMETER && !graph_is_absent(answer))
        return one_by_one(url, names, more, token, counts, answer) > 0;
    if (!graph_is_good(answer))
        return 0;
    for (i = 0; names[i] != NULL; i++)
        counts[i] = insight(text_string(&answer->body), names[i]);
    return 1;
}

struct result
graph_unmeasured(const char *title, const struct http_answer *answer,
                 const char *right)
{
    struct result result = graph_spare(title, answer, right);

    if (result.kind == RESULT_REJECTED
        && text_same(result.category, "auth_error")) {
        result.kind = RESULT_RETRY;
        result.retry_at = clock_now() + DAY;
    }
    return result;
}

/* ------------------------------------------------------------ usage */

static int
uses_much(const char *use)
{
    return json_integer(use, "$.call_count", 0) >= MUCH
           || json_integer(use, "$.total_time", 0) >= MUCH
           || json_integer(use, "$.total_cputime", 0) >= MUCH;
}

/* {...}, or by an id's name a list of them. */
int64_t
graph_slow_until(const struct http_answer *answer)
{
    const char *whole = http_header(answer, "x-app-usage");
    const char *parts = http_header(answer, "x-business-use-case-usage");
    struct json_member *ids, *uses;
    int i, j, count, used, much = 0;

    if (whole != NULL && json_fault(whole, strlen(whole)) == NULL)
        much = uses_much(whole);
    if (parts != NULL && json_fault(parts, strlen(parts)) == NULL) {
        count = json_members(parts, "$", &ids);
        for (i = 0; i < count; i++) {
            used = json_members(ids[i].json, "$", &uses);
            for (j = 0; j < used; j++)
                much |= uses_much(uses[j].json);
        }
    }
    return much ? clock_now() + HOUR : 0;
}
