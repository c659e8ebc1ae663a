/* threads.c: what Threads answers. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "threads", "", "{\"access_token\":\"" DRIVER_SECRET "\"}",
    "{\"client_id\":\"1\",\"client_secret\":\"" DRIVER_SECRET "\"}",
    { NULL }, { "{\"topicTag\":\"tag\",\"replyControl\":\"everyone\"}",
                "{\"linkAttachment\":\"https://example.org/\"}" },
    { "17890000000000077" }, { "17841400000000005" }, .needs_prepare = 1
};
