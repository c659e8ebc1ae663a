/* point.h: places where the crash test may kill a program.

   They stand before each statement on the database (those on JSON in memory
   change nothing that outlives a process), in each of libcurl's callbacks, and
   on both sides of each call that has an effect outside the process.

   A release build knows nothing of them. In a test build (-DCRIER_TEST)
   CRIER_POINTS=FILE appends a line to FILE for each that a process passes: its
   id, how many it has passed, and "A / B", the point's name behind that of the
   point before it, since one COMMIT is not like another. CRIER_KILL_AT ends
   the process with SIGKILL at its N-th point, or at the first called "A / B",
   of which it may name several, a line each; in FILE that is a line that says
   KILLED. A child goes on where its parent was. */
#ifndef POINT_H
#define POINT_H

#ifdef CRIER_TEST
void point(const char *name);
#else
static inline void point(const char *name) { (void)name; }
#endif
#endif
