/* halt.h: crier-admin's commands that stop publishing and let it go on. */
#ifndef HALT_H
#define HALT_H

int halt_stop(void);
int halt_resume(void);
int halt_accept_clock(void);

/* Inside a transaction: set the meta row `halted`, which no tick passes. why
   is a few words; what it says is kept with the time. */
void halt_set(const char *why);

/* Inside a transaction: the present time is right, whatever ticks saw. */
void halt_trust_clock(void);
#endif
