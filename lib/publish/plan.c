/* plan.c: the claim's order, told in advance. */
#include "publish/plan.h"
#include "publish/late.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/db.h"
#include "data/value.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_MOST = 40 };

struct plan {
    int64_t now, tick_last;
};

/* The first words in one line. */
static const char *
first_words(const char *text)
{
    char *words = memory_copy_bytes(text, utf8_grapheme_bytes(text,
                                                              WORDS_MOST));
    char *p;

    for (p = words; *p != '\0'; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = ' ';
    return words;
}

static void
print_line(void *context)
{
    const struct plan *plan = context;
    int64_t late = late_by(value_integer("plan_due_at", 0), plan->tick_last,
                           plan->now);
    char room[CLOCK_ROOM];

    printf("%s\t%s\t%s\t%s\t%s\n",
           late > LATE_OUTAGE_MS && late > value_integer("plan_late_ms", 0)
               && plan->now - plan->tick_last > LATE_OUTAGE_MS
               ? "held"
               : clock_print(value_integer("plan_at", 0), CLOCK_SECONDS,
                             room),
           value_text("plan_network"), value_text("plan_handle"),
           value_text("plan_target"), first_words(value_text("plan_text")));
}

void
plan_print(int64_t now, int64_t until)
{
    struct plan plan = { .now = now };
    const char *halted = db_text("SELECT value FROM meta"
                                 " WHERE name = 'halted'");

    plan.tick_last = db_integer("SELECT CAST(value AS INTEGER) FROM meta"
                                " WHERE name = 'tick_last'", now);
    if (halted != NULL)
        note("publishing is halted (%s): nothing goes out until crier-admin"
             " resume", halted);
    value_set_integer("plan_now", now);
    value_set_integer("plan_until", until);
    db_each("SELECT t.id AS plan_target, t.network AS plan_network,"
            "  c.handle AS plan_handle, t.due_at AS plan_due_at,"
            "  c.late_ms AS plan_late_ms,"
            "  coalesce(t.text, p.text) AS plan_text,"
            "  max(max(t.next_at, t.due_at, c.not_before, :plan_now,"
            "    ifnull((SELECT max(w.until_at) FROM network_pause w"
            "     WHERE w.network = t.network), 0)))"
            "   OVER (PARTITION BY t.account ORDER BY t.state = 'scheduled',"
            "    t.crashes > 0, t.due_at, t.id) AS plan_at"
            " FROM target t JOIN account c ON c.id = t.account"
            "  JOIN post p ON p.id = t.post"
            " WHERE t.state IN ('scheduled', 'verifying')"
            "  AND t.held_at IS NULL AND t.next_at <= :plan_until"
            "  AND c.status = 'active'"
            " ORDER BY plan_at, t.state = 'scheduled', t.crashes > 0,"
            "  t.due_at, t.id", print_line, &plan);
}
