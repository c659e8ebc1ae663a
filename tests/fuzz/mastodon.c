/* mastodon.c: what a server of Mastodon's API answers. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "mastodon", "https://mastodon.example",
    "{\"access_token\":\"" DRIVER_SECRET "\"}", NULL,
    { "{\"software\":\"mastodon\"}", "{\"software\":\"gotosocial\"}",
      "{\"software\":\"pixelfed\"}", "{\"software\":\"pleroma\"}",
      "{\"software\":\"snac\"}", "{}" },
    { "{\"visibility\":\"public\",\"sensitive\":true}" }
};
