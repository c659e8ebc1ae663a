/* socialsyncer.c: how /socialsyncer/v1 says things. */
#include "dialect/socialsyncer.h"

/* The error's type goes with its status. */
static const char *
type_of(int status)
{
    switch (status) {
    case 401: return "authentication_error";
    case 403: return "permission_error";
    case 409: return "idempotency_error";
    case 429: return "rate_limit_error";
    default: return status < 500 ? "invalid_request_error" : "api_error";
    }
}

/* core/ names fields in Sprkly's words. */
static const char *
param_of(const char *field)
{
    static const char *const names[][2] = {
        { "caption", "content" }, { "mediaUrls", "mediaItems" },
        { "mediaId", "mediaItems" }, { "scheduledTime", "scheduledFor" },
        { "profileIds", "platforms" }
    };
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_same(field, names[i][0]))
            return names[i][1];
    return text_begins(field, "platformMeta") ? "platforms" : field;
}

static void
write_error(struct text *body, const struct saying *saying,
            const struct fault *fault, const char *words)
{
    text_add(body, "{\"error\":\"");
    text_add_json(body, words);
    text_add_format(body, "\",\"type\":\"%s\",\"code\":\"%s\"",
                    type_of(saying->status), saying->code);
    if (fault->field != NULL) {
        text_add(body, ",\"param\":\"");
        text_add_json(body, param_of(fault->field));
        text_add(body, "\"");
    }
    if (fault->existing != NULL)
        text_add_format(body, ",\"postId\":\"post_%s\"", fault->existing);
    text_add(body, "}");
}

#define MISSING 400, "missing_required_field"
#define INVALID 400, "invalid_field_value"
#define UNFIT   422, "invalid_field_value"      /* of a platform's own rules */
#define ABSENT  404, "resource_not_found"
#define CLASH   409, "conflict"
#define SLOWER  429, "rate_limited"

static const struct saying sayings[] = {
    { FAULT_KEY_MISSING, 401, "invalid_credentials", "No API key was sent" },
    { FAULT_KEY_INVALID, 401, "invalid_credentials", "Invalid API key" },
    { FAULT_SCOPE, 403, "insufficient_permissions",
      "The API key may not do this" },
    { FAULT_API_DISABLED, 403, "insufficient_permissions",
      "API access is disabled for this account" },
    { FAULT_ACCOUNTS_DENIED, 403, "insufficient_permissions",
      "The API key may not use this account" },
    { FAULT_RATE, SLOWER, "Too many requests" },
    { FAULT_POST_QUOTA, SLOWER, "The month's posts are used up" },
    { FAULT_NOT_FOUND, ABSENT, "Nothing is here" },
    { FAULT_POST_NOT_FOUND, ABSENT, "The post does not exist" },
    { FAULT_METHOD, 405, "method_not_allowed",
      "This path does not take that method" },
    { FAULT_HEADER, INVALID, "A header cannot be read" },
    { FAULT_BODY_SHORT, INVALID, "The body ended before its Content-Length" },
    { FAULT_BODY_TOO_LARGE, 413, "body_too_large",
      "The body has more than 1 MB" },
    { FAULT_BODY_TYPE, 415, "unsupported_media_type",
      "Content-Type must be application/json" },
    { FAULT_JSON, INVALID, "The body is not valid JSON" },
    { FAULT_FIELD, INVALID, "A field is not valid" },
    { FAULT_FIELD_MISSING, MISSING, "A field is missing" },
    { FAULT_FIELD_UNKNOWN, INVALID, "A parameter is unknown" },
    { FAULT_CURSOR, INVALID, "cursor is not one of ours" },
    { FAULT_ZONE, INVALID, "timezone is unknown" },
    { FAULT_TIME, INVALID, "scheduledFor is not an ISO 8601 date and time" },
    { FAULT_TIME_PAST, INVALID, "scheduledFor must be in the future" },
    { FAULT_IDEMPOTENCY_KEY, INVALID,
      "Idempotency-Key must be one value of 1 to 255 visible characters" },
    { FAULT_IDEMPOTENCY_MISMATCH, 422, "conflict",
      "This Idempotency-Key came with another request before" },
    { FAULT_CONFLICT, CLASH, "The request conflicts with what is" },
    { FAULT_DUPLICATE, CLASH, "The same content went to this account" },
    { FAULT_POST_STATE, CLASH, "The post is in no state that allows this" },
    { FAULT_UNCHANGEABLE, UNFIT,
      "The platform does not let a published post be edited" },
    { FAULT_POST_UNCERTAIN, CLASH,
      "uncertain: the post may be public already; look before it is sent"
      " again with POST /api/v1/posts/{id}/resolve" },
    { FAULT_CONTENT_MISSING, MISSING,
      "content is required when no media is attached" },
    { FAULT_PLATFORMS_MISSING, MISSING, "platforms is required" },
    { FAULT_PLATFORM_UNSUPPORTED, INVALID, "A platform is not supported" },
    { FAULT_ACCOUNTS, INVALID,
      "An accountId is unknown, not connected, or of another platform" },
    { FAULT_TEXT_TOO_LONG, UNFIT, "The content is too long" },
    { FAULT_TITLE_MISSING, UNFIT, "A title is required" },
    { FAULT_TITLE_TOO_LONG, UNFIT, "The title is too long" },
    { FAULT_SETTINGS, UNFIT, "platformSpecificData is not valid" },
    { FAULT_MEDIA, UNFIT, "The media do not fit a platform" },
    { FAULT_MEDIA_NOT_FOUND, INVALID, "The media do not exist" },
    { FAULT_BUSY, 503, "busy", "Too many requests at once; try again" },
    { FAULT_DISK_FULL, 507, "disk_full", "This server's disk is full" },
    { FAULT_INTERNAL, 500, "internal_error",
      "Something went wrong on this server; its log says what" },
    { FAULT_NONE }
};

const struct dialect socialsyncer = {
    .name = "socialsyncer",
    .sayings = sayings,
    .write_error = write_error,
    .id_prefixes = "post_ profile_",
    .refuse_unknown_query = 1,
};
