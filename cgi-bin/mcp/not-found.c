/* /mcp/not-found: every path under /mcp that no other program answers. */
#include "dialect/pages.h"

static const struct operation operations[] = { {0} };

int
main(int argc, char **argv)
{
    serve(argc, argv, &pages, operations);
}
