/* /socialrails/api/v1/health: is this instance up. */
#include "dialect/socialrails.h"

static const struct operation operations[] = {
    { "GET", "", POLICY_PUBLIC, .status = 200,
      .sql = "SELECT json_object('data', json_object("
             " 'status', iif((SELECT 1 FROM meta WHERE name = 'halted'),"
             "   'halted', 'ok'),"
             " 'version', '1.0', 'timestamp', " RAILS_TIME(":now") "))",
      .words = "Is it up" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &socialrails, operations);
}
