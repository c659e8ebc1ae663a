/* http_exchange.h: what http.c, http_group.c, http_body.c and http_callback.c
   share: one request on its way. Not for use by anyone else. */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H
#include <curl/curl.h>
#include "network/http.h"

/* Where the bytes of a body, or of a part, come from; at of length bytes have
   gone. */
struct source {
    const char *bytes;          /* NULL: from the file */
    size_t length, at;
    int file;
};

struct exchange {
    CURL *curl;
    struct curl_slist *headers;
    curl_mime *mime;
    struct http_answer answer;
    struct source *sources[HTTP_PARTS + 1];     /* files to close */
    int source_count;
    int save_file;              /* -1: the body goes to answer.body */
    long long limit, received;
    size_t header_bytes;        /* of all headers, interim answers' too */
    int headers_ended;          /* 1: the last answer's came whole */
    int socket;                 /* the one opened last; -1: none */
    int opened, refused;        /* addresses that the guard let through, not */
    int too_large, save_failed;
    int incomplete;             /* libcurl had no memory for a part of it */
};

/* A call of libcurl's that must do what it says; HTTP_SET sets an option.
   libcurl copies what it is given: where memory lacks for that the request
   would go out without its method, a picture or the rule that no proxy is
   asked. Such a one is incomplete, and is not sent. */
#define HTTP_MUST(exchange, call) \
    ((exchange)->incomplete |= (call) != CURLE_OK)
#define HTTP_SET(exchange, option, value) \
    HTTP_MUST(exchange, curl_easy_setopt((exchange)->curl, option, value))

/* Make the request ready: exchange->curl is then to be performed. 0 where it
   is not to be sent: exchange->answer says why. */
int http_exchange_begin(struct exchange *, const struct http_request *);

/* Fill in exchange->answer from how performing it ended. */
void http_exchange_judge(struct exchange *, CURLcode);

/* After either: give back what libcurl holds. */
void http_exchange_end(struct exchange *);

/* Give the request its body, or its parts. Returns NULL, or why they cannot
   be sent. */
const char *http_body_set(struct exchange *, const struct http_request *);

/* Close the files that http_body_set() opened. */
void http_body_close(struct exchange *);

/* Let libcurl call us: to open a socket, which is where the address guard
   stands, and to take headers and body of the answer within their limits. */
void http_callbacks_set(struct exchange *);

/* CURLOPT_READFUNCTION over a struct source. */
size_t http_callback_read(char *room, size_t size, size_t count,
                          void *source);
#endif
