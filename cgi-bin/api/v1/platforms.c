/* /api/v1/platforms: every network and what it allows. */
#include "dialect/native_connections.h"
#include "core/catalogue.h"
#include "core/config.h"

static void
add_text(struct text *body, const char *name, const char *value)
{
    text_add_format(body, ",\"%s\":%s", name, value ? "\"" : "null");
    text_add_json(body, value ? value : "");
    text_add(body, value ? "\"" : "");
}

static void
add_number(struct text *body, const char *name, long long number)
{
    text_add_format(body, ",\"%s\":", name);
    if (number > 0)
        text_add_format(body, "%lld", number);
    else
        text_add(body, "null");
}

static void
add_row(struct text *body, const struct catalogue_row *row)
{
    static const char *const truth[] = { "false", "true" };
    const char *missing = config_missing(row);
    struct needs needs = { .count = 0 };

    text_add_format(body, "{\"platform\":\"%s\"", row->name);
    add_text(body, "name", row->title);
    add_text(body, "support", row->has_driver ? "supported" : "unsupported");
    add_text(body, "connect", row->connect);
    text_add_format(body, ",\"configured\":%s", truth[row->has_driver
                                                     && missing == NULL]);
    add_number(body, "maxCharacters", row->text_limit);
    add_number(body, "maxTitleCharacters", row->title_limit);
    add_number(body, "maxImages", row->images);
    add_number(body, "maxVideos", row->videos);
    add_number(body, "maxImageBytes", row->image_bytes);
    add_number(body, "maxVideoBytes", row->video_bytes);
    add_number(body, "maxVideoSeconds", row->video_seconds);
    text_add_format(body, ",\"titleRequired\":%s,\"mediaRequired\":%s,"
        "\"thread\":%s,\"firstComment\":%s", truth[!!row->title_required],
        truth[!!row->media_required], truth[row->parts == PARTS_THREAD],
        truth[row->parts != PARTS_NONE]);
    add_text(body, "mediaTypes", row->types);
    add_text(body, "note", row->has_driver && missing ? missing : row->note);
    readiness_of_network(row, &needs);
    native_needs(body, &needs);
    text_add(body, "}");
}

static void
list(void)
{
    struct text body = { .limit = TEXT_LIMIT };
    const struct catalogue_row *row;

    for (row = catalogue; row->name != NULL; row++) {
        text_add(&body, row == catalogue ? "{\"platforms\":[" : ",");
        add_row(&body, row);
    }
    text_add(&body, "]}");
    reply(200, &body);
}

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "account:read", .status = 200, .run = list,
      .words = "Every network, with its limits and how it is connected" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
