/* /api/v1/health: is this instance up, and when did its publisher last run. */
#include "dialect/native.h"

static const struct operation operations[] = {
    { "GET", "", POLICY_PUBLIC, .status = 200,
      .sql = "SELECT json_object('status', iif((SELECT 1 FROM meta"
             "   WHERE name = 'halted'), 'halted', 'ok'),"
             " 'time', " NATIVE_TIME(":now") ","
             " 'lastTick', (SELECT " NATIVE_TIME("value")
             "   FROM meta WHERE name = 'tick_last'))",
      .words = "Is it up, and when did the publisher last run" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
