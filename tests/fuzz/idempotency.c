/* idempotency.c: the Idempotency-Key header, and a request under it. */
#include "fuzz.h"
#include "data/db.h"
#include "dialect/native.h"
#include "web/idempotency.h"
#include "web/reply.h"
#include "web/request.h"

static void
fuzz_begin(void)
{
    fuzz_instance("");
    reply_dialect(&native);
    request.method = "GET";
    request.program = "/api/v1/posts";
    request.rest = "";
}

/* 1 to 255 visible ASCII characters without a comma, maybe quoted. */
static int
is_key(const char *sent)
{
    size_t length = strlen(sent), i;

    if (length >= 2 && sent[0] == '"' && sent[length - 1] == '"') {
        sent++;
        length -= 2;
    }
    for (i = 0; i < length; i++)
        if (sent[i] <= ' ' || sent[i] > '~' || sent[i] == ',')
            return 0;
    return length >= 1 && length <= 255;
}

static void
fuzz_try(const char *bytes, size_t length)
{
    static const uint8_t fingerprint[HASH_BYTES] = { 1 };
    char *sent = fuzz_string(bytes, length);
    const char *key;

    request.method = "GET";
    setenv("HTTP_IDEMPOTENCY_KEY", sent, 1);
    must(idempotency_wanted() == 1 && is_key(sent));
    request.method = "POST";
    db_begin();
    idempotency_begin("principal", fingerprint);
    key = value_text("idempotency_key");
    must(key != NULL && strstr(sent, key) != NULL);
    must(strlen(key) == strlen(sent) || strlen(key) + 2 == strlen(sent));
    db_rollback();
}
