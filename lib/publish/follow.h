/* follow.h: what a part of a thread follows on its network. */
#ifndef FOLLOW_H
#define FOLLOW_H
#include "network/network.h"

/* Of a part: set the job's reply_to, reply_root and settings out of the rows
   of the part before it and of the post. An id that no network told stays
   NULL: an owner who found a post there named a link instead, or none. */
void follow_load(struct job *);
#endif
