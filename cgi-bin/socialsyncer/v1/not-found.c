/* /socialsyncer/v1/not-found: every other path below /socialsyncer. */
#include "dialect/socialsyncer.h"

static const struct operation operations[] = { {0} };

int
main(int argc, char **argv)
{
    serve(argc, argv, &socialsyncer, operations);
}
