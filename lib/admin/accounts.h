/* accounts.h: crier-admin's commands about connected accounts. */
#ifndef ACCOUNTS_H
#define ACCOUNTS_H

int accounts_add(void);
int accounts_list(void);
#endif
