/* bluesky.c: what a PDS answers. */
#include "driver.h"

static const struct driver_case fuzz_case = {
    "bluesky", "https://pds.example",
    "{\"did\":\"did:plc:abc123\",\"pds\":\"https://pds.example\","
    "\"accessJwt\":\"e.eyJleHAiOjE5MDAwMDAwMDB9." DRIVER_SECRET "\","
    "\"refreshJwt\":\"e.eyJleHAiOjE5MDAwMDAwMDB9." DRIVER_SECRET "\","
    "\"password\":\"" DRIVER_SECRET "\"}", NULL, { NULL }, { NULL },
    { "at://did:plc:abc123/app.bsky.feed.post/3labcdefghi2k" }
};
