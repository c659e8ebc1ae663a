/* told.c: networks' words without their secrets, and how long to wait. */
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/json.h"

#include <string.h>

enum { WORDS_MOST = 200, UPLOAD_BYTES = 100 * 1024 };

#define COUNT_MOST 100000000000000

static const char *
hide(const char *words, const char *secret)
{
    struct text clean = { 0 };
    const char *found;

    if (secret[0] == '\0')
        return words;
    while ((found = strstr(words, secret)) != NULL) {
        text_add_bytes(&clean, words, (size_t)(found - words));
        text_add(&clean, "***");
        words = found + strlen(secret);
    }
    text_add(&clean, words);
    return text_string(&clean);
}

const char *
told_words(const char *sentence, const char *secret)
{
    const char *words = hide(sentence ? sentence : "", secret);
    size_t length = utf8_grapheme_bytes(words, WORDS_MOST);

    while (length > 0 && words[length - 1] == '.')
        length--;
    return memory_copy_bytes(words, length);
}

struct result
told_hushed(struct result result, const struct job *job)
{
    static const char *const ends[] = { "token", "Jwt", "password", "secret" };
    struct json_member *members;
    int i, count = json_members(job->credentials, "$", &members);
    size_t j;

    for (i = 0; i < count && result.words != NULL; i++)
        for (j = 0; j < sizeof ends / sizeof ends[0]; j++)
            if (members[i].text != NULL && text_ends(members[i].key, ends[j]))
                result.words = hide(result.words, members[i].text);
    return result;
}

int64_t
told_wait(const struct http_answer *answer, const char *path)
{
    const char *number = http_is_json(answer)
        ? json_text(text_string(&answer->body), path) : NULL;
    size_t whole = number ? strspn(number, "0123456789") : 0;
    int64_t now = clock_now();
    long long seconds;

    if (whole == 0 || (number[whole] != '\0' && number[whole] != '.'))
        return http_retry_at(answer);
    if (!text_number(memory_copy_bytes(number, whole), 0, DAY / SECOND,
                     &seconds))
        return now + DAY;
    seconds += 1 + (number[whole] != '\0');
    return seconds < DAY / SECOND ? now + seconds * SECOND : now + DAY;
}

const char *
told_id(const char *json, const char *path)
{
    const char *id = json_text(json, path);

    return id != NULL && id[0] != '\0' ? id : NULL;
}

int64_t
told_count(const char *json, const char *path, int64_t otherwise)
{
    int64_t count = json_integer(json, path, otherwise);

    return count < 0 || count > COUNT_MOST ? -1 : count;
}

const char *
told_link(const char *url)
{
    return url != NULL && text_is_link(url) ? url : NULL;
}

const char *
told_link_id(const char *link, const char *start, const char *letters)
{
    size_t length;

    if (!text_begins(link, start))
        return NULL;
    link += strlen(start);
    length = strspn(link, letters);
    return length > 0 && strchr("/?#&", link[length]) != NULL
           ? memory_copy_bytes(link, length) : NULL;
}

int
told_seconds(long long bytes)
{
    return (int)(60 + bytes / UPLOAD_BYTES);
}

struct result
told_result(enum result_kind kind, const char *category, const char *words)
{
    return (struct result){ .kind = kind, .category = category,
                            .words = words };
}

struct result
told_of_account(const char *fault)
{
    return fault ? told_result(RESULT_RETRY, "platform_rejected", fault)
                 : told_result(RESULT_READY, NULL, NULL);
}

struct result
told_no_answer(const char *title, const struct http_answer *answer, int sent)
{
    const char *words = memory_format("%s: %s.", title, answer->words);

    if (answer->result == HTTP_REFUSED)
        return told_result(RESULT_REJECTED, "network_error", words);
    if (answer->result == HTTP_NOT_SENT || !sent)
        return told_result(RESULT_RETRY, "network_error", words);
    return told_result(RESULT_UNKNOWN, "network_error", words);
}
