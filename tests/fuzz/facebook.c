/* facebook.c: what Facebook answers of a Page; 1 are reels, 2 stories. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "facebook", "", "{\"access_token\":\"" DRIVER_SECRET "\","
        "\"user_token\":\"" DRIVER_SECRET "\",\"client_id\":\"1\"}",
    "{\"client_id\":\"1\",\"client_secret\":\"" DRIVER_SECRET "\"}",
    { NULL }, { "{\"link\":\"https://example.org/\"}",
                "{\"videoType\":\"reel\","
                "\"coverUrl\":\"https://example.org/a.png\"}",
                "{\"type\":\"story\"}" },
    { "5_77", "78" }, { "5" }, .may_wait = 1, .may_discard = 1
};
