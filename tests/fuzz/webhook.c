/* webhook.c: what a webhook's receiver answers, and what is written down of
   it. */
#include "answer.h"
#include "base/clock.h"
#include "publish/outgoing.h"

static void
fuzz_begin(void)
{
    fuzz_instance("");
    value_set_integer("now", clock_now());
    db_begin();
    must(db_batch(
        "INSERT INTO profile VALUES ('p', 'P', 'UTC', 1, 1);"
        "INSERT INTO event (id, profile, type, data, created_at)"
        " VALUES ('e', 'p', 'webhook.test', '{}', 1);"
        "INSERT INTO webhook (id, profile, url, host, events, secret,"
        " created_at, updated_at) VALUES ('w', 'p', 'https://a.example/',"
        " 'a.example', '[\"*\"]', x'00', 1, 1);"
        "INSERT INTO delivery (id, event, webhook, tries, next_at, body,"
        " created_at, updated_at) VALUES ('d', 'e', 'w', 1, 1, '{}', 1, 1);"
        "INSERT INTO delivery_attempt (id, delivery, number, started_at)"
        " VALUES ('a', 'd', 1, 1)") == DB_ROW);
    db_commit();
}

static void
fuzz_try(const char *bytes, size_t length)
{
    static const struct outgoing outgoing = {
        .attempt = "a", .delivery = "d", .webhook = "w"
    };
    struct http_answer answer;
    int64_t now = clock_now();
    const char *state, *kept;

    answer_begin(fuzz_string(bytes, length));
    answer = answer_next(WEBHOOK_ANSWER);
    db_begin();
    outgoing_record(&outgoing, &answer);
    kept = db_text("SELECT answer FROM delivery_attempt");
    state = db_text("SELECT state FROM delivery");
    must(kept == NULL || (fuzz_is_text(kept) && strlen(kept) <= 1000));
    must(text_same(state, "delivered") == webhook_was_taken(&answer));
    must(db_integer("SELECT not_before FROM webhook", 0) <= now + 2 * DAY);
    must(db_integer("SELECT next_at FROM delivery", 0) <= now + 2 * DAY);
    db_rollback();
}
