/* /socialrails/not-found: every path under /socialrails that no other program
   answers. */
#include "dialect/socialrails.h"

static const struct operation operations[] = { {0} };

int
main(int argc, char **argv)
{
    serve(argc, argv, &socialrails, operations);
}
