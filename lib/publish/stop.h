/* stop.h: how a worker is stopped: asked to, or because it hangs.

   SIGTERM, SIGINT and SIGHUP ask. What was not sent is given back; what was
   sent waits for its answer. A timer that nothing can hold off ends a worker
   that made no progress for a quarter of an hour; its lock then frees, and
   recovery does the rest. */
#ifndef STOP_H
#define STOP_H

/* Install both for this process. */
void stop_install(void);

/* Was this worker asked to stop? It then has 25 seconds. */
int stop_asked(void);

/* Something moved: the quarter of an hour begins again. */
void stop_progress(void);

/* Hold the asking off, from the commit that arms an attempt to the commit
   that ends it; and let it through again. */
void stop_defer(void);
void stop_allow(void);
#endif
