/* /api/v1/media: uploads, and what a profile has uploaded. */
#include "dialect/native_media.h"

#define MEDIUM \
    "json_object('id', 'media_' || media.id," \
    " 'url', " MEDIA_URL("media.id") "," \
    " 'type', media.type, 'bytes', bytes, 'width', width," \
    " 'height', height, 'durationMs', duration_ms, 'alt', alt," \
    " 'name', name, 'createdAt', " NATIVE_TIME("created_at") ")"

#define PAGE \
    "WITH page AS MATERIALIZED (SELECT *, row_number() OVER" \
    "  (ORDER BY id DESC) AS place" NATIVE_MEDIA_FILTER " LIMIT :limit + 1)" \
    " SELECT json_object('media', (SELECT json_group_array(" MEDIUM ")" \
    "  FROM (SELECT * FROM page WHERE place <= :limit ORDER BY place) media)," \
    " 'nextCursor', (SELECT 'media_' || (SELECT id FROM page" \
    "   WHERE place = :limit) FROM page WHERE place > :limit))"

static const struct field page[] = {
    { "limit", INTEGER, 1, 100, .otherwise = "50", .words = "Page size" },
    { "cursor", ID, .wrong = FAULT_CURSOR,
      .words = "nextCursor of the page before" },
    {0}
};

static const struct field upload[] = {
    { "file", TEXT, .required = 1,
      .words = "A JPEG, PNG, GIF, WebP, MP4 or MOV of up to 50 MB" },
    { "alt", TEXT, 0, NATIVE_ALT, .words = "What it shows, in words" },
    {0}
};

static const struct field change[] = {
    { "alt", TEXT, 0, NATIVE_ALT, .nullable = 1,
      .words = "What it shows, in words; null clears it" },
    {0}
};

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "media:read", .status = 200, .fields = page,
      .before = native_media_sign_page, .sets = "media_urls", .sql = PAGE,
      .words = "List uploads, newest first" },
    { "POST", "", POLICY_KEY, "media:write", BODY_OWN, 200, upload,
      .run = native_media_upload, .slow = 1,
      .words = "Upload an image or a video" },
    { "GET", "/:id", POLICY_KEY, "media:read", .status = 200,
      .before = native_media_sign_one, .sets = "media_urls",
      .sql = "SELECT " MEDIUM " FROM media WHERE id = :id"
             " AND profile = :my_profile AND deleted_at IS NULL",
      .absent = FAULT_MEDIA_NOT_FOUND, .words = "Get an upload" },
    { "PATCH", "/:id", POLICY_KEY, "media:write", .status = 200,
      .fields = change, .before = native_media_sign_one, .sets = "media_urls",
      .sql = "UPDATE media SET alt = iif(:has_alt, :alt, alt)"
             " WHERE id = :id AND profile = :my_profile"
             " AND deleted_at IS NULL RETURNING " MEDIUM,
      .absent = FAULT_MEDIA_NOT_FOUND, .words = "Change its alt text" },
    { "DELETE", "/:id", POLICY_KEY, "media:write", .status = 200,
      .run = native_media_delete, .absent = FAULT_MEDIA_NOT_FOUND,
      .words = "Delete an upload; its file stays while a post needs it" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
