/* discard.h: a public post that its network has thrown away after all. */
#ifndef DISCARD_H
#define DISCARD_H

/* Inside a transaction: the posted target has failed, by an attempt of the
   collector's that sends nothing, for a reason in one word and in a sentence;
   its owner hears of it. What followed it on the network is gone with it: it
   waits, as before the post was public. Where something of it is on its way,
   or its owner is changing it, nothing happens yet. */
void discard(const char *target, const char *category, const char *words);
#endif
