/* event.h: the outbox: what happened, written with the change itself.

   An event is what webhooks are told (delivery.h): type, moment, profile, and
   data, which is JSON as JavaScript's JSON.stringify would write it: no
   blanks, no needless escapes, whole numbers, times as ISO 8601 with
   milliseconds and Z. */
#ifndef EVENT_H
#define EVENT_H

/* Inside the transaction that changes a target's state: write the event of
   type (post.scheduled, post.published, post.failed, post.uncertain,
   post.cancelled) for it. attempt is the attempt that caused it, or NULL. A
   second event of one type for one attempt ends the program: it would be a
   second transition. */
void event_of_target(const char *type, const char *target,
                     const char *attempt);

/* And where a target that failed, is uncertain or was cancelled is a part that
   follows a public post: post.partial of that post. Nothing of other
   targets. */
void event_of_part(const char *part, const char *attempt);

/* The same for account.connected and account.expired. */
void event_of_account(const char *type, const char *account);

/* And for media.created. */
void event_of_media(const char *media);

/* And for webhook.test, which goes to that webhook alone, and
   webhook.disabled. */
void event_of_webhook(const char *type, const char *webhook);
#endif
