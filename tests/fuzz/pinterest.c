/* pinterest.c: what Pinterest answers. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "pinterest", "https://api.pinterest.com",
    "{\"access_token\":\"" DRIVER_SECRET "\",\"refresh_token\":\""
    DRIVER_SECRET "\"}",
    "{\"client_id\":\"1\",\"client_secret\":\"" DRIVER_SECRET "\"}",
    { NULL }, { "{\"boardId\":\"5\"}" }
};
