/* webhook_form.h: what may stand in a webhook; for core/webhook.c. */
#ifndef WEBHOOK_FORM_H
#define WEBHOOK_FORM_H
#include "core/webhook.h"

/* What stands before the base64 of a secret made for Standard Webhooks. */
#define WEBHOOK_SECRET_START "whsec_"

/* The first part of a wish that cannot be, as FAULT_FIELD. A URL is judged by
   its form; where it leads to, the publisher's address guard judges when it
   connects. */
struct fault webhook_form_fault(const struct webhook_wish *);

/* The host of a URL that passed, in lower case. */
const char *webhook_form_host(const char *url);
#endif
