/* webhook.h: a delivery as a signed request.

   Signed twice. X-Webhook-Signature is HMAC-SHA256 of the body in hex, under
   the bytes of the secret as its owner has it (Amplify's documentation; it
   names no time, so a receiver cannot tell a repeat from a replay by it).
   webhook-id, webhook-timestamp (seconds) and webhook-signature are Standard
   Webhooks 1.0.0: `v1,` and HMAC-SHA256 of ID.TIMESTAMP.BODY in base64, once
   for each secret; the key is the secret's bytes, or where it begins with
   whsec_ what its base64 stands for. */
#ifndef NETWORK_WEBHOOK_H
#define NETWORK_WEBHOOK_H
#include <stdint.h>
#include "network/http.h"

struct webhook_message {
    const char *url, *id, *body;        /* id has no dot */
    const char *secret, *old_secret;    /* old_secret: or NULL */
    int64_t now;
};

enum { WEBHOOK_SECONDS = 15, WEBHOOK_ANSWER = 64 * 1024 };

/* The request that delivers a message: 15 seconds (or http_seconds, where
   that is less), 64 kB of answer. */
struct http_request webhook_request(const struct webhook_message *);

/* Was it taken? Any 2xx, also where more was answered than we read. */
int webhook_was_taken(const struct http_answer *);
#endif
