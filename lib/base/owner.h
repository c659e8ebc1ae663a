/* owner.h: one user owns the database, the feed folder and the run files. */
#ifndef OWNER_H
#define OWNER_H
#include <sys/types.h>

/* Become the user that owns path, or where that is absent its folder, before
   anything is written: a program started as root (by cron, by an operator)
   would else leave files that the web server's programs cannot use. Started
   as anybody else, it changes nothing but the umask, which is 077 from then
   on. Ends the program where the change fails. */
void owner_become(const char *path);

/* The same for a named user; ends the program where there is none. */
void owner_become_user(const char *name);

/* The user id that owns path (not what a link there points to), or -1. */
long owner_of(const char *path);

/* The name of a user id, or its number where it has none. */
const char *owner_name(long user);
#endif
