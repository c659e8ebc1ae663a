/* /api/v1/openapi.json: what every program says of itself, as one document. */
#include "dialect/native.h"
#include "base/log.h"
#include "base/memory.h"
#include "core/config.h"

#include <stdio.h>

static void
send_document(void)
{
    const char *path = memory_format("%s/openapi.json", config()->share_dir);
    struct text body = { .limit = TEXT_LIMIT };
    FILE *file = fopen(path, "re");
    char room[8192];
    size_t got;

    if (file == NULL)
        die("%s is not there; install.sh puts it there", path);
    while ((got = fread(room, 1, sizeof room, file)) > 0)
        text_add_bytes(&body, room, got);
    fclose(file);
    reply(200, &body);
}

static const struct operation operations[] = {
    { "GET", "", POLICY_PUBLIC, .status = 200, .run = send_document,
      .words = "This document" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
