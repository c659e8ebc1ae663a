/* /api/media/serve: a media file to whoever has its signed URL. */
#include "dialect/native.h"
#include "core/config.h"
#include "core/media.h"
#include "web/download.h"

static const struct field signature[] = {
    { "key", TEXT, 1, 64, .required = 1, .words = "ID.EXTENSION" },
    { "expires", TEXT, 1, 20, .required = 1, .words = "Seconds since 1970" },
    { "signature", TEXT, 1, 64, .required = 1,
      .words = "Proof that this instance made the URL" },
    {0}
};

/* Deleted media is served as long as its file is kept for a post: networks
   fetch it here. */
static void
serve_file(void)
{
    struct download file;

    if (!media_check_signature(value_text("key"), value_text("expires"),
                               value_text("signature")))
        refuse_field(FAULT_NOT_FOUND, NULL, "This link is not valid, or it"
                     " has expired; ask the API for a fresh one");
    if (db_run("SELECT id AS media_id, extension AS media_extension,"
               "  type AS media_type, lower(hex(hash)) AS media_etag"
               " FROM media WHERE id || '.' || extension = :key"
               "  AND id = substr(:key, 1, 36)") != DB_ROW)
        refuse_kind(FAULT_NOT_FOUND);
    file = (struct download){
        .path = media_store_path(value_text("media_id"),
                                 value_text("media_extension")),
        .type = value_text("media_type"), .etag = value_text("media_etag"),
        .seconds = 3600
    };
    refuse(download_send(&file));
}

static const struct operation operations[] = {
    { "GET", "", POLICY_SIGNED, .status = 200, .fields = signature,
      .run = serve_file, .slow = 1, .words = "The bytes of a media file" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
