/* pause.h: networks that refuse Crier's whole application.

   Credits that are used up, an application that is suspended, a day's quota:
   no account is to blame and no post fails for it. All of the network's
   accounts wait, and one request is made again when the time is over. */
#ifndef PAUSE_H
#define PAUSE_H
#include <stdint.h>

struct pause {
    int of_posts;               /* 1: new posts alone wait; 0: all that is
                                   asked of the network */
    const char *category, *reason;
    int64_t until_at, began_at;
};

/* Inside a transaction: the network waits until then. A pause that lasts
   longer stays. extent is `posts' or `all'. */
void pause_begin(const char *network, const char *extent, int64_t until_at,
                 const char *category, const char *reason);

/* Does the network wait now? 1 and the pause that lasts longest, or 0. */
int pause_find(const char *network, struct pause *);

/* Inside a transaction: its operator has mended it; the network waits no
   more. Returns how many pauses there were. */
int pause_end(const char *network);
#endif
