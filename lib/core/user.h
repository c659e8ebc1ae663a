/* user.h: people who sign in, and what each may use.

   Functions that change something run inside the caller's transaction; after
   a fault the caller rolls back. */
#ifndef USER_H
#define USER_H
#include <stdint.h>
#include "base/secret.h"
#include "core/fault.h"

/* Passwords have 8 to 1000 bytes. */
enum { PASSWORD_LEAST = 8, PASSWORD_MOST = 1000 };

/* Make a user with a first profile, named after the email's first half. id
   has ID_ROOM bytes. FAULT_FIELD (email, password), FAULT_CONFLICT (email):
   there is such a user. Hashing takes 19 MiB and some 50 ms, so the hash is
   made beforehand: user_password_hash(). */
struct fault user_add(const char *email, const char *hash, char *id);

/* Hash a password, one at a time on this instance. FAULT_FIELD (password)
   where it is too short, too long or no clean text. */
struct fault user_password_hash(const char *password, const char **hash);

/* The id of the user with this email, in any case; NULL: there is none. */
const char *user_find(const char *email);

/* Whose email and password are these? NULL where they do not fit together or
   the user is disabled; it takes as long for an unknown email. */
const char *user_check(const char *email, const char *password);

/* A new password; every session of the user ends. */
void user_set_password(const char *id, const char *hash);

/* What to change; start from USER_SAME. A plan of free switches uploads off,
   any other on, where uploads itself is not said. */
enum { SAME = -2, WITHOUT_LIMIT = -1 };
struct user_change {
    const char *plan;
    int64_t posts_a_month, storage_bytes, ai_credits_a_month;
                                /* or WITHOUT_LIMIT */
    int api, uploads;                           /* 0 or 1 */
};
#define USER_SAME ((struct user_change){ NULL, SAME, SAME, SAME, SAME, \
                                           SAME })

/* FAULT_FIELD (plan, or a quota below 0) with the reason as its detail. */
struct fault user_set(const char *id, const struct user_change *);

/* Disable a user (their keys and sessions are refused from now on, their
   scheduled posts still go out), or let them in again. */
void user_disable(const char *id, int disabled);
#endif
