/* readiness.h: what is missing before an account can publish, and who does
   what about it.

   Each need is a word for programs and a sentence for people. The words:
     network_unsupported       Crier does not post there
     app_credentials_missing   the operator registers Crier there
     base_url_not_public       the network cannot fetch files from this server
     network_paused            the network refuses the whole application
     uploads_used_up, units_used_up
                               what it allows the application in a day
     publishing_halted         the operator stopped publishing
     publisher_silent          cron does not start the publisher
     disk_full                 nothing is accepted or published
     media_folder              files cannot be kept
     account_expired           its owner connects it again
     scope_missing             the same: it may not publish
     comment_scope_missing     the same, before it has a firstComment
     measure_scope_missing     the same, before it has all metrics
     token_ends_soon           the same, before its token ends
     account_waits             its network said: wait until then
     option_required           an option that each post must have
     post_quota_used_up        the owner's plan has no more posts this month
     uploads_off               the owner may not upload by the API
     sync_failed               its network would not say who it is */
#ifndef READINESS_H
#define READINESS_H
#include <stdint.h>
#include "core/catalogue.h"

struct need {
    const char *code, *words;
    int blocks;                 /* 1: nothing is published until it is met; 0:
                                   somebody should look at it */
    int64_t until_at;           /* when it passes by itself; 0: it does not */
};

enum { NEEDS_MOST = 24 };

struct needs {
    struct need list[NEEDS_MOST];
    int count;
};

/* What any account of the network needs. */
void readiness_of_network(const struct catalogue_row *, struct needs *);

/* What an account needs, its network's needs included. It has one of the
   account table's ids. The key file is loaded where there are credentials. */
void readiness_of_account(const char *id, struct needs *);

/* Is nothing among them that blocks? */
int readiness_is_given(const struct needs *);

/* May posts for the account be stored now? They may wait for what passes by
   itself. */
int readiness_may_schedule(const struct needs *);
#endif
