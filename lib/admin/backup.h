/* backup.h: crier-admin's commands that copy the database out and in. */
#ifndef BACKUP_H
#define BACKUP_H

int backup_write(void);
int backup_restore(void);
#endif
