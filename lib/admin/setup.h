/* setup.h: crier-admin's commands that make an instance and bring it up to
   date, and that keep a secret out of its configuration. */
#ifndef SETUP_H
#define SETUP_H

int setup_init(void);
int setup_migrate(void);
int setup_seal(void);
#endif
