/* doctor.h: crier-admin doctor: is this instance well?

   One line a check: `ok`, `warn` (somebody should look) or `FAIL` (something
   is broken), what was looked at, and what was found. */
#ifndef DOCTOR_H
#define DOCTOR_H

enum doctor_level { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

/* The command: exit status 1 where a check failed, else 0. */
int doctor_run(void);

/* Print a check's line. */
void doctor_say(enum doctor_level, const char *what, const char *pattern, ...)
     __attribute__((format(printf, 3, 4)));

/* The checks: of folders, files and their owners (doctor_files.c), of
   crier.conf (doctor_config.c), of what the web server hands out
   (doctor_web.c), and of the open database (doctor_state.c). */
void doctor_files(void);
void doctor_config(void);
void doctor_web(void);
void doctor_state(void);
#endif
