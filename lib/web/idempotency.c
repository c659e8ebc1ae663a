/* idempotency.c: the stored answers of requests that carry a key. */
#include "web/idempotency.h"
#include "web/reply.h"
#include "web/request.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "core/config.h"
#include "core/seen.h"
#include "data/db.h"
#include "data/value.h"

#include <string.h>

/* Over a day old. What was kept while the clock stood in 1970, or in a time
   yet to come, has no age: the janitor gives it one. */
#define PAST \
    "(created_at BETWEEN :idempotency_first AND :idempotency_since)"

static const char *key;
static int active, sealed, kept;

int
idempotency_wanted(void)
{
    const char *sent = request_header("IDEMPOTENCY_KEY"), *p;
    size_t length;

    if (sent == NULL)
        return 0;
    length = strlen(sent);
    if (length >= 2 && sent[0] == '"' && sent[length - 1] == '"') {
        sent = memory_copy_bytes(sent + 1, length - 2);
        length -= 2;
    }
    for (p = sent; *p > 0x20 && *p < 0x7f && *p != ','; p++)
        continue;
    if (length < 1 || length > 255 || *p != '\0')
        refuse_kind(FAULT_IDEMPOTENCY_KEY);
    key = sent;
    return 1;
}

#define KEPT \
    " FROM idempotency WHERE principal = :idempotency_principal" \
    " AND method = :idempotency_method AND path = :idempotency_path" \
    " AND key = :idempotency_key"

_Noreturn static void
answer_again(void)
{
    struct text stored = { .limit = TEXT_LIMIT }, body = stored;
    int status = (int)value_integer("idempotency_status", 500);

    request_body_done();
    db_run_reply("SELECT body" KEPT, &stored, NULL);
    if (value_integer("idempotency_sealed", 0)) {
        secret_load_key(config()->key_file);
        if (!secret_open("idempotency", stored.data, stored.length, &body))
            die("a stored answer cannot be opened");
    } else {
        body = stored;
    }
    db_rollback();
    reply_header("Idempotent-Replayed", "true");
    reply(status, &body);
}

void
idempotency_begin(const char *principal, const uint8_t fingerprint[HASH_BYTES])
{
    if (key == NULL)
        return;
    value_set_text("idempotency_principal", principal);
    value_set_text("idempotency_method", request.method);
    value_set_text("idempotency_path",
                   memory_format("%s%s", request.program, request.rest));
    value_set_text("idempotency_key", key);
    value_set_blob("idempotency_print", fingerprint, HASH_BYTES);
    value_set_integer("idempotency_at", clock_now());
    value_set_integer("idempotency_since", seen_earliest() - DAY);
    value_set_integer("idempotency_first", CLOCK_EARLIEST);
    if (db_run("SELECT status AS idempotency_status,"
               " sealed AS idempotency_sealed,"
               " fingerprint = :idempotency_print AS idempotency_same"
               KEPT " AND NOT " PAST) == DB_ROW) {
        if (!value_integer("idempotency_same", 0))
            refuse_kind(FAULT_IDEMPOTENCY_MISMATCH);
        answer_again();
    }
    active = 1;
}

void
idempotency_seal(void)
{
    sealed = 1;
}

/* Each answer that comes takes a few with it that are over a day old: more go
   than come. */
#define PRUNE \
    "DELETE FROM idempotency WHERE (principal, method, path, key) IN (" \
    " SELECT principal, method, path, key FROM idempotency" \
    "  WHERE " PAST " ORDER BY created_at LIMIT 4)"

/* The answer as it is stored, as named values. */
static void
set_answer(int status, const struct text *body)
{
    struct text box = *body;

    if (sealed) {
        box = (struct text){ .limit = TEXT_LIMIT };
        secret_load_key(config()->key_file);
        secret_seal("idempotency", text_string(body), body->length, &box);
    }
    value_set_integer("idempotency_status", status);
    value_lend_blob("idempotency_body", text_string(&box), box.length);
    value_set_integer("idempotency_sealed", sealed);
}

/* A newer answer in the place of one that was kept before. */
static void
renew(void)
{
    if (db_run("UPDATE idempotency SET status = :idempotency_status,"
               " body = :idempotency_body, sealed = :idempotency_sealed"
               " WHERE principal = :idempotency_principal"
               " AND method = :idempotency_method AND path = :idempotency_path"
               " AND key = :idempotency_key"
               " AND fingerprint = :idempotency_print") == DB_REFUSED)
        die("idempotency: %s", db_why());
}

/* A refusal is stored after its rollback: an answer that another request with
   the key was given meanwhile stands. */
void
idempotency_store(int status, const struct text *body)
{
    if (!active && !kept)
        return;
    set_answer(status, body);
    if (kept) {
        renew();
        return;
    }
    if (db_batch(PRUNE ";"
                 "INSERT INTO idempotency (principal, method, path, key,"
                 "  fingerprint, status, body, sealed, created_at)"
                 " VALUES (:idempotency_principal, :idempotency_method,"
                 "  :idempotency_path, :idempotency_key, :idempotency_print,"
                 "  :idempotency_status, :idempotency_body,"
                 "  :idempotency_sealed, :idempotency_at)"
                 " ON CONFLICT DO UPDATE SET"
                 "  fingerprint = excluded.fingerprint,"
                 "  status = excluded.status, body = excluded.body,"
                 "  sealed = excluded.sealed,"
                 "  created_at = excluded.created_at"
                 " WHERE " PAST) == DB_REFUSED)
        die("idempotency: %s", db_why());
    active = 0;
    kept = 1;
}

/* Is this refusal of the request itself, and so the same next time? Not who
   asks (401, 403), not how often (429), not a mismatch, not a fault of ours.
   409 speaks of a state that can change. */
static int
is_lasting(int status)
{
    return status == 400 || status == 404 || status == 413 || status == 415;
}

void
idempotency_store_refusal(int status, const struct text *body)
{
    if (!active || !is_lasting(status))
        return;
    db_begin();
    idempotency_store(status, body);
    db_commit();
}
