/* tiktok.c: what TikTok answers; 1 is seen by friends alone. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "tiktok", "", "{\"access_token\":\"" DRIVER_SECRET "\","
    "\"refresh_token\":\"" DRIVER_SECRET "\"}",
    "{\"client_id\":\"1\",\"client_secret\":\"" DRIVER_SECRET "\"}",
    { NULL }, { "{\"privacyLevel\":\"PUBLIC_TO_EVERYONE\"}",
                "{\"privacyLevel\":\"MUTUAL_FOLLOW_FRIENDS\"}" },
    { "7077642457847994444", "v_pub_url~v2.123" }, { "open-id-5" },
    .always = "media", .needs_prepare = 1, .is_task = 1,
    .may_discard = 1
};
