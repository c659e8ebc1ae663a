/* answer.h: an answer of any length, in the memory of a short one.

   A page of a hundred posts may have 25 MB. What is longer than a quarter of a
   megabyte waits in a file without a name, among the media, until it is whole:
   only then does the client hear of it. Where no file can be made it waits in
   memory, up to TEXT_LIMIT. */
#ifndef ANSWER_H
#define ANSWER_H
#include "base/text.h"

/* For db_run_reply(), between two rows: what is long goes to the file. Inside
   a transaction nothing does: an answer that may be kept is whole in memory. */
void answer_put_by(struct text *rest);

/* Answer with what was put by and the rest, as JSON. */
_Noreturn void answer_send(int status, const struct text *rest);
#endif
