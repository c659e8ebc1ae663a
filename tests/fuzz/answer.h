/* answer.h: servers' answers out of an input, in the place of http_send().

   Each answer begins with a line of two numbers, its status and its
   enum http_result; header lines, names in lower case, follow up to a blank
   line; then the body, up to a line of four dashes. When there are none left
   the connection ends. */
#ifndef ANSWER_H
#define ANSWER_H
#include "fuzz.h"
#include "base/file.h"
#include "network/guard.h"
#include "network/http.h"

struct http_answer __wrap_http_send(const struct http_request *);

static char *answers;           /* those still to come */
static enum http_result answer_worst;   /* of all since answer_begin() */

static inline void
answer_begin(char *rest)
{
    answers = rest;
    answer_worst = HTTP_ANSWERED;
}

/* Take the next line of the input that is not ---- into what it stands for. */
static inline struct http_answer
answer_next(long long limit)
{
    struct http_answer answer = { .result = HTTP_UNKNOWN,
                                  .words = "the connection ended" };
    char *line = fuzz_line(&answers), *body, *end;
    size_t length;

    if (line[0] == '\0')
        return answer;
    answer.status = strtol(line, &end, 10) % 1000;
    answer.status = answer.status < 0 ? -answer.status : answer.status;
    answer.result = (enum http_result)(strtoul(end, NULL, 10) % 5);
    answer.words = answer.result == HTTP_ANSWERED ? NULL : "it broke";
    answer.headers.limit = answer.body.limit = 1 << 20;
    while ((line = fuzz_line(&answers))[0] != '\0')
        if (strchr(line, ':') != NULL)
            text_add_format(&answer.headers, "%s\n", line);
    body = answers;
    end = strstr(body, "\n----\n");
    length = end ? (size_t)(end - body) : strlen(body);
    answers = end ? end + 6 : body + length;
    if (length > (size_t)limit)
        length = (size_t)limit;
    if (answer.result != HTTP_NOT_SENT && answer.result != HTTP_REFUSED)
        text_add_bytes(&answer.body, body, length);
    else
        answer.status = 0;
    return answer;
}

struct http_answer
__wrap_http_send(const struct http_request *request)
{
    long long limit = request->answer_limit ? request->answer_limit : 1 << 20;
    struct http_answer answer = { .result = HTTP_REFUSED };
    FILE *file;

    must(request->url != NULL && request->body_offset >= 0);
    must(request->bearer == NULL
         || strpbrk(request->bearer, "\r\n") == NULL);
    for (int i = 0; i < HTTP_HEADERS && request->headers[i] != NULL; i++)
        must(strpbrk(request->headers[i], "\r\n") == NULL);
    answer.words = guard_url_fault(request->url);
    if (answer.words != NULL)
        return answer;
    answer = answer_next(limit);
    if (answer.result == HTTP_UNKNOWN || answer.result == HTTP_TOO_LARGE)
        answer_worst = answer.result;
    if (request->save_path != NULL
        && (file = fopen(request->save_path, "w")) != NULL) {
        fwrite(text_string(&answer.body), 1, answer.body.length, file);
        fclose(file);
        text_clear(&answer.body);
    }
    return answer;
}
#endif
