/* keys.h: crier-admin's commands about API keys. */
#ifndef KEYS_H
#define KEYS_H

int keys_add(void);
int keys_list(void);
int keys_revoke(void);
#endif
