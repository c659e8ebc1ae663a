/* steps.h: what a driver has done so far of a target, as the target's resume
   keeps it.

   Steps hold places where anybody may upload who knows them, so they are
   sealed, under "steps" + the target's id. */
#ifndef STEPS_H
#define STEPS_H
#include <stdint.h>

/* Steps (JSON) that were done for a version of the target's content, as JSON
   to be stored. */
const char *steps_close(const char *target, int64_t version,
                        const char *steps);

/* The steps in what steps_close() made, or an earlier Crier, which sealed
   none; "{}" where it is NULL, of another version or sealed by another key. */
const char *steps_open(const char *target, int64_t version,
                       const char *stored);
#endif
