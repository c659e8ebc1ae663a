/* fault.h: why a request is refused, before any API's words for it.

   core/ answers with a fault; a dialect maps its kind to a status, a code
   and words, in one table. */
#ifndef FAULT_H
#define FAULT_H

enum fault_kind {
    FAULT_NONE,
    /* who asks */
    FAULT_KEY_MISSING, FAULT_KEY_INVALID, FAULT_SCOPE, FAULT_API_DISABLED,
    FAULT_RATE, FAULT_SESSION, FAULT_CSRF,
    /* how it is asked */
    FAULT_NOT_FOUND, FAULT_METHOD, FAULT_HEADER, FAULT_BODY_SHORT,
    FAULT_BODY_TOO_LARGE, FAULT_BODY_TYPE, FAULT_JSON, FAULT_FIELD,
    FAULT_FIELD_MISSING, FAULT_FIELD_UNKNOWN, FAULT_IDEMPOTENCY_KEY,
    FAULT_IDEMPOTENCY_MISMATCH, FAULT_CONFLICT, FAULT_CURSOR,
    /* what is asked */
    FAULT_CONTENT_MISSING, FAULT_PLATFORMS_MISSING, FAULT_PLATFORM_UNSUPPORTED,
    FAULT_TIME, FAULT_TIME_PAST, FAULT_ZONE, FAULT_ACCOUNTS,
    FAULT_ACCOUNTS_DENIED, FAULT_ACCOUNT_NOT_FOUND, FAULT_NO_ACCOUNT,
    FAULT_TEXT_TOO_LONG, FAULT_TITLE_MISSING, FAULT_TITLE_TOO_LONG,
    FAULT_SETTINGS, FAULT_MEDIA, FAULT_MEDIA_NOT_FOUND,
    FAULT_POST_NOT_FOUND, FAULT_POST_STATE, FAULT_POST_UNCERTAIN,
    FAULT_UNCHANGEABLE,
    FAULT_DUPLICATE, FAULT_POST_QUOTA,
    /* AI */
    FAULT_CREDITS, FAULT_AI_ABSENT, FAULT_AI_FAILED,
    /* uploads */
    FAULT_FILE_MISSING, FAULT_FILE_TOO_LARGE, FAULT_FILE_TYPE,
    FAULT_UPLOAD_PLAN, FAULT_STORAGE_QUOTA,
    /* ours */
    FAULT_BUSY, FAULT_DISK_FULL, FAULT_INTERNAL,
    FAULT_KINDS
};

struct fault {
    enum fault_kind kind;
    const char *field;          /* the field it is about, or NULL */
    long long limit;            /* the limit that was passed, or 0 */
    const char *detail;         /* a whole sentence for the caller, or NULL:
                                   the dialect's own words for the kind */
    const char *existing;       /* FAULT_DUPLICATE: the post that is there */
};

/* No fault: `if (fault.kind)` reads as a question. */
#define NO_FAULT ((struct fault){ .kind = FAULT_NONE })
#endif
