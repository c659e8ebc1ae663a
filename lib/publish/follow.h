/* follow.h: what a part of a thread follows on its network. */
#ifndef FOLLOW_H
#define FOLLOW_H
#include "network/network.h"

/* Of a part: set the job's reply_to, reply_root and settings out of the rows
   of the part before it and of the post. Where an owner found what comes
   before and named its link, the id is the one in that (the network's
   id_in_link()); NULL where nobody told any. */
void follow_load(struct job *, const struct network *);
#endif
