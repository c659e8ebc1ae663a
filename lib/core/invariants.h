/* invariants.h: what is always true of the database, as statements that
   prove it. */
#ifndef INVARIANTS_H
#define INVARIANTS_H

/* One promise; rows of broken's statement are what breaks it, each as one
   text. Most are held by an index, a CHECK or a trigger too; the statements do
   not rely on those. Two more the database cannot judge by itself: I9, no
   network made more public than was committed as sent, which the crash test
   reads from the networks' own ledgers; and I10, nobody's work stays with the
   dead, which takes a look at the workers' locks (doctor: stuck posts). */
struct invariant {
    const char *name;           /* I1 ... I8, I11 ... I14 */
    const char *promise;        /* a sentence */
    const char *broken;
};

/* All of them, ended by one without a name. */
extern const struct invariant invariants[];

/* How many rows break one; *first is the first of them, or NULL. */
long long invariants_check(const struct invariant *, const char **first);
#endif
