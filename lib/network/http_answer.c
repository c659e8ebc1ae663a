/* http_answer.c: reading an answer, and writing a form. */
#include "network/http.h"
#include "data/json.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <curl/curl.h>
#include <string.h>

const char *
http_header(const struct http_answer *answer, const char *name)
{
    const char *line = text_string(&answer->headers);
    size_t length = strlen(name);

    while (*line != '\0') {
        size_t whole = strcspn(line, "\n");

        if (whole > length && strncmp(line, name, length) == 0
            && line[length] == ':') {
            const char *value = line + length + 1;

            value += strspn(value, " \t");
            whole = strcspn(value, "\n");
            return utf8_is_clean(value, whole)
                   ? memory_copy_bytes(value, whole) : NULL;
        }
        line += whole + 1;
    }
    return NULL;
}

int64_t
http_retry_at(const struct http_answer *answer)
{
    const char *value = http_header(answer, "retry-after");
    int64_t now = clock_now(), at;
    long long seconds;

    if (value == NULL)
        return 0;
    if (value[0] >= '0' && value[0] <= '9'
        && value[strspn(value, "0123456789")] == '\0')
        at = text_number(value, 0, DAY / SECOND, &seconds)
             ? now + seconds * SECOND : now + DAY;
    else
        at = (int64_t)curl_getdate(value, NULL) * SECOND;
    if (at <= now)
        return 0;
    return at > now + DAY ? now + DAY : at;
}

int
http_is_json(const struct http_answer *answer)
{
    return answer->body.length > 0
           && json_fault(answer->body.data, answer->body.length) == NULL;
}

void
http_form_add(struct text *form, const char *name, const char *value)
{
    if (form->length > 0)
        text_add_char(form, '&');
    text_add_url_part(form, name);
    text_add_char(form, '=');
    text_add_url_part(form, value);
}
