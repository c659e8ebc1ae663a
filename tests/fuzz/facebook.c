/* facebook.c: what Facebook answers of a Page; 1 are reels. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "facebook", "", "{\"access_token\":\"" DRIVER_SECRET "\"}",
    "{\"client_id\":\"1\",\"client_secret\":\"" DRIVER_SECRET "\"}",
    { NULL }, { "{\"link\":\"https://example.org/\"}",
                "{\"videoType\":\"reel\"}" },
    { "5_77", "78" }, { "5" }
};
