/* youtube.c: what YouTube answers. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "youtube", "", "{\"access_token\":\"" DRIVER_SECRET "\","
    "\"refresh_token\":\"" DRIVER_SECRET "\"}",
    "{\"client_id\":\"1\",\"client_secret\":\"" DRIVER_SECRET "\"}",
    { NULL }, { "{\"tags\":[\"a\"],\"privacyStatus\":\"public\"}",
                "{\"thumbnailUrl\":\"https://example.org/a.png\"}" },
    { "dQw4w9WgXcQ" }, { "UC1234567890123456789012" }, .always = "video",
    .needs_prepare = 1, .may_wait = 1, .may_discard = 1
};
