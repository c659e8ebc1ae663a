/* pages.c: the sentences of refused pages. A saying's code is its heading. */
#include "dialect/pages.h"
#include "web/page.h"

static void
write_error(struct text *document, const struct saying *saying,
            const struct fault *fault, const char *words)
{
    struct text body = { .limit = TEXT_LIMIT };

    (void)fault;
    page_warn(&body, words);
    page_write(document, saying->code, &body);
}

static const struct saying sayings[] = {
    { FAULT_NOT_FOUND, 404, "Not found",
      "There is no page at this address." },
    { FAULT_METHOD, 405, "Not possible here",
      "This page cannot be asked for in this way." },
    { FAULT_HEADER, 400, "Not understood",
      "The request's headers cannot be understood." },
    { FAULT_BODY_SHORT, 400, "Cut short",
      "The form did not arrive whole. Go back and send it again." },
    { FAULT_BODY_TOO_LARGE, 413, "Too large",
      "The form is larger than any of this page's." },
    { FAULT_BODY_TYPE, 415, "Not understood",
      "This page takes only its own form." },
    { FAULT_FIELD, 400, "Not understood",
      "A field of the form is not valid. Go back and change it." },
    { FAULT_IDEMPOTENCY_KEY, 400, "Not understood",
      "The request's headers cannot be understood." },
    { FAULT_SESSION, 403, "Not signed in",
      "You are not signed in any more. Open the link again." },
    { FAULT_CSRF, 403, "Form too old",
      "This form was made for another sign-in, or did not come from this"
      " page. Open the link again and send the form from there; your browser"
      " must accept cookies." },
    { FAULT_BUSY, 503, "Busy",
      "This server is busy. Wait a moment and try again." },
    { FAULT_DISK_FULL, 507, "Disk full",
      "This server's disk is full. Nothing was changed." },
    { FAULT_INTERNAL, 500, "Something went wrong",
      "Something went wrong on this server; its log says what." },
    { FAULT_NONE }
};

const struct dialect pages = {
    .name = "pages",
    .sayings = sayings,
    .write_error = write_error,
    .error_type = "text/html; charset=utf-8",
    .id_prefixes = "",
};
