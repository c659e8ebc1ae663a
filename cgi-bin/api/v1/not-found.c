/* /api/v1/not-found: every path under /api that no other program answers. */
#include "dialect/native.h"

static const struct operation operations[] = { {0} };

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
