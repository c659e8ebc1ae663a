/* webhook.c: signing what is delivered. */
#include "network/webhook.h"
#include "core/config.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/secret.h"

#include <string.h>

#define BASE64_START "whsec_"

/* Append one signature of Standard Webhooks. */
static void
sign(struct text *signatures, const char *secret, const struct text *content)
{
    struct text key = { 0 };
    uint8_t mac[HASH_BYTES];

    if (!text_begins(secret, BASE64_START)
        || !base64_read(&key, secret + strlen(BASE64_START)))
        text_add(&key, secret);
    hmac_bytes(text_string(&key), key.length, text_string(content),
               content->length, mac);
    text_add(signatures, signatures->length ? " v1," : "v1,");
    base64_add(signatures, mac, sizeof mac);
}

static const char *
standard_signature(const struct webhook_message *message, long long seconds)
{
    struct text content = { 0 }, signatures = { 0 };

    text_add_format(&content, "%s.%lld.", message->id, seconds);
    text_add(&content, message->body);
    sign(&signatures, message->secret, &content);
    if (message->old_secret != NULL)
        sign(&signatures, message->old_secret, &content);
    return text_string(&signatures);
}

struct http_request
webhook_request(const struct webhook_message *message)
{
    long long seconds = message->now / SECOND;
    size_t length = strlen(message->body);
    char hex[HASH_ROOM];

    hmac_hex(message->secret, strlen(message->secret), message->body, length,
             hex);
    return (struct http_request){
        .method = "POST", .url = message->url,
        .headers = {
            "Content-Type: application/json",
            memory_format("webhook-id: %s", message->id),
            memory_format("webhook-timestamp: %lld", seconds),
            memory_format("webhook-signature: %s",
                          standard_signature(message, seconds)),
            memory_format("X-Webhook-Signature: %s", hex)
        },
        .body = message->body, .body_length = length,
        .answer_limit = WEBHOOK_ANSWER,
        .seconds = config()->http_seconds < WEBHOOK_SECONDS
                   ? config()->http_seconds : WEBHOOK_SECONDS
    };
}

int
webhook_was_taken(const struct http_answer *answer)
{
    return (answer->result == HTTP_ANSWERED
            || answer->result == HTTP_TOO_LARGE)
           && answer->status >= 200 && answer->status < 300;
}
