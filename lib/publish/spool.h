/* spool.h: where an ending waits when the database cannot take it.

   Each worker lays out its spool file (run_dir/spool-WORKER) before its first
   claim, so that there is room for one ending however full the disk gets. */
#ifndef SPOOL_H
#define SPOOL_H

/* Lay out the worker's spool file. Returns 1; 0 where there is no room, or
   less than minimum_free_mb is free where the database lives. */
int spool_prepare(const char *worker);

/* Is minimum_free_mb free? */
int spool_has_room(void);

/* Write the ending that finish_set_values() has set to its worker's file, and
   sync it. Where even that fails the attempt stays as it was sent, and
   recovery finds out what became of it. */
void spool_write(void);

/* Write a dead worker's spooled ending to the database. Returns 1 when the
   file held one and it is written (or came too late to count); 0 where there
   was none; -1 where the commit failed: the file stays. */
int spool_import(const char *worker);

/* Remove the worker's file. */
void spool_remove(const char *worker);
#endif
