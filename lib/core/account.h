/* account.h: connected accounts, and the secrets that open them.

   Credentials are JSON in the form their network's driver made, sealed under
   the context "account" + id (secret_load_key() comes before). Functions that
   change something run inside the caller's transaction. */
#ifndef ACCOUNT_H
#define ACCOUNT_H
#include <stdint.h>
#include "base/clock.h"
#include "base/secret.h"
#include "core/fault.h"

/* How often a network is asked anew who an account is and what it may. */
#define ACCOUNT_SYNC_MS (7 * (int64_t)DAY)

/* An account as its network describes it. Members may be NULL where not said
   otherwise; a URL that is no link counts as NULL. token_expires_at 0: never,
   or unknown. */
struct account_facts {
    const char *profile;        /* an id, never NULL */
    const char *network;        /* a catalogue name, never NULL */
    const char *server;         /* base URL; NULL or "" where it is fixed */
    const char *remote_id;      /* never NULL, not empty */
    const char *handle, *name, *profile_url, *avatar_url;
    const char *credentials;    /* NULL: the network needs none */
    const char *limits;         /* JSON; NULL: unknown. With partial: true
                                   its network is asked for the rest soon */
    int64_t token_expires_at;
};

/* Store an account, or bring the one with the same profile, network, server
   and remote id up to date: it is active again, its settings, its posts and
   the keys limited to it stay. Writes account.connected. id has ID_ROOM
   bytes. FAULT_FIELD where profile or network are unknown or remote_id is
   empty; FAULT_CONFLICT where the account is a place on this host (a site)
   that another profile has connected. */
struct fault account_connect(const struct account_facts *, char *id);

/* Its network gave new credentials for an account besides: one with the same
   profile, network, server and remote id has them from now on, and is active
   again if it had expired (then as by account_connect()). Where there is none,
   or its owner took it away, nothing happens. */
void account_reconnect(const struct account_facts *);

/* The credentials of an account as JSON, with their version; NULL where it
   has none. They do not open under another instance's key: then the program
   ends, saying so. */
const char *account_credentials(const char *id, int64_t *version);

/* The credentials that an account had when it was disconnected, while its
   network has not heard of it; else NULL. */
const char *account_given_back(const char *id);

/* Could the credentials be opened? 1 where there are none. */
int account_opens(const char *id);

/* Keep renewed credentials, unless somebody else renewed them since version
   was read. Returns 1 and sets *version to the new one, or 0: read again. */
int account_renew(const char *id, int64_t *version, const char *credentials,
                  int64_t token_expires_at);

/* Its network was asked about the account. facts: what it told; where limits
   are NULL those that are known stay, and credentials and token are not
   touched; NULL: it has nothing to tell. fault: a sentence, why it told
   nothing, and facts count for nothing; else NULL. It is asked again at
   sync_at, 0: never by itself. */
void account_synced(const char *id, const struct account_facts *facts,
                    const char *fault, int64_t sync_at);

/* The network refused the credentials of this version: the account waits to
   be connected again, its scheduled posts with it. Writes account.expired.
   Returns 0, changing nothing, where it has other credentials by now or is
   not active. */
int account_expire(const char *id, int64_t version);

/* Its owner takes the account away: the credentials are forgotten (once the
   collector has given them back, where the network takes them), and what
   was scheduled for it becomes cancelled, each with its event, in the same
   transaction. A post whose sending is unresolved (verifying, sent) becomes
   uncertain, since nobody can look for it any more; one that a worker is
   publishing now is left to that worker. Drafts stay. profile NULL: any.
   FAULT_ACCOUNT_NOT_FOUND where there is none, or it is disconnected. */
struct fault account_disconnect(const char *id, const char *profile);

/* What its owner has yet to do at the network of an account that was taken
   away, as a sentence; NULL: nothing. */
const char *account_left_to_do(const char *id);
#endif
