/* pinterest.c: the driver for Pinterest: pins with a picture or a video. */
#include "network/pinterest.h"
#include "network/told.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

enum {
    CODE_AUTHENTICATION = 2,    /* the token is no good (any more) */
    UPLOAD_SECONDS = 120        /* a pin with its pictures inside */
};

struct http_answer
pinterest_ask(const char *method, const char *path, const char *token,
              const char *body)
{
    const char *url = config_api_url("pinterest",
                                     "https://api.pinterest.com/v5");

    return http_send(&(struct http_request){
        .method = method, .url = memory_format("%s%s", url, path),
        .bearer = token,
        .headers = { "Accept: application/json",
                     body ? "Content-Type: application/json" : NULL },
        .body = body, .body_length = body ? strlen(body) : 0,
        .seconds = body ? UPLOAD_SECONDS : 0
    });
}

const char *
pinterest_token(const struct job *job)
{
    return oauth_credential(job, "$.access_token");
}

int
pinterest_is_good(const struct http_answer *answer)
{
    return answer->result == HTTP_ANSWERED
           && (answer->status == 200 || answer->status == 201)
           && http_is_json(answer);
}

/* 401 with code 2 is a token that is no good. The other codes that come with
   401 and 403 (3, 29) are also what an application with Trial access gets:
   connecting the account again would not help, so its owner reads Pinterest's
   own words. */
static struct result
refusal_of(long status, int64_t code, int sent)
{
    if (status == 401 && code == CODE_AUTHENTICATION)
        return told_result(RESULT_AUTH, "auth_error", NULL);
    if (status == 429)
        return told_result(RESULT_RETRY, "rate_limited", NULL);
    if (status < 300 || status == 408 || status >= 500)
        return told_result(sent ? RESULT_UNKNOWN : RESULT_RETRY,
                           "platform_5xx", NULL);
    return told_result(RESULT_REJECTED, "platform_rejected", NULL);
}

struct result
pinterest_refusal(const struct http_answer *answer, int sent)
{
    const char *body = http_is_json(answer) ? text_string(&answer->body)
                                            : "{}";
    const char *said = json_text(body, "$.message");
    struct result result;

    if (answer->result != HTTP_ANSWERED)
        return told_no_answer("Pinterest", answer, sent);
    result = refusal_of(answer->status, json_integer(body, "$.code", 0),
                        sent);
    result.http_status = answer->status;
    result.retry_at = http_retry_at(answer);
    if (answer->status < 300)
        result.words = "Pinterest's answer cannot be read.";
    else if (said == NULL)
        result.words = memory_format("Pinterest answered %ld.",
                                     answer->status);
    else
        result.words = memory_format("Pinterest answered %ld: %s.",
                                     answer->status, told_words(said, ""));
    return result;
}

const char *
pinterest_board(const struct job *job)
{
    const char *board = json_text(job->settings, "$.boardId");

    return board ? board : job->remote_account;
}

const char *
pinterest_link(const struct job *job)
{
    const char *link = json_text(job->settings, "$.link");

    return link ? link : "";
}

struct result
pinterest_posted(const char *id)
{
    struct result result = told_result(RESULT_POSTED, NULL, NULL);
    struct text link = { 0 };

    text_add(&link, "https://www.pinterest.com/pin/");
    text_add_url_part(&link, id);
    text_add(&link, "/");
    result.remote_id = id;
    result.permalink = text_string(&link);
    return result;
}

struct result
pinterest_ask_board(struct job *job, const char *board, const char **json)
{
    struct text path = { 0 };
    struct http_answer answer;
    struct result result;

    text_add(&path, "/boards/");
    text_add_url_part(&path, board);
    answer = pinterest_ask("GET", text_string(&path), pinterest_token(job),
                           NULL);
    if (answer.result == HTTP_ANSWERED && answer.status == 401) {
        result = pinterest_refresh(job);
        if (result.kind != RESULT_READY)
            return result;
        answer = pinterest_ask("GET", text_string(&path),
                               pinterest_token(job), NULL);
    }
    *json = text_string(&answer.body);
    if (pinterest_is_good(&answer))
        return told_result(RESULT_READY, NULL, NULL);
    return pinterest_refusal(&answer, 0);
}

/* The board is asked for first: a token that has expired and a board that is
   gone are found before anything is sent. */
static struct result
prepare(struct job *job)
{
    const char *json;
    struct result result = pinterest_ask_board(job, pinterest_board(job),
                                               &json);

    return result.kind == RESULT_READY ? pinterest_video(job) : result;
}

static struct result
send(struct job *job)
{
    struct http_answer answer = pinterest_ask("POST", "/pins",
        pinterest_token(job), pinterest_pin(job));
    const char *id = NULL;

    if (pinterest_is_good(&answer))
        id = json_text(text_string(&answer.body), "$.id");
    return id != NULL && id[0] != '\0' ? pinterest_posted(id)
                                       : pinterest_refusal(&answer, 1);
}

const struct network pinterest = {
    .name = "pinterest",
    .prepare = prepare,
    .send = send,
    .look_up = pinterest_look_up,
    .oauth_begin = pinterest_oauth_begin,
    .oauth_finish = pinterest_oauth_finish,
    .edit = pinterest_edit,
    .remove = pinterest_remove,
    .measure = pinterest_measure,
    .sync = pinterest_sync,
    .refresh = pinterest_refresh
};
