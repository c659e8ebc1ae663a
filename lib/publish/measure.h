/* measure.h: snapshots of what networks tell of public posts: 1, 6, 24 and 72
   hours after publishing, then daily to 30 days. */
#ifndef MEASURE_H
#define MEASURE_H

/* Take the snapshot that is due first. Returns 0 where none is due. Its next
   look is committed before the network is asked. A post that is gone from its
   network is measured no more; one that its network has thrown away has
   failed; an account whose token is refused expires; one
   whose network did not answer, or said to wait, is left alone a while, and
   its other posts with it. The database is open. */
int measure_next(void);
#endif
