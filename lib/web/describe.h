/* describe.h: what a program says of itself on the command line. */
#ifndef DESCRIBE_H
#define DESCRIBE_H
#include "web/endpoint.h"

/* --check DATABASE: prepare every statement of the table; say which row is
   wrong and end with 1, or end with 0. --describe: print the operations as
   members of OpenAPI's `paths`. Anything else: say what the program is. */
_Noreturn void describe_command(int argc, char **argv,
                                const struct operation *);
#endif
