/* idempotency.h: a request sent twice with one Idempotency-Key acts once.

   The key is a bare token or a quoted string (RFC 8941) of 1 to 255 visible
   ASCII characters. It is looked up and its answer stored in the transaction
   that does the work, so there is no moment in which the work is done and
   the answer is not kept. Kept 24 hours. */
#ifndef IDEMPOTENCY_H
#define IDEMPOTENCY_H
#include <stdint.h>
#include "base/secret.h"

/* Before the transaction: read the header; a malformed one is refused. 1 if
   there is a key. */
int idempotency_wanted(void);

/* At the start of the transaction: answer again what was answered before and
   end, refuse a key that came with another request, or return to do the
   work. principal is the API key's or the user's id; fingerprint is over the
   body and its type. */
void idempotency_begin(const char *principal,
                       const uint8_t fingerprint[HASH_BYTES]);

/* The stored answer holds a secret: seal it. */
void idempotency_seal(void);

/* For reply.c: keep the answer, in the open transaction (in a later one, put a
   newer answer in its place); or, when the work was rolled back, keep a
   refusal that would be the same again. */
void idempotency_store(int status, const struct text *body);
void idempotency_store_refusal(int status, const struct text *body);
#endif
