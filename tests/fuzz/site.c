/* site.c: what a WebSub hub answers when it is told of a new post. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "site", "", "{}", NULL, { NULL },
    { "{\"hubs\":[\"https://hub.example/\"]}" }
};
