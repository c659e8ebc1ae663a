/* profile.h: profiles, each one brand or person that posts. */
#ifndef PROFILE_H
#define PROFILE_H
#include "base/secret.h"
#include "core/fault.h"

/* Inside a transaction: make a profile that user owns. zone is an IANA name
   (NULL: UTC). id has ID_ROOM bytes. Faults, after which the caller rolls
   back: FAULT_FIELD (name), FAULT_ZONE (timezone). */
struct fault profile_add(const char *user, const char *name, const char *zone,
                         char *id);

/* The profile that user means: wanted, where the user is a member of it, or
   with wanted NULL the oldest one the user owns. NULL where there is none. */
const char *profile_of(const char *user, const char *wanted);
#endif
