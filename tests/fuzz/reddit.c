/* reddit.c: what Reddit answers. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "reddit", "", "{\"access_token\":\"" DRIVER_SECRET "\","
    "\"refresh_token\":\"" DRIVER_SECRET "\"}",
    "{\"client_id\":\"1\",\"client_secret\":\"" DRIVER_SECRET "\"}",
    { NULL }, "{\"subreddit\":\"test\",\"flairText\":\"News\"}", "t3_1abcde"
};
