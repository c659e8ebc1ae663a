/* x.c: what X answers. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "twitter", "", "{\"access_token\":\"" DRIVER_SECRET "\","
    "\"refresh_token\":\"" DRIVER_SECRET "\"}",
    "{\"client_id\":\"1\",\"client_secret\":\"" DRIVER_SECRET "\"}",
    { NULL }, { NULL }, { "1234567890123456789" }
};
