/* http.c: one outgoing request at a time, over libcurl. */
#include "network/http_exchange.h"
#include "network/guard.h"
#include "core/config.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
    ANSWER_LIMIT = 1024 * 1024,
    CONNECT_SECONDS = 10,
    SLOW_SECONDS = 60,          /* so long under SLOW_BYTES a second is over;
                                   twice config's time, where that is less */
    SLOW_BYTES = 64
};

int
http_prepare(void)
{
    static int done;

    if (!done)
        done = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return done;
}

static void
set_up_library(void)
{
    if (!http_prepare())
        die("libcurl did not start");
    signal(SIGPIPE, SIG_IGN);
}

/* ------------------------------------------------------ building a request */

static void
add_header(struct exchange *exchange, const char *line)
{
    struct curl_slist *longer = curl_slist_append(exchange->headers, line);

    if (longer == NULL || line[strcspn(line, "\r\n")] != '\0')
        die("a request's header cannot be sent");
    exchange->headers = longer;
}

/* Expect is emptied: a server's silence must not delay a body, nor libcurl
   repeat a request that was answered 417. */
static void
add_headers(struct exchange *exchange, const struct http_request *request)
{
    int i;

    add_header(exchange, "Expect:");
    add_header(exchange, "Accept-Encoding: identity");
    if (request->bearer != NULL)
        add_header(exchange, memory_format("Authorization: Bearer %s",
                                           request->bearer));
    for (i = 0; i < HTTP_HEADERS && request->headers[i] != NULL; i++)
        add_header(exchange, request->headers[i]);
    HTTP_SET(exchange, CURLOPT_HTTPHEADER, exchange->headers);
}

static void
set_rules(struct exchange *exchange, int seconds)
{
    long whole = seconds ? seconds : config()->http_seconds;
    long slow = 2L * config()->http_seconds;

    HTTP_SET(exchange, CURLOPT_PROTOCOLS_STR, "http,https");
    HTTP_SET(exchange, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    HTTP_SET(exchange, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    HTTP_SET(exchange, CURLOPT_PROXY, "");
    HTTP_SET(exchange, CURLOPT_NOPROXY, "*");
    HTTP_SET(exchange, CURLOPT_FOLLOWLOCATION, 0L);
    HTTP_SET(exchange, CURLOPT_FRESH_CONNECT, 1L);
    HTTP_SET(exchange, CURLOPT_FORBID_REUSE, 1L);
    HTTP_SET(exchange, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    HTTP_SET(exchange, CURLOPT_NOSIGNAL, 1L);
    HTTP_SET(exchange, CURLOPT_TIMEOUT, whole);
    HTTP_SET(exchange, CURLOPT_CONNECTTIMEOUT,
             whole < CONNECT_SECONDS ? whole : CONNECT_SECONDS);
    HTTP_SET(exchange, CURLOPT_LOW_SPEED_TIME,
             slow < SLOW_SECONDS ? slow : SLOW_SECONDS);
    HTTP_SET(exchange, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
    HTTP_SET(exchange, CURLOPT_USERAGENT,
             memory_format("Crier/1 (+%s)", config()->base_url));
}

/* Returns NULL, or why the request cannot be sent. */
static const char *
build(struct exchange *exchange, const struct http_request *request)
{
    const char *method = request->method ? request->method : "GET";
    const char *fault;

    HTTP_SET(exchange, CURLOPT_URL, request->url);
    set_rules(exchange, request->seconds);
    http_callbacks_set(exchange);
    add_headers(exchange, request);
    fault = http_body_set(exchange, request);
    if (text_same(method, "HEAD"))
        HTTP_SET(exchange, CURLOPT_NOBODY, 1L);
    HTTP_SET(exchange, CURLOPT_CUSTOMREQUEST, method);
    if (fault == NULL && request->save_path != NULL) {
        exchange->save_file = open(request->save_path, O_WRONLY | O_CREAT
                                   | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (exchange->save_file < 0)
            fault = "the file for the answer cannot be written";
    }
    if (fault == NULL && exchange->incomplete)
        fault = "there was not enough memory for the request";
    return fault;
}

/* ------------------------------------------------------ judging the outcome */

/* RELIABILITY.md 5.3: before or after something reached the server. */
static int
is_surely_unsent(CURL *curl, CURLcode code)
{
    curl_off_t uploaded = 0;
    long requested = 0;

    if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT
        || code == CURLE_SSL_CONNECT_ERROR
        || code == CURLE_PEER_FAILED_VERIFICATION)
        return 1;
    curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &uploaded);
    curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &requested);
    return uploaded == 0 && requested == 0;
}

static const char *
words_for(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "the server's name was not found";
    case CURLE_COULDNT_CONNECT:
        return "no connection to the server came about";
    case CURLE_PEER_FAILED_VERIFICATION:
        return "the server's certificate is not valid";
    case CURLE_OPERATION_TIMEDOUT:
        return "the server took too long";
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
        return "the connection ended before the whole answer came";
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return "the answer cannot be read";
    case CURLE_OUT_OF_MEMORY:   /* also of a header without an end */
        return "the answer is too large, or memory ran out";
    default:
        return curl_easy_strerror(code);
    }
}

void
http_exchange_judge(struct exchange *exchange, CURLcode code)
{
    struct http_answer *answer = &exchange->answer;

    if (exchange->save_file >= 0 && close(exchange->save_file) != 0)
        exchange->save_failed = 1;
    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &answer->status);
    if (code == CURLE_OK && !exchange->headers_ended)
        code = CURLE_PARTIAL_FILE;
    answer->words = code == CURLE_OK ? NULL : words_for(code);
    if (exchange->save_failed) {
        answer->result = HTTP_UNKNOWN;
        answer->words = "the answer could not be written to disk";
    } else if (code == CURLE_OK) {
        answer->result = HTTP_ANSWERED;
    } else if (exchange->too_large) {
        answer->result = HTTP_TOO_LARGE;
        answer->words = "the answer is too large";
    } else if (exchange->refused && !exchange->opened) {
        answer->result = HTTP_REFUSED;
        answer->words = "the address is not a public one";
    } else if (is_surely_unsent(exchange->curl, code)) {
        answer->result = HTTP_NOT_SENT;
    } else {
        answer->result = HTTP_UNKNOWN;
    }
}

int
http_exchange_begin(struct exchange *exchange,
                    const struct http_request *request)
{
    struct http_answer *answer = &exchange->answer;

    set_up_library();
    exchange->save_file = exchange->socket = -1;
    exchange->limit = request->answer_limit ? request->answer_limit
                                            : ANSWER_LIMIT;
    answer->body.limit = (size_t)exchange->limit;
    answer->result = HTTP_REFUSED;
    answer->words = guard_url_fault(request->url);
    if (answer->words != NULL)
        return 0;
    exchange->curl = curl_easy_init();
    if (exchange->curl == NULL)
        die("libcurl gave no handle");
    answer->result = HTTP_NOT_SENT;
    answer->words = build(exchange, request);
    return answer->words == NULL;
}

void
http_exchange_end(struct exchange *exchange)
{
    curl_easy_cleanup(exchange->curl);
    curl_mime_free(exchange->mime);
    curl_slist_free_all(exchange->headers);
    http_body_close(exchange);
}

struct http_answer
http_send(const struct http_request *request)
{
    struct exchange exchange = { 0 };
    CURLcode code;

    if (http_exchange_begin(&exchange, request)) {
        point("http begin");
        code = curl_easy_perform(exchange.curl);
        point("http end");
        http_exchange_judge(&exchange, code);
    }
    http_exchange_end(&exchange);
    return exchange.answer;
}
