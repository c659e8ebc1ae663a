/* access.h: who asks, what they may, and how often. */
#ifndef ACCESS_H
#define ACCESS_H
#include "core/key.h"
#include "web/endpoint.h"

/* Let the request through, or refuse it: the row's policy and scope, and the
   dialect's rate. Sets :my_key, :my_user, :my_profile and :my_limited (1: the
   key may use only the accounts in api_key_account); all null for a request
   that needs no key. A signed-in browser has :my_user alone. A limited key may
   use no webhooks, whatever its scopes: they are told of every account. */
void access_check(const struct operation *, const struct dialect *);

/* For statements: may the key see this account? column is an account's id, with
   its table's name before it. */
#define ACCESS_SEES(column) KEY_SEES("my", column)

/* The names it sets. */
#define ACCESS_NAMES "my_key my_user my_profile my_limited now"
#endif
