/* copies.h: checked copies of the open database (data/snapshot.h), as an
   operator asks for one and as the janitor writes one a night.
   db_allow_attach() comes before db_open(). */
#ifndef COPIES_H
#define COPIES_H

/* NULL where this process may write a copy to path; else why not. */
const char *copies_fault(const char *path);

/* Write a copy to path and print a line that says what is in it. Ends the
   program where that fails; path is then as it was. */
void copies_write(const char *path);

/* Write tonight's copy, folder/crier-YYYY-MM-DD.db (the day is UTC's), then
   remove all but the newest keep of such names, a line each. What a copy that
   was killed left behind goes too; one process may do this at a time. Ends
   the program where the copy fails: no older one is then removed. */
void copies_rotate(const char *folder, int keep);
#endif
