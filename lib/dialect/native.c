/* native.c: how /api/v1 says things: Sprkly's codes, and ours in its shape. */
#include "dialect/native.h"

static void
write_error(struct text *body, const struct saying *saying,
            const struct fault *fault, const char *words)
{
    text_add(body, "{\"error\":\"");
    text_add_json(body, words);
    text_add_format(body, "\",\"code\":\"%s\"", saying->code);
    if (fault->field != NULL) {
        text_add(body, ",\"field\":\"");
        text_add_json(body, fault->field);
        text_add(body, "\"");
    }
    if (fault->limit != 0)
        text_add_format(body, ",\"limit\":%lld", fault->limit);
    text_add(body, "}");
}

static const struct saying sayings[] = {
    /* the 18 codes of Sprkly's documentation */
    { FAULT_KEY_MISSING, 401, "missing_api_key",
      "Authorization header is missing or is not a Bearer token" },
    { FAULT_KEY_INVALID, 401, "invalid_api_key",
      "The API key is invalid, revoked, or expired" },
    { FAULT_SCOPE, 403, "insufficient_scope",
      "API key does not have the required scope" },
    { FAULT_API_DISABLED, 403, "api_access_disabled",
      "API access is disabled for this account" },
    { FAULT_CONTENT_MISSING, 400, "missing_content",
      "The request has no caption, mediaUrls, or mediaId" },
    { FAULT_PLATFORMS_MISSING, 400, "missing_platforms",
      "platforms is missing or empty" },
    { FAULT_PLATFORM_UNSUPPORTED, 400, "unsupported_platform",
      "A platform is not supported" },
    { FAULT_TIME, 400, "invalid_scheduled_time",
      "scheduledTime is not a valid ISO 8601 datetime" },
    { FAULT_TIME_PAST, 400, "scheduled_time_in_past",
      "scheduledTime must be in the future" },
    { FAULT_ACCOUNTS, 400, "invalid_profile_ids",
      "One or more profileIds are inactive, not owned by the account, or do"
      " not match the requested platforms" },
    { FAULT_NO_ACCOUNT, 400, "invalid_profile_ids",
      "No active account of a requested platform is connected" },
    { FAULT_ACCOUNTS_DENIED, 403, "profile_scope_denied",
      "One or more profileIds are outside the accounts allowed for this API"
      " key" },
    { FAULT_MEDIA_NOT_FOUND, 404, "media_not_found",
      "The mediaId is not active or does not belong to the account" },
    { FAULT_FILE_MISSING, 400, "missing_file",
      "The media upload request did not include a file field" },
    { FAULT_FILE_TOO_LARGE, 413, "file_too_large",
      "The uploaded file exceeds the 50 MB API upload limit" },
    { FAULT_UPLOAD_PLAN, 403, "upload_plan_required",
      "The account cannot upload media through the API on its current plan" },
    { FAULT_STORAGE_QUOTA, 413, "storage_quota_exceeded",
      "The account has exceeded its media storage quota" },
    { FAULT_POST_QUOTA, 429, "quota_exceeded",
      "The account has exceeded its scheduling quota" },
    { FAULT_POST_NOT_FOUND, 404, "post_not_found",
      "The post does not exist or is not owned by the account" },

    /* beyond them, in their shape */
    { FAULT_RATE, 429, "rate_limited",
      "Too many requests; X-RateLimit-Reset says when to come again" },
    { FAULT_SESSION, 401, "not_signed_in", "Sign in first" },
    { FAULT_CSRF, 403, "form_expired",
      "The form is not of this session; load the page again" },
    { FAULT_NOT_FOUND, 404, "not_found", "Nothing is here" },
    { FAULT_METHOD, 405, "method_not_allowed",
      "This path does not take that method; Allow says which it takes" },
    { FAULT_HEADER, 400, "invalid_header", "A header cannot be read" },
    { FAULT_BODY_SHORT, 400, "invalid_body",
      "The body ended before its Content-Length" },
    { FAULT_BODY_TOO_LARGE, 413, "body_too_large",
      "The body has more than 1 MB" },
    { FAULT_BODY_TYPE, 415, "unsupported_media_type",
      "Content-Type must be application/json" },
    { FAULT_JSON, 400, "invalid_json", "The body is not valid JSON" },
    { FAULT_FIELD, 400, "invalid_field", "A field is not valid" },
    { FAULT_FIELD_MISSING, 400, "invalid_field", "A field is missing" },
    { FAULT_FIELD_UNKNOWN, 400, "invalid_field", "A parameter is unknown" },
    { FAULT_CURSOR, 400, "invalid_field", "cursor is not one of ours" },
    { FAULT_ZONE, 400, "invalid_field", "timezone is unknown" },
    { FAULT_IDEMPOTENCY_KEY, 400, "invalid_idempotency_key",
      "Idempotency-Key must be one value of 1 to 255 visible characters" },
    { FAULT_IDEMPOTENCY_MISMATCH, 422, "idempotency_mismatch",
      "This Idempotency-Key came with another request before" },
    { FAULT_CONFLICT, 409, "conflict", "The request conflicts with what is" },
    { FAULT_ACCOUNT_NOT_FOUND, 404, "not_found",
      "The connection does not exist or is not owned by the account" },
    { FAULT_TEXT_TOO_LONG, 400, "caption_too_long", "caption is too long" },
    { FAULT_TITLE_MISSING, 400, "missing_title", "title is required" },
    { FAULT_TITLE_TOO_LONG, 400, "title_too_long", "title is too long" },
    { FAULT_SETTINGS, 400, "invalid_platform_meta",
      "platformMeta is not valid" },
    { FAULT_MEDIA, 400, "invalid_media", "The media do not fit a platform" },
    { FAULT_FILE_TYPE, 415, "unsupported_file_type",
      "The file is not a JPEG, PNG, GIF, WebP, MP4 or MOV" },
    { FAULT_POST_STATE, 409, "conflict",
      "The post is not in a state that allows this" },
    { FAULT_UNCHANGEABLE, 400, "unsupported_platform",
      "The platform does not let a published post be changed so" },
    { FAULT_POST_UNCERTAIN, 409, "conflict",
      "The post may be on the platform already; use its resolve operation" },
    { FAULT_DUPLICATE, 409, "conflict",
      "The same text went to this account a moment ago" },
    { FAULT_BUSY, 503, "busy", "Too many requests at once; try again" },
    { FAULT_DISK_FULL, 507, "disk_full", "This server's disk is full" },
    { FAULT_INTERNAL, 500, "internal_error",
      "Something went wrong on this server; its log says what" },
    { FAULT_NONE }
};

const struct dialect native = {
    .name = "native",
    .sayings = sayings,
    .write_error = write_error,
    .id_prefixes = "post_ media_ conn_ key_ profile_ webhook_ delivery_",
    .refuse_unknown_query = 1,
    .requests_an_hour = 1000,
    .rate_prefix = "X-RateLimit",
};
