/* key.h: a program's key: who asks, what for, and for which accounts.

   A key is shown once, when it is made; the database keeps its SHA-256. When
   a key was used last is the modification time of its run file (rate-ID in
   run_dir), which the rate limiter writes: no read is a durable write. */
#ifndef KEY_H
#define KEY_H
#include <stdint.h>
#include "base/secret.h"
#include "core/fault.h"

enum { KEY_ROOM = 6 + TOKEN_ROOM };     /* "crier_", 43 characters, NUL */

/* A key that may be used now. All ids; scopes are words parted by spaces. */
struct key {
    const char *id, *profile, *user, *scopes;
    int limited;                /* 1: only accounts in api_key_account */
};

/* Whose key is this token? One statement. FAULT_KEY_INVALID: unknown,
   revoked, expired, or its user left the profile. FAULT_API_DISABLED: its
   user is disabled or has the API switched off. */
struct fault key_authenticate(const char *token, struct key *);

/* May this key do what scope names (post:read, ...)? `all` may everything. */
int key_has_scope(const struct key *, const char *scope);

/* For statements, over the names of one who asks (:WHO_limited, :WHO_key):
   may they see this account? column is an account's id. And: may they see
   every account that the post with this id goes to? */
#define KEY_SEES(who, column) \
    "(NOT :" who "_limited OR EXISTS (SELECT 1 FROM api_key_account" \
    " WHERE api_key = :" who "_key AND account = " column "))"
#define KEY_SEES_WHOLE(who, post) \
    "NOT (:" who "_limited AND EXISTS (SELECT 1 FROM target v" \
    "  WHERE v.post = " post " AND NOT " KEY_SEES(who, "v.account") "))"

/* Every scope there is, ended by NULL; `all` is not among them. */
extern const char *const key_scopes[];

/* A list of scopes parted by spaces or commas, as the database keeps it: each
   once, in the order of key_scopes, or `all`. read, write, ai and webhooks
   are SocialRails' words for sets of them. NULL where a word is no scope
   or there is none. */
const char *key_scope_list(const char *words);

/* What a new key is to be. accounts is a NULL-ended array of account ids of
   the profile, or NULL: every account, also those connected later.
   expires_at 0: never. */
struct key_wish {
    const char *profile, *user, *name, *scopes;
    const char *const *accounts;
    int64_t expires_at;
};

/* Inside a transaction: make a key. token (KEY_ROOM bytes) is the only copy
   of the secret. Faults, after which the caller rolls back: FAULT_FIELD
   (name, scopes, profile), FAULT_TIME_PAST (expiresAt), FAULT_ACCOUNTS (an id
   that is no account of the profile). */
struct fault key_create(const struct key_wish *, struct key *, char *token);

/* Revoke one key of a profile; NULL: of any. FAULT_NOT_FOUND where there is
   none, or it is revoked already. One statement; fits in a transaction. */
struct fault key_revoke(const char *id, const char *profile);

/* The run file of a key, in run_dir: the rate limiter's windows. */
const char *key_run_file(const char *id);
#endif
