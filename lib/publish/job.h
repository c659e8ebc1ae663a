/* job.h: what a driver is given: the claim's content, media and secrets. */
#ifndef JOB_H
#define JOB_H
#include "core/catalogue.h"
#include "network/network.h"
#include "publish/claim.h"

/* Read everything the claim's job needs. Its save_...() functions commit at
   once; they also end the worker, with the claim released, where it was asked
   to stop before anything was sent. The claim must outlive the job. */
struct job *job_load(struct claim *);

/* Fetch the attachments that are URLs still, then check that the content, as
   it now is, fits the network. RESULT_READY, or why not. */
struct result job_check(struct claim *, struct job *);
#endif
