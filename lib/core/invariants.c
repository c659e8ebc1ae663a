/* invariants.c: the promises of the publisher, one statement each. */
#include "core/invariants.h"
#include "base/memory.h"
#include "data/db.h"

/* When an attempt's doubt was told: in the order of the outbox, since a clock
   may have gone back meanwhile. */
#define TOLD_UNCERTAIN \
    "(SELECT u.rowid FROM event u WHERE u.attempt = a.id" \
    " AND u.type = 'post.uncertain')"

const struct invariant invariants[] = {
    { "I1", "a target has at most one open attempt",
      "SELECT target FROM attempt WHERE ended_at IS NULL"
      " GROUP BY target HAVING count(*) > 1" },
    { "I2", "an account has at most one post in flight",
      "SELECT account FROM target WHERE state IN ('publishing', 'verifying')"
      " GROUP BY account HAVING count(*) > 1" },
    { "I3", "a target has a worker while it is publishing, and only then",
      "SELECT id FROM target"
      " WHERE (state = 'publishing') <> (worker IS NOT NULL)" },
    { "I4", "what was posted had been committed as sent",
      "SELECT id FROM attempt a WHERE kind = 'publish'"
      " AND outcome = 'posted' AND NOT EXISTS (SELECT 1 FROM attempt s"
      "  WHERE s.target = a.target AND s.number <= a.number"
      "   AND s.sent_at IS NOT NULL)" },
    { "I5", "what may have been sent is not put back as if it had not",
      "SELECT a.id FROM attempt a JOIN target t ON t.id = a.target"
      " WHERE a.sent_at IS NOT NULL AND a.kind = 'publish'"
      " AND (a.outcome IN ('crashed', 'released')"
      "  OR (a.ended_at IS NULL"
      "      AND t.state NOT IN ('publishing', 'verifying')))" },
    { "I6", "a posted target has the network's id",
      "SELECT id FROM target WHERE state = 'posted'"
      " AND ifnull(remote_id, '') = ''" },
    { "I7", "a target that came to an end has told so, once",
      "SELECT id || ' post.' || iif(state = 'posted', 'published', state)"
      " FROM target"
      " WHERE state IN ('posted', 'failed', 'uncertain', 'cancelled')"
      " EXCEPT SELECT target || ' ' || type FROM event"
      " UNION ALL SELECT target FROM event"
      "  WHERE type = 'post.published'"
      "  GROUP BY target HAVING count(*) > 1 + (SELECT count(*)"
      "   FROM attempt a WHERE a.target = event.target"
      "    AND a.worker = 'collector')" },
    { "I8", "attempts are numbered without a gap and ended ones stay",
      "SELECT target FROM attempt"
      " GROUP BY target HAVING max(number) <> count(*)"
      " UNION ALL SELECT column1 FROM (VALUES ('attempt_ended'),"
      "  ('attempt_sent'), ('attempt_kept'), ('target_sent')) WHERE column1"
      "  NOT IN (SELECT name FROM sqlite_schema WHERE type = 'trigger')" },
    { "I11", "what may be public has not failed because a later try did,"
      " unless its owner had said that it is not",
      "SELECT t.id FROM target t JOIN attempt a ON a.target = t.id"
      " WHERE t.state IN ('failed', 'cancelled') AND a.outcome = 'uncertain'"
      " AND a.kind = 'publish' AND NOT EXISTS (SELECT 1 FROM event e"
      "  WHERE e.target = t.id AND e.type = 'post.scheduled'"
      "   AND iif(EXISTS " TOLD_UNCERTAIN ", e.rowid > " TOLD_UNCERTAIN ","
      "    e.created_at >= a.ended_at))" },
    { "I13", "a delivery that is being sent has one open attempt and its body,"
      " and what was delivered was taken",
      "SELECT delivery FROM delivery_attempt WHERE ended_at IS NULL"
      " GROUP BY delivery HAVING count(*) > 1"
      " UNION ALL SELECT d.id FROM delivery d WHERE d.body IS NULL AND"
      "  EXISTS (SELECT 1 FROM delivery_attempt a WHERE a.delivery = d.id)"
      " UNION ALL SELECT d.id FROM delivery d WHERE d.state = 'delivered'"
      "  AND NOT EXISTS (SELECT 1 FROM delivery_attempt a"
      "   WHERE a.delivery = d.id AND a.status BETWEEN 200 AND 299"
      "    AND a.error IS NULL)" },
    { "I12", "a change is in a worker's hands while its attempt is open, and"
      " only then",
      "SELECT c.target FROM change c WHERE (c.worker IS NOT NULL) <> EXISTS"
      " (SELECT 1 FROM attempt a WHERE a.target = c.target"
      "   AND a.kind = c.kind AND a.worker IS c.worker"
      "   AND a.ended_at IS NULL)"
      " UNION ALL SELECT a.target FROM attempt a WHERE a.kind <> 'publish'"
      "  AND a.ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM change c"
      "   WHERE c.target = a.target)" },
    { "I14", "a part goes out once what is before it is public, and then it"
      " does",
      "SELECT s.id FROM target s JOIN target b ON b.id = ifnull((SELECT id"
      "  FROM target WHERE root = s.root AND part = s.part - 1), s.root)"
      " WHERE s.root IS NOT NULL AND iif(s.state = 'draft',"
      "  s.hidden_at IS NULL AND b.state = 'posted', b.state <> 'posted')" },
    {0}
};

long long
invariants_check(const struct invariant *invariant, const char **first)
{
    *first = db_text(memory_format("SELECT * FROM (%s) LIMIT 1",
                                   invariant->broken));
    if (*first == NULL)
        return 0;
    return db_integer(memory_format("SELECT count(*) FROM (%s)",
                                    invariant->broken), 0);
}
