/* config_network.h: crier.conf's lines of one network, as config.c reads
   them. Programs ask by config.h. */
#ifndef CONFIG_NETWORK_H
#define CONFIG_NETWORK_H

/* Is this the name of a setting of one network, such as api_url.bluesky? */
int config_network_key(const char *name);

/* Take its value. NULL, or why not, such as "names no network".
   check_url says, or
   ends the program, where a URL is none, and cuts slashes off its end. */
const char *config_network_set(const char *name, char *value,
                               void (*check_url)(const char *name,
                                                 char *value));
#endif
