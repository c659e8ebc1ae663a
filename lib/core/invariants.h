/* invariants.h: what is always true of the database, as statements that
   prove it. */
#ifndef INVARIANTS_H
#define INVARIANTS_H

/* One promise (RELIABILITY.md 5.2; I9 is of webhooks); rows of broken's
   statement are what breaks it, each as one text. Most are held by an index,
   a CHECK or a trigger too; the statements do not rely on those. */
struct invariant {
    const char *name;           /* I1 ... I9 */
    const char *promise;        /* a sentence */
    const char *broken;
};

/* All of them, ended by one without a name. */
extern const struct invariant invariants[];

/* How many rows break one; *first is the first of them, or NULL. */
long long invariants_check(const struct invariant *, const char **first);
#endif
