/* lock.h: kernel locks (flock) on files: they go when their holder goes.

   A lock belongs to an open file: it passes to a forked child and ends when
   the last holder closes it or dies, however that happens. */
#ifndef LOCK_H
#define LOCK_H

/* Open (create, mode 0600) path and lock it for this process alone. Returns
   the file, or -1 with errno set; EWOULDBLOCK: another holds it. */
int lock_try(const char *path);

/* The same, but wait until the lock is free. */
int lock_wait(const char *path);

/* Take one of the count files prefix0, prefix1, ... that nobody holds.
   Returns the file, or -1 where all are held. */
int lock_slot(const char *prefix, int count);

/* Is path held by a living process? 0 where the file is absent. */
int lock_is_held(const char *path);

void lock_release(int file);
#endif
