/* settings.h: the options that one network alone has, such as a visibility.

   A post carries them as a JSON object per network (Sprkly's platformMeta). */
#ifndef SETTINGS_H
#define SETTINGS_H
#include "core/catalogue.h"
#include "core/fault.h"
#include "data/json.h"

/* The first setting that the network does not know or cannot use, as a
   FAULT_SETTINGS whose field is platformMeta.NETWORK.NAME; NO_FAULT where all
   are right. settings is clean JSON, or NULL where there is none. A null
   counts as absent. */
struct fault settings_fault(const struct catalogue_row *,
                            const char *settings);

/* The members of a JSON object that holds options by network (NULL: none), and
   how many; each an object under its network's name of the catalogue. field is
   what the request calls that object. FAULT_SETTINGS for any other member, and
   for a network that comes twice. */
struct fault settings_by_network(const char *field, const char *all,
                                 struct json_member **networks, int *count);
#endif
