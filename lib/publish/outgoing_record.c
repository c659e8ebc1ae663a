/* outgoing_record.c: what became of a delivery. */
#include "publish/outgoing.h"
#include "core/webhook.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "data/db.h"
#include "data/value.h"

enum { ANSWER_KEPT = 1000 };

/* When a failed delivery is tried again, each after the try before it. */
static const int64_t waits[WEBHOOK_RETRIES] = {
    5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR,
    10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR
};

static const int64_t GIVE_UP = (int64_t)5 * DAY;

/* The start of what was answered, as clean text: a character that was cut
   goes, control characters become blanks, and of what is no UTF-8 only ASCII
   is kept. */
static const char *
start_of(const struct text *body)
{
    size_t length = body->length < ANSWER_KEPT ? body->length : ANSWER_KEPT;
    char *start = memory_copy_bytes(text_string(body), length);
    size_t i, cut;

    for (i = 0; i < length; i++)
        if ((unsigned char)start[i] < 0x20 && start[i] != '\n')
            start[i] = ' ';
    for (cut = 0; cut < 4 && cut <= length; cut++)
        if (utf8_is_clean(start, length - cut)) {
            start[length - cut] = '\0';
            return start;
        }
    for (i = 0; i < length; i++)
        if ((unsigned char)start[i] >= 0x80)
            start[i] = '?';
    return start;
}

/* Why it failed, in words for the webhook's owner. */
static const char *
words_for(const struct http_answer *answer)
{
    if (answer->result == HTTP_ANSWERED && answer->status >= 300
        && answer->status < 400)
        return memory_format("it answered %ld; redirects are not followed",
                             answer->status);
    if (answer->result == HTTP_ANSWERED || answer->words == NULL)
        return memory_format("it answered %ld", answer->status);
    return answer->words;
}

/* End the attempt. 0 where it is there no more: its webhook was removed. */
static int
end_attempt(const struct outgoing *outgoing, const struct http_answer *answer,
            int taken)
{
    value_set_text("out_attempt", outgoing->attempt);
    value_set_text("out_delivery", outgoing->delivery);
    value_set_text("out_webhook", outgoing->webhook);
    value_set_integer("out_now", clock_now());
    value_set_null("out_status");
    if (answer->status != 0)
        value_set_integer("out_status", answer->status);
    value_set_text("out_answer", answer->body.length
                   ? start_of(&answer->body) : NULL);
    value_set_text("out_error", taken ? NULL : words_for(answer));
    db_run("UPDATE delivery_attempt SET ended_at = :out_now,"
           "  status = :out_status, answer = :out_answer, error = :out_error"
           " WHERE id = :out_attempt AND ended_at IS NULL");
    return db_changes() == 1;
}

static void
must(const char *batch)
{
    if (db_batch(batch) == DB_REFUSED)
        die("what became of a delivery: %s", db_why());
}

/* Retry-After counts where it is meant for us: 429 and 503. */
static int64_t
asked_to_wait_until(const struct http_answer *answer)
{
    if (answer->result != HTTP_ANSWERED
        || (answer->status != 429 && answer->status != 503))
        return 0;
    return http_retry_at(answer);
}

static void
record_failure(const struct outgoing *outgoing,
               const struct http_answer *answer)
{
    int64_t tries = db_integer("SELECT tries FROM delivery"
                               " WHERE id = :out_delivery", 1);
    int64_t step = tries < 1 ? 0 : tries > WEBHOOK_RETRIES
                   ? WEBHOOK_RETRIES - 1 : tries - 1;
    int64_t now = value_integer("out_now", 0);

    value_set_integer("out_next", now + hash_spread(waits[step],
                                                    outgoing->attempt));
    value_set_integer("out_wait", asked_to_wait_until(answer));
    must("UPDATE webhook SET not_before = max(not_before, :out_wait),"
         "  failing_since = ifnull(failing_since, :out_now)"
         " WHERE id = :out_webhook;"
         "UPDATE delivery AS d SET next_at = iif(w.state = 'active'"
         "   AND d.tries <= w.max_retries, :out_next, NULL),"
         "  state = iif(w.state = 'active' AND d.tries <= w.max_retries,"
         "   'pending', 'failed'), updated_at = :out_now"
         " FROM webhook w WHERE w.id = d.webhook AND d.id = :out_delivery");
    if (answer->status == 410)
        webhook_disable(outgoing->webhook, "It answered 410: it is gone.");
    else if (now - db_integer("SELECT failing_since FROM webhook"
                              " WHERE id = :out_webhook", now) >= GIVE_UP)
        webhook_disable(outgoing->webhook,
                        "Every delivery of five days failed.");
}

void
outgoing_record(const struct outgoing *outgoing,
                const struct http_answer *answer)
{
    int taken = webhook_was_taken(answer);

    if (!end_attempt(outgoing, answer, taken))
        return;
    note("delivery %s to webhook %s: %s", outgoing->delivery,
         outgoing->webhook, taken ? "taken" : words_for(answer));
    if (taken)
        must("UPDATE delivery SET state = 'delivered', next_at = NULL,"
             "  updated_at = :out_now WHERE id = :out_delivery;"
             "UPDATE webhook SET failing_since = NULL, not_before = 0"
             " WHERE id = :out_webhook"
             "  AND (failing_since IS NOT NULL OR not_before <> 0)");
    else
        record_failure(outgoing, answer);
}
