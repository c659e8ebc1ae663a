/* point.h: places where the crash test may kill a program.

   A release build knows nothing of them. In a test build (-DCRIER_TEST)
   CRIER_KILL_AT=N ends the process with SIGKILL when it passes its N-th
   point; CRIER_POINTS=FILE appends each point's name to FILE. */
#ifndef POINT_H
#define POINT_H

#ifdef CRIER_TEST
void point(const char *name);
#else
static inline void point(const char *name) { (void)name; }
#endif
#endif
