/* pinterest.c: the driver for Pinterest: pins with a picture or a video. */
#include "network/pinterest.h"
#include "network/told.h"
#include "core/config.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

enum {
    CODE_INVALID = 1,           /* a body that is not as its schema says */
    CODE_AUTHENTICATION = 2,    /* the token is no good (any more) */
    CODE_ACCESS = 3,            /* both: it may not do this */
    CODE_PERMISSION = 29,
    UPLOAD_SECONDS = 120        /* a pin with its pictures inside */
};

static const char *
url_of(const char *path)
{
    return memory_format("%s%s", config_api_url("pinterest",
        "https://api.pinterest.com/v5"), path);
}

struct oauth_answer
pinterest_ask(const char *token, const char *path)
{
    struct oauth_answer answer = { .renewal = { .kind = RESULT_READY } };

    answer.http = http_send(&(struct http_request){
        .url = url_of(path), .bearer = token,
        .headers = { "Accept: application/json" } });
    return answer;
}

struct oauth_answer
pinterest_call(struct job *job, const char *method, const char *path,
               const char *body)
{
    struct http_request request = {
        .method = method, .url = url_of(path),
        .headers = { "Accept: application/json",
                     body ? "Content-Type: application/json" : NULL },
        .body = body, .body_length = body ? strlen(body) : 0,
        .seconds = body ? UPLOAD_SECONDS : 0
    };

    return oauth_call(pinterest_provider(), job, &request);
}

int
pinterest_is_good(const struct oauth_answer *answer)
{
    return answer->http.result == HTTP_ANSWERED
           && (answer->http.status == 200 || answer->http.status == 201)
           && http_is_json(&answer->http);
}

int
pinterest_may(const struct job *job, const char *scopes)
{
    struct oauth_tokens told = { .scope = json_text(job->credentials,
                                                    "$.scope") };

    return oauth_has_scopes(&told, scopes);
}

/* ------------------------------------------------------------ refusals */

static const char *
body_of(const struct oauth_answer *answer)
{
    return http_is_json(&answer->http) ? text_string(&answer->http.body)
                                       : "{}";
}

/* Codes 3 and 29 are a token's that lacks a scope as well as an application's
   that has Trial access: which, its scopes tell. 401 with code 2 is a token
   that is no good, though it was renewed. */
static struct result
judge(const struct job *job, long status, int64_t code, int sent)
{
    int access = (status == 401 || status == 403)
                 && (code == CODE_ACCESS || code == CODE_PERMISSION);

    if ((status == 401 && code == CODE_AUTHENTICATION)
        || (access && job != NULL && !pinterest_may(job, pinterest_scopes)))
        return told_result(RESULT_AUTH, "auth_error", NULL);
    if (status == 429)
        return told_result(RESULT_RETRY, "rate_limited", NULL);
    if (status < 300 || status == 408 || status >= 500)
        return told_result(sent ? RESULT_UNKNOWN : RESULT_RETRY,
                           "platform_5xx", NULL);
    return told_result(RESULT_REJECTED, "platform_rejected", NULL);
}

static const char *
words_of(const struct oauth_answer *answer)
{
    const char *said = json_text(body_of(answer), "$.message");

    if (answer->http.status < 300)
        return "Pinterest's answer cannot be read.";
    if (said == NULL)
        return memory_format("Pinterest answered %ld.", answer->http.status);
    return memory_format("Pinterest answered %ld: %s.", answer->http.status,
                         told_words(said, ""));
}

struct result
pinterest_refusal(const struct job *job, const struct oauth_answer *answer,
                  int sent)
{
    struct result result;

    if (answer->renewal.kind != RESULT_READY)
        return answer->renewal;
    if (answer->http.result != HTTP_ANSWERED)
        return told_no_answer("Pinterest", &answer->http, sent);
    result = judge(job, answer->http.status,
                   json_integer(body_of(answer), "$.code", 0), sent);
    result.http_status = answer->http.status;
    result.retry_at = http_retry_at(&answer->http);
    result.words = words_of(answer);
    return result;
}

/* Trial access makes no pins in production until Pinterest has looked at the
   application: no account is to blame, and all of them wait. A picture that
   Pinterest could not fetch just then is refused with 400, by a code that its
   documentation does not list. */
struct result
pinterest_unmade(const struct job *job, const struct oauth_answer *answer,
                 int sent)
{
    struct result result = pinterest_refusal(job, answer, sent);
    int64_t code = json_integer(body_of(answer), "$.code", 0);
    long status = result.http_status;

    if (result.kind != RESULT_REJECTED)
        return result;
    if ((status == 401 || status == 403)
        && (code == CODE_ACCESS || code == CODE_PERMISSION)) {
        result.kind = RESULT_RETRY;
        result.pause = PAUSE_POSTS;
    } else if (status == 400 && code != CODE_INVALID
               && pinterest_pin_fetches(job)) {
        result.kind = RESULT_RETRY;
        result.category = "media_error";
    }
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
    struct oauth_answer answer;

    text_add(&path, "/boards/");
    text_add_url_part(&path, board);
    answer = pinterest_call(job, "GET", text_string(&path), NULL);
    *json = text_string(&answer.http.body);
    if (pinterest_is_good(&answer))
        return told_result(RESULT_READY, NULL, NULL);
    return pinterest_refusal(job, &answer, 0);
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
    struct oauth_answer answer = pinterest_call(job, "POST", "/pins",
                                                pinterest_pin(job));
    const char *id = NULL;

    if (pinterest_is_good(&answer))
        id = told_id(text_string(&answer.http.body), "$.id");
    return id != NULL ? pinterest_posted(id)
                      : pinterest_unmade(job, &answer, 1);
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
