/* socialrails.c: how /socialrails/api/v1 says things. */
#include "dialect/socialrails.h"
#include "core/catalogue.h"

static void
write_error(struct text *body, const struct saying *saying,
            const struct fault *fault, const char *words)
{
    (void)fault;
    text_add_format(body, "{\"error\":{\"code\":\"%s\",\"message\":\"",
                    saying->code);
    text_add_json(body, words);
    text_add(body, "\"}}");
}

static const struct saying sayings[] = {
    { FAULT_KEY_MISSING, 401, "UNAUTHORIZED",
      "Authorization header is missing or is not a Bearer token" },
    { FAULT_KEY_INVALID, 401, "UNAUTHORIZED",
      "The API key is invalid, revoked, or expired" },
    { FAULT_SCOPE, 403, "FORBIDDEN",
      "API key does not have the required scope" },
    { FAULT_API_DISABLED, 403, "FORBIDDEN",
      "API access is disabled for this account" },
    { FAULT_ACCOUNTS_DENIED, 403, "FORBIDDEN",
      "This API key may not use that account" },
    { FAULT_UPLOAD_PLAN, 403, "FORBIDDEN",
      "The current plan does not include uploads through the API" },
    { FAULT_NOT_FOUND, 404, "NOT_FOUND", "Nothing is here" },
    { FAULT_POST_NOT_FOUND, 404, "NOT_FOUND", "Post not found" },
    { FAULT_POST_QUOTA, 429, "LIMIT_EXCEEDED",
      "Monthly post limit reached. Upgrade your plan for more." },
    { FAULT_CREDITS, 429, "LIMIT_EXCEEDED",
      "Monthly AI credit limit reached. Upgrade your plan for more." },
    { FAULT_RATE, 429, "RATE_LIMITED",
      "Too many requests; X-RateLimit-Reset says when to come again" },
    { FAULT_AI_ABSENT, 503, "AI_NOT_CONFIGURED",
      "AI generation is not configured on this server" },
    { FAULT_AI_FAILED, 502, "AI_FAILED",
      "The AI service gave no text; no credits were used" },

    { FAULT_METHOD, 405, "METHOD_NOT_ALLOWED",
      "This path does not take that method; Allow says which it takes" },
    { FAULT_HEADER, 400, "VALIDATION_ERROR", "A header cannot be read" },
    { FAULT_BODY_SHORT, 400, "VALIDATION_ERROR",
      "The body ended before its Content-Length" },
    { FAULT_BODY_TOO_LARGE, 413, "VALIDATION_ERROR",
      "The body has more than 1 MB" },
    { FAULT_BODY_TYPE, 415, "VALIDATION_ERROR",
      "Content-Type must be application/json" },
    { FAULT_JSON, 400, "VALIDATION_ERROR", "The body is not valid JSON" },
    { FAULT_FIELD, 400, "VALIDATION_ERROR", "A field is not valid" },
    { FAULT_FIELD_MISSING, 400, "VALIDATION_ERROR", "A field is missing" },
    { FAULT_IDEMPOTENCY_KEY, 400, "VALIDATION_ERROR",
      "Idempotency-Key must be one value of 1 to 255 visible characters" },
    { FAULT_IDEMPOTENCY_MISMATCH, 422, "VALIDATION_ERROR",
      "This Idempotency-Key came with another request before" },
    { FAULT_CONFLICT, 409, "CONFLICT", "The request conflicts with what is" },
    { FAULT_DUPLICATE, 409, "CONFLICT",
      "The same content went to that account moments ago" },
    { FAULT_CONTENT_MISSING, 400, "VALIDATION_ERROR",
      "content is required" },
    { FAULT_PLATFORM_UNSUPPORTED, 400, "VALIDATION_ERROR",
      "That platform is not supported" },
    { FAULT_TIME, 400, "VALIDATION_ERROR",
      "scheduled_for is not a valid ISO 8601 date" },
    { FAULT_TIME_PAST, 400, "VALIDATION_ERROR",
      "scheduled_for must be in the future" },
    { FAULT_NO_ACCOUNT, 400, "VALIDATION_ERROR",
      "No account of that platform is connected" },
    { FAULT_TEXT_TOO_LONG, 400, "VALIDATION_ERROR", "content is too long" },
    { FAULT_TITLE_MISSING, 400, "VALIDATION_ERROR",
      "content must have a line that can be the title" },
    { FAULT_TITLE_TOO_LONG, 400, "VALIDATION_ERROR", "The title is too long" },
    { FAULT_SETTINGS, 400, "VALIDATION_ERROR",
      "platform_settings is not valid" },
    { FAULT_MEDIA, 400, "VALIDATION_ERROR",
      "The media do not fit that platform" },
    { FAULT_MEDIA_NOT_FOUND, 400, "VALIDATION_ERROR",
      "media holds a key that is not of this workspace" },
    { FAULT_FILE_MISSING, 400, "VALIDATION_ERROR",
      "The form has no part named file" },
    { FAULT_FILE_TOO_LARGE, 413, "VALIDATION_ERROR",
      "The file has more than 10 MB" },
    { FAULT_FILE_TYPE, 415, "VALIDATION_ERROR",
      "The file is not a JPEG, PNG, GIF, WebP, MP4 or MOV" },
    { FAULT_STORAGE_QUOTA, 413, "LIMIT_EXCEEDED",
      "The storage of the current plan is full" },
    { FAULT_POST_STATE, 400, "VALIDATION_ERROR",
      "Only draft and scheduled posts can be changed or deleted" },
    { FAULT_POST_UNCERTAIN, 400, "VALIDATION_ERROR",
      "The post may be on the platform already: it cannot be changed, and is"
      " never sent again by itself" },
    { FAULT_BUSY, 503, "BUSY", "Too many requests at once; try again" },
    { FAULT_DISK_FULL, 507, "DISK_FULL", "This server's disk is full" },
    { FAULT_INTERNAL, 500, "INTERNAL_ERROR",
      "Something went wrong on this server; its log says what" },
    { FAULT_NONE }
};

const struct dialect socialrails = {
    .name = "socialrails",
    .sayings = sayings,
    .write_error = write_error,
    .id_prefixes = "post_ media_ conn_ profile_ webhook_",
    .requests_an_hour = SOCIALRAILS_REQUESTS,
    .rate_prefix = "X-RateLimit",
};

void
socialrails_take_platform(void)
{
    const char *name = value_text("platform");
    const struct catalogue_row *network;

    if (name == NULL)
        return;
    network = catalogue_find(name);
    if (network == NULL)
        refuse_kind(FAULT_PLATFORM_UNSUPPORTED);
    value_set_text("platform", network->name);
}
