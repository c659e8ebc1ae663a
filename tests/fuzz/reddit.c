/* reddit.c: what Reddit answers; 0 and 2 are in a subreddit, 1 is a profile's
   link. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "reddit", "", "{\"access_token\":\"" DRIVER_SECRET "\","
    "\"refresh_token\":\"" DRIVER_SECRET "\"}",
    "{\"client_id\":\"1\",\"client_secret\":\"" DRIVER_SECRET "\"}",
    { NULL },
    { "{\"flairText\":\"News\"}",
      "{\"url\":\"https://example.org/\",\"resubmit\":false}",
      "{\"kind\":\"videogif\",\"coverUrl\":\"https://example.org/c.png\"}" },
    { "t3_1abcde" }, { "ana/test", "u_ana", "test" },
    .may_wait = 1
};
