/* linkedin.c: what LinkedIn answers; 1 is a member, the others are pages. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "linkedin", "", "{\"access_token\":\"" DRIVER_SECRET "\","
    "\"refresh_token\":\"" DRIVER_SECRET "\"}",
    "{\"client_id\":\"1\",\"client_secret\":\"" DRIVER_SECRET "\"}",
    { NULL }, { NULL }, { "urn:li:share:77", "urn:li:ugcPost:78" },
    { "urn:li:organization:5", "urn:li:person:a_B-1", "5" },
    .may_lack_id = 1
};
