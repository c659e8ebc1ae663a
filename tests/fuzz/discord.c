/* discord.c: what a channel's webhook answers. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "discord", "", "{\"access_token\":\"https://discord.com/api/webhooks/"
    "12345678901234567/" DRIVER_SECRET DRIVER_SECRET DRIVER_SECRET
    DRIVER_SECRET "\",\"channel_id\":\"5\",\"guild_id\":\"6\"}", NULL,
    { NULL }, { NULL }, { "12345678901234568" }, { NULL },
    "https://discord.com/api/webhooks/12345678901234567/" DRIVER_SECRET
    DRIVER_SECRET DRIVER_SECRET DRIVER_SECRET
};
