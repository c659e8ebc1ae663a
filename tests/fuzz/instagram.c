/* instagram.c: what Instagram answers; 1 are stories. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "instagram", "", "{\"access_token\":\"" DRIVER_SECRET "\"}",
    "{\"client_id\":\"1\",\"client_secret\":\"" DRIVER_SECRET "\"}",
    { NULL }, { "{\"shareToFeed\":true,\"thumbOffset\":\"5\"}",
                "{\"type\":\"story\"}" },
    { "17890000000000077" }, { "17841400000000005" }, .always = "media",
    .needs_prepare = 1
};
