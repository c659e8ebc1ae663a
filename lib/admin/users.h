/* users.h: crier-admin's commands about people and their profiles. */
#ifndef USERS_H
#define USERS_H

int users_add(void);
int users_set(void);
int users_list(void);
int users_password(void);
int users_disable(void);
int users_profile_add(void);
int users_profile_list(void);
#endif
