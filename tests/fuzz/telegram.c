/* telegram.c: what Telegram's Bot API answers. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "telegram", "", "{\"access_token\":\"12345:" DRIVER_SECRET DRIVER_SECRET
    "\"}", NULL, { NULL },
    { "{}", "{\"disableLinkPreview\":true,\"silent\":true}" },
    { "43", "43,44+45", "43,44" }, { "-1001234567890", "@channel", "-55" },
    "12345:" DRIVER_SECRET DRIVER_SECRET
};
